"""``multiprocessing.shared_memory``: the sender fills slots of a block and the receiver copies them out.

Two semaphores a direction hand the slots over. A message larger than a slot takes several, so that one side fills while
the other empties.
"""

import multiprocessing
import struct
from typing import Any, NamedTuple, Optional

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel

REMAINING = struct.Struct("<Q")  # before each chunk: bytes of the message from here to its end
BLOCK_BYTES = 1 << 20  # one direction's; small enough to stay in a core's cache
CHUNK_BYTES = 1 << 18  # a quarter of it: two slots are enough to overlap, four take up what the scheduler delays
MOST_SLOTS = 1024


class Slots(NamedTuple):
    """One direction: a block cut into slots, and how many of them are free and filled."""

    block: Any
    capacity: int
    chunk_bytes: int
    free: Any
    filled: Any

    def at(self, turn: int) -> int:
        return turn % self.capacity * (REMAINING.size + self.chunk_bytes)


class Writer:
    """The sending side: knows how many slots it has filled."""

    def __init__(self, slots: Slots) -> None:
        self.slots, self.turn = slots, 0

    def send(self, message: Any) -> None:
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
    """The receiving side: knows how many slots it has emptied."""

    def __init__(self, slots: Slots) -> None:
        self.slots, self.turn = slots, 0

    def receive(self) -> bytearray:
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
    from multiprocessing import shared_memory

    chunk_bytes = max(1, min(size_bytes, CHUNK_BYTES))
    capacity = min(MOST_SLOTS, BLOCK_BYTES // chunk_bytes)
    block = shared_memory.SharedMemory(create=True, size=capacity * (REMAINING.size + chunk_bytes))
    return Slots(block, capacity, chunk_bytes, multiprocessing.Semaphore(capacity), multiprocessing.Semaphore(0))


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
