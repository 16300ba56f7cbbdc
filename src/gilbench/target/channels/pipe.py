"""``multiprocessing.Pipe(duplex=False)``, one for each direction."""

import multiprocessing

from gilbench.target.channels._link import End, Link
from gilbench.target.registry import Channel


def connect(size_bytes: int) -> Link:
    out_reader, out_writer = multiprocessing.Pipe(duplex=False)
    back_reader, back_writer = multiprocessing.Pipe(duplex=False)

    def close() -> None:
        for connection in (out_reader, out_writer, back_reader, back_writer):
            connection.close()

    return Link(
        End(out_writer.send, back_reader.recv), End(back_writer.send, out_reader.recv), close
    )


CHANNEL = Channel(
    name="pipe", summary="multiprocessing.Pipe(duplex=False): send, recv", connect=connect
)
