"""``multiprocessing.SimpleQueue``: a pipe with a lock at each end, and no feeder thread."""

import multiprocessing
from typing import Any

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel


def connect(size_bytes: int) -> Link:
    out: Any = multiprocessing.SimpleQueue()
    back: Any = multiprocessing.SimpleQueue()

    def close() -> None:
        for queue in (out, back):
            # From 3.9 on; before, its pipe is closed when it is collected
            if hasattr(queue, "close"):
                queue.close()

    return Link(End(out.put, back.get), End(back.put, out.get), close)


CHANNEL = Channel(
    name="simple-queue", summary="multiprocessing.SimpleQueue: put, get", connect=connect
)
