"""``multiprocessing.Value`` and ``Array``: a message's size in the one, its bytes in the other.

There is one place for a message in each direction, and two semaphores say whose turn it is. A
message larger than the Array takes several turns.
"""

import multiprocessing
from typing import Any, NamedTuple

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel

MOST_BYTES = 1 << 18  # of an Array; a message in parts lets one side fill while the other empties


class Place(NamedTuple):
    """Where one direction leaves its message: ``remaining`` counts bytes from here to its end."""

    remaining: Any
    part: Any
    free: Any
    filled: Any

    def send(self, message: bytes) -> None:
        """Write a message, waiting for its turn before each part."""
        part_bytes = len(self.part)
        for start in range(0, len(message) or 1, part_bytes):  # an empty message takes a turn too
            self.free.acquire()
            self.remaining.value = len(message) - start
            self.part.raw = message[start : start + part_bytes]
            self.filled.release()

    def receive(self) -> bytes:
        """Wait for a message and return a copy of it."""
        parts = []
        while True:
            self.filled.acquire()
            remaining = self.remaining.value
            parts.append(self.part[: min(remaining, len(self.part))])
            self.free.release()
            if remaining <= len(self.part):
                return parts[0] if len(parts) == 1 else b"".join(parts)


def make_place(size_bytes: int) -> Place:
    """One direction, for messages of ``size_bytes``, though longer ones pass too."""
    part = multiprocessing.Array("c", max(1, min(size_bytes, MOST_BYTES)))
    free, filled = multiprocessing.Semaphore(1), multiprocessing.Semaphore(0)
    return Place(multiprocessing.Value("Q", 0), part, free, filled)


def connect(size_bytes: int) -> Link:
    out, back = make_place(size_bytes), make_place(size_bytes)
    # Nothing to close: the memory is freed with the objects.
    return Link(End(out.send, back.receive), End(back.send, out.receive), lambda: None)


CHANNEL = Channel(
    name="value-array",
    summary="multiprocessing.Value and Array: written by the sender, read by the receiver in turn",
    connect=connect,
)
