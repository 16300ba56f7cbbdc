"""How many requests a second one I/O thread makes to another process, while a thread computes.

Each request is answered at once, so that the waits are the GIL's.
"""

import multiprocessing
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import Any, Dict, List

from gilbench.target.probes import _children
from gilbench.target.registry import Probe

REQUEST = b"?" * 16
TOKEN_BYTES = 16
TOKEN_S = 1.0  # in which whoever connects is to say it
LIMIT_S = 60.0


def compute(stop: List[int]) -> None:
    """Compute until told to stop."""
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
    stop: List[int] = []
    counts: List[int] = []
    computing = [
        threading.Thread(target=compute, args=(stop,), daemon=True)
        for _ in range(params["threads"])
    ]
    interval_before = sys.getswitchinterval()
    cpu_ns = wall_ns = None
    with reader, writer, _children.running(serve, writer, token):
        writer.close()
        port = _children.received(reader, _children.PATIENCE_S)
        if port is not None:
            asking = threading.Thread(
                target=ask, args=(port, token, params["duration_s"], counts), daemon=True
            )
            sys.setswitchinterval(params["interval_s"])
            try:
                for thread in computing:
                    thread.start()
                start_ns, start_cpu_ns = time.perf_counter_ns(), time.process_time_ns()
                asking.start()
                asking.join(params["duration_s"] + _children.PATIENCE_S)
                cpu_ns = time.process_time_ns() - start_cpu_ns
                wall_ns = time.perf_counter_ns() - start_ns
            finally:
                sys.setswitchinterval(interval_before)
                stop.append(1)
                for thread in computing:
                    if thread.ident is not None:
                        thread.join(_children.PATIENCE_S)
    requests, elapsed_ns = counts if len(counts) == 2 else (None, None)
    return {"requests": requests, "elapsed_ns": elapsed_ns, "cpu_ns": cpu_ns, "wall_ns": wall_ns}


PROBE = Probe(
    name="request-rate",
    summary="requests per second of one I/O thread, while others compute or not",
    run=run,
    limit_s=LIMIT_S,
)
