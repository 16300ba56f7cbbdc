"""``multiprocessing.Queue``: a pipe, a lock on either side of it, and a thread that feeds it."""

import multiprocessing
from typing import Any

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel


def close(queue: Any) -> None:
    """Close a queue whose other user is gone, with the thread that feeds it."""
    # Without a reader the feeder cannot hang in a write that nobody takes; close() alone does that up to 3.8 only.
    queue._reader.close()
    queue.close()
    queue.join_thread()


def connect(size_bytes: int) -> Link:
    out: Any = multiprocessing.Queue()
    back: Any = multiprocessing.Queue()

    def close_both() -> None:
        close(out)
        close(back)

    return Link(End(out.put, back.get), End(back.put, out.get), close_both)


CHANNEL = Channel(name="queue", summary="multiprocessing.Queue: put, get", connect=connect)
