"""How many requests per second an I/O thread makes to a process, alongside CPU-bound threads.

Each request is answered at once, so that the thread waits for the GIL above all.
"""

import multiprocessing
import os
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import Any, Dict, Iterator, List

from gilbench.target.probes import _children
from gilbench.target.probes._switch_interval import switch_interval
from gilbench.target.registry import Probe

REQUEST = b"?" * 16
TOKEN_BYTES = 16
TOKEN_S = 1.0  # in which whoever connects is to say it
LIMIT_S = 60.0
NOTHING = {"requests": None, "elapsed_ns": None, "cpu_ns": None, "wall_ns": None}


def compute(stop: List[int]) -> None:
    """Compute until ``stop`` has an item."""
    while not stop:
        total = 0
        for number in range(2000):
            total += number


def serve(port_sent: Any, token: bytes) -> None:
    """Answer every request of the one connection that begins with the token."""
    with socket.socket() as listening:
        listening.settimeout(_children.PATIENCE_S)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port_sent.send(listening.getsockname()[1])
        with suppress(OSError):
            connection = _accept(listening, token)
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while True:
                    request = connection.recv(len(REQUEST))
                    if not request:
                        return
                    connection.sendall(request)


def _accept(listening: socket.socket, token: bytes) -> socket.socket:
    """The connection that begins with the token; those of strangers are closed."""
    while True:
        connection, _ = listening.accept()
        connection.settimeout(TOKEN_S)
        with suppress(OSError):
            if connection.recv(len(token), socket.MSG_WAITALL) == token:
                connection.settimeout(2 * _children.PATIENCE_S)
                connection.sendall(REQUEST)
                return connection
        connection.close()


def ask(port: int, token: bytes, duration_s: float, counts: List[int]) -> None:
    """Make requests for so long; append their number and how many ns they took."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(token)
        if not connection.recv(len(REQUEST), socket.MSG_WAITALL):
            return
        clock = time.perf_counter_ns
        requests, start_ns = 0, clock()
        end_ns = start_ns + int(duration_s * 1e9)
        while clock() < end_ns:
            connection.sendall(REQUEST)
            if not connection.recv(len(REQUEST)):
                return
            requests += 1
        counts += [requests, clock() - start_ns]


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Make requests for ``duration_s`` seconds next to ``threads`` CPU-bound threads.

    ``interval_s`` is the switch interval.

    Returns:
        ``requests`` and ``elapsed_ns``, None where they could not be made; and ``cpu_ns`` of this
        process and ``wall_ns`` meanwhile.
    """
    reader, writer = multiprocessing.Pipe(duplex=False)
    token = os.urandom(TOKEN_BYTES)
    with reader, writer, _children.running(serve, writer, token):
        writer.close()
        port = _children.received(reader, _children.PATIENCE_S)
        if port is None:
            return dict(NOTHING)
        with switch_interval(params["interval_s"]), cpu_bound_threads(params["threads"]):
            return make_requests(port, token, params["duration_s"])


@contextmanager
def cpu_bound_threads(count: int) -> Iterator[None]:
    """Have so many threads compute until the block is left."""
    stop: List[int] = []
    threads = [threading.Thread(target=compute, args=(stop,), daemon=True) for _ in range(count)]
    try:
        for thread in threads:
            thread.start()
        yield
    finally:
        stop.append(1)
        for thread in threads:
            if thread.ident is not None:
                thread.join(_children.PATIENCE_S)


def make_requests(port: int, token: bytes, duration_s: float) -> Dict[str, Any]:
    """Make requests in a thread; returns what ``run`` does."""
    counts: List[int] = []
    asking = threading.Thread(target=ask, args=(port, token, duration_s, counts), daemon=True)
    start_ns, start_cpu_ns = time.perf_counter_ns(), time.process_time_ns()
    asking.start()
    asking.join(duration_s + _children.PATIENCE_S)
    cpu_ns = time.process_time_ns() - start_cpu_ns
    wall_ns = time.perf_counter_ns() - start_ns
    requests, elapsed_ns = counts if len(counts) == 2 else (None, None)
    return {"requests": requests, "elapsed_ns": elapsed_ns, "cpu_ns": cpu_ns, "wall_ns": wall_ns}


PROBE = Probe(
    name="request-rate",
    summary="requests per second of one I/O thread, while others compute or not",
    run=run,
    limit_s=LIMIT_S,
)
