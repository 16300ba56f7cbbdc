"""``multiprocessing.shared_memory``: a sender fills slots, a receiver copies them out.

Two semaphores per direction count free and filled slots. A message larger than a slot takes
several, so that one side fills while the other empties.
"""

import multiprocessing
import struct
from typing import Any, NamedTuple, Optional

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel

REMAINING = struct.Struct("<Q")  # before each chunk: bytes of the message from here to its end
BLOCK_BYTES = 1 << 20  # of one direction; small enough to stay in a core's cache
CHUNK_BYTES = 1 << 18  # a quarter: two slots are enough to overlap, four absorb scheduling delays
MOST_SLOTS = 1024


class Slots(NamedTuple):
    """One direction: a block divided into slots, and semaphores that count free and filled ones."""

    block: Any
    capacity: int
    chunk_bytes: int
    free: Any
    filled: Any

    def at(self, turn: int) -> int:
        """The offset in bytes of the slot that comes at a turn."""
        return turn % self.capacity * (REMAINING.size + self.chunk_bytes)


class Writer:
    """The sending side; ``turn`` counts the slots that it has filled."""

    def __init__(self, slots: Slots) -> None:
        self.slots, self.turn = slots, 0

    def send(self, message: Any) -> None:
        """Send a message, waiting for free slots."""
        slots, size_bytes = self.slots, len(message)
        buffer, chunk_bytes, whole = slots.block.buf, slots.chunk_bytes, memoryview(message)
        for start in range(0, size_bytes or 1, chunk_bytes):  # an empty message takes a slot too
            chunk = whole[start : start + chunk_bytes]
            slots.free.acquire()
            at = slots.at(self.turn)
            REMAINING.pack_into(buffer, at, size_bytes - start)
            at += REMAINING.size
            buffer[at : at + len(chunk)] = chunk
            slots.filled.release()
            self.turn += 1


class Reader:
    """The receiving side; ``turn`` counts the slots that it has emptied."""

    def __init__(self, slots: Slots) -> None:
        self.slots, self.turn = slots, 0

    def receive(self) -> bytearray:
        """Wait for a message and return a copy of it."""
        slots, message = self.slots, bytearray()
        buffer, chunk_bytes = slots.block.buf, slots.chunk_bytes
        while True:
            slots.filled.acquire()
            at = slots.at(self.turn)
            (remaining,) = REMAINING.unpack_from(buffer, at)
            at += REMAINING.size
            message += buffer[at : at + min(remaining, chunk_bytes)]
            slots.free.release()
            self.turn += 1
            if remaining <= chunk_bytes:
                return message


def make_slots(size_bytes: int) -> Slots:
    """Allocate one direction for messages of up to ``size_bytes``, though longer ones pass too."""
    from multiprocessing import shared_memory

    chunk_bytes = max(1, min(size_bytes, CHUNK_BYTES))
    capacity = min(MOST_SLOTS, BLOCK_BYTES // chunk_bytes)
    block = shared_memory.SharedMemory(create=True, size=capacity * (REMAINING.size + chunk_bytes))
    free, filled = multiprocessing.Semaphore(capacity), multiprocessing.Semaphore(0)
    return Slots(block, capacity, chunk_bytes, free, filled)


def connect(size_bytes: int) -> Link:
    out, back = make_slots(size_bytes), make_slots(size_bytes)

    def close() -> None:
        for slots in (out, back):
            slots.block.close()
            slots.block.unlink()

    near = End(Writer(out).send, Reader(back).receive)
    far = End(Writer(back).send, Reader(out).receive)
    return Link(near, far, close)


def missing() -> Optional[str]:
    try:
        import multiprocessing.shared_memory  # noqa: F401 - is it there?
    except ImportError as error:
        return "this platform has no shared memory: {}".format(error)
    return None


CHANNEL = Channel(
    name="shared-memory",
    summary="multiprocessing.shared_memory: filled by the sender, copied out by the receiver",
    connect=connect,
    missing=missing,
)
