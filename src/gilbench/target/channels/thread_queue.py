"""``queue.Queue`` between two threads of one process.

A reference is passed, and no byte is copied.
"""

import queue
from typing import Any

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel


def connect(size_bytes: int) -> Link:
    out: queue.Queue[Any] = queue.Queue()
    back: queue.Queue[Any] = queue.Queue()

    def close() -> None:
        out.put(b"")

    return Link(End(out.put, back.get), End(back.put, out.get), close)


CHANNEL = Channel(
    name="thread-queue",
    summary="queue.Queue between threads: put, get",
    connect=connect,
    peer_in="thread",
)
