"""``multiprocessing.Manager().Queue()``: a queue in a third process, used through proxies."""

import multiprocessing

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel


def connect(size_bytes: int) -> Link:
    manager = multiprocessing.Manager()
    out, back = manager.Queue(), manager.Queue()
    return Link(End(out.put, back.get), End(back.put, out.get), manager.shutdown)


CHANNEL = Channel(
    name="manager", summary="multiprocessing.Manager().Queue(): put, get", connect=connect
)
