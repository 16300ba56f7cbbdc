"""``multiprocessing.Pipe()``: one pair of sockets for both directions."""

import multiprocessing

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel


def connect(size_bytes: int) -> Link:
    ours, theirs = multiprocessing.Pipe()

    def close() -> None:
        ours.close()
        theirs.close()

    return Link(End(ours.send, ours.recv), End(theirs.send, theirs.recv), close)


CHANNEL = Channel(name="duplex-pipe", summary="multiprocessing.Pipe(): send, recv", connect=connect)
