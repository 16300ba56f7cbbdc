"""``multiprocessing.Queue``: a pipe with a lock at each end, and a feeder thread."""

import multiprocessing
from typing import Any

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel


def close(queue: Any) -> None:
    """Close a queue whose other user has ended, and join its feeder thread."""
    # Without a reader the feeder cannot block in a write that nobody reads; close() closes the
    # reader up to 3.8 only.
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
