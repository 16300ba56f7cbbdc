"""How long after a reply was sent the thread that waits for it runs, alongside CPU-bound workers.

The sender is a separate process, which does not share the GIL of the receiving thread: it sends on
its own clock and stamps each message with the clock that both share. The receiving thread waits in
one blocking ``recv``, so the time from the stamp to its next reading holds one acquisition of the
GIL. (A socket with a timeout waits in ``poll`` first and then calls ``recv``: two acquisitions. A
thread that sends a request itself has another one, after ``send``.)
"""

import contextlib
import multiprocessing
import random
import socket
import struct
import sys
import threading
import time
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from gilbench.target.probes._switch_interval import switch_interval
from gilbench.target.registry import Probe

LIMIT_S = 60.0
GIVE_UP_S = 40.0  # after this long nothing is received and nothing computes
PATIENCE_S = 4.0
LOST_AFTER_S = 2.0  # many times the longest wait for a GIL between a few threads
MOST_LOST = 3  # the sender is gone, or the host too busy for it
POLL_S = 0.001
STAMP_BYTES = 8
ASLEEP_NS = 200_000  # far longer than going to sleep takes
BLOCK = 1000
NOTHING = {"lost": 0, "early": 0, "beside": 0, "cpu_ns": 0, "wall_ns": 1, "sender_pid": None}
MASK = (1 << 30) - 1


def push(connection: Any, sender: socket.socket, gap_s: float, message_bytes: int) -> None:
    """Send a message that begins with a stamp every ``gap_s`` seconds to 1.5 times that.

    At random, so that the gaps keep no step with a switch interval. Begins when something comes
    through ``connection``, ends when killed or after LIMIT_S.
    """
    rng = random.Random(1)
    end_ns = time.perf_counter_ns() + int(LIMIT_S * 1e9)
    rest = bytes(message_bytes - STAMP_BYTES)
    with sender, contextlib.suppress(OSError, EOFError):
        connection.send("ready")
        connection.recv()
        while time.perf_counter_ns() < end_ns:
            time.sleep(gap_s * (1 + rng.random() / 2))
            sender.send(time.perf_counter_ns().to_bytes(STAMP_BYTES, "big") + rest)


def compute(counts: Any, worker: int, end_ns: int) -> None:
    """Compute in pure Python and count the blocks, the same in a thread and in a process.

    It ends when the last slot of ``counts`` is set.
    """
    clock = time.perf_counter_ns
    while not counts[-1] and clock() < end_ns:
        value = worker
        for _ in range(BLOCK):
            value = (value * 5 + 1) & MASK
        counts[worker] += 1


def datagram_pair(message_bytes: int) -> Tuple[socket.socket, socket.socket]:
    """A receiving socket and a sending one: by the loopback interface, or large messages without.

    The loopback interface carries no more than 64 KiB at once.
    """
    if message_bytes > STAMP_BYTES:
        receiver, sender = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * message_bytes)
        return receiver, sender
    receiver, sender = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    for end in (receiver, sender):
        end.bind(("127.0.0.1", 0))
    sender.connect(receiver.getsockname())
    receiver.connect(sender.getsockname())  # datagrams of anybody else do not reach it
    return receiver, sender


def limit_waiting(connection: socket.socket, timeout: bool) -> None:
    """Have a socket give up waiting after LOST_AFTER_S.

    By Python's own timeout, or by the kernel's, with which it stays a blocking one.
    """
    if timeout:
        connection.settimeout(LOST_AFTER_S)
        return
    if sys.platform == "win32":
        limit = struct.pack("L", int(1000 * LOST_AFTER_S))
    else:
        limit = struct.pack("ll", int(LOST_AFTER_S), int(LOST_AFTER_S % 1 * 1e6))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)


def receive(
    connection: socket.socket,
    message_bytes: int,
    samples: int,
    end_ns: int,
    latency_ns: List[int],
    missed: Dict[str, int],
) -> None:
    """Receive until ``samples`` messages were met asleep.

    One that was sent before the thread waited for it counts as ``early``, and a wait that timed out
    as ``lost``.
    """
    clock = time.perf_counter_ns
    while len(latency_ns) < samples and missed["lost"] < MOST_LOST and clock() < end_ns:
        called_ns = clock()
        try:
            message = connection.recv(message_bytes)
        except OSError:  # timed out
            missed["lost"] += 1
            continue
        now_ns = clock()
        sent_ns = int.from_bytes(message[:STAMP_BYTES], "big")
        if sent_ns > called_ns + ASLEEP_NS:
            latency_ns.append(now_ns - sent_ns)
        else:
            missed["early"] += 1


def moving(counts: Any) -> Set[int]:
    """The workers whose counts grow; returns as soon as all do, or after PATIENCE_S."""
    before, workers = list(counts), len(counts) - 1
    end_ns = time.perf_counter_ns() + int(PATIENCE_S * 1e9)
    while True:
        moved = {worker for worker in range(workers) if counts[worker] != before[worker]}
        if len(moved) == workers or time.perf_counter_ns() > end_ns:
            return moved
        time.sleep(POLL_S)


def received(connection: Any) -> Optional[Any]:
    """What the sender said; None if it said nothing in time or died."""
    try:
        return connection.recv() if connection.poll(PATIENCE_S) else None
    except (EOFError, OSError):
        return None


@contextlib.contextmanager
def sending(sender: socket.socket, gap_s: float, message_bytes: int) -> Iterator[Tuple[Any, Any]]:
    """Start the sender; on leaving, end it.

    Yields:
        Its process, and the pipe through which it says that it is ready and learns when to begin.
    """
    context: Any = multiprocessing.get_context()
    ours, theirs = context.Pipe()
    arguments = (theirs, sender, gap_s, message_bytes)
    process = context.Process(target=push, args=arguments, daemon=True)
    with ours:
        process.start()
        try:
            theirs.close()  # or the end of a sender that died would not show
            sender.close()
            yield process, ours
        finally:
            end([process])


@contextlib.contextmanager
def computing(load: str, workers: int, end_ns: int) -> Iterator[Any]:
    """Start the workers of a load; on leaving, end them.

    Yields:
        How many blocks each worker has computed; they end when the last slot is set.
    """
    context: Any = multiprocessing.get_context()
    make: Any = {"none": None, "threads": threading.Thread, "process": context.Process}[load]
    counts: Any = context.RawArray("Q", workers + 1) if load == "process" else [0] * (workers + 1)
    started: List[Any] = []
    try:
        for worker in range(workers):
            started.append(make(target=compute, args=(counts, worker, end_ns), daemon=True))
            started[-1].start()
        yield counts
    finally:
        counts[-1] = 1
        end([worker for worker in started if worker.ident is not None])


def end(workers: List[Any]) -> None:
    """Kill processes, and join them and threads."""
    for worker in workers:
        if not isinstance(worker, threading.Thread):
            worker.kill()
        worker.join(PATIENCE_S)


def receive_all(
    connection: socket.socket, go: Any, message_bytes: int, samples: int, end_ns: int
) -> Dict[str, Any]:
    """Have a thread receive ``samples`` messages, which begin when something is sent to ``go``.

    Returns:
        ``latency_ns``, ``lost``, ``early``, ``cpu_ns`` and ``wall_ns``, as ``run`` does.
    """
    latency_ns: List[int] = []
    missed = {"lost": 0, "early": 0}
    arguments = (connection, message_bytes, samples, end_ns, latency_ns, missed)
    receiving = threading.Thread(target=receive, args=arguments, daemon=True)
    receiving.start()
    with contextlib.suppress(OSError):
        go.send("go")
    start_ns, start_cpu_ns = time.perf_counter_ns(), time.process_time_ns()
    receiving.join(GIVE_UP_S + LOST_AFTER_S)
    cpu_ns = time.process_time_ns() - start_cpu_ns
    wall_ns = time.perf_counter_ns() - start_ns
    return {**missed, "latency_ns": latency_ns[:], "cpu_ns": cpu_ns, "wall_ns": wall_ns}


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Receive ``samples`` messages while ``workers`` workers compute.

    ``load`` is "threads", "process" or "none"; ``interval_s`` is the switch interval, ``gap_s`` the
    least time between two messages, ``timeout`` says whether the socket has a timeout, and
    ``message_bytes``, where given, how large a message is.

    Returns:
        ``latency_ns``, a list; ``lost`` and ``early``, counts; ``beside``, the number of workers
        that computed both before the first message and after the last; ``cpu_ns``, the CPU time of
        this process meanwhile, and ``wall_ns``; and ``sender_pid``, None if the sender never
        started.
    """
    end_ns = time.perf_counter_ns() + int(GIVE_UP_S * 1e9)
    workers = 0 if params["load"] == "none" else params["workers"]
    message_bytes = params.get("message_bytes", STAMP_BYTES)
    connection, sender = datagram_pair(message_bytes)
    limit_waiting(connection, params["timeout"])
    with connection, sender, sending(sender, params["gap_s"], message_bytes) as (process, pipe):
        if received(pipe) is None:
            return dict(NOTHING, latency_ns=[])
        with computing(params["load"], workers, end_ns) as counts:
            before = moving(counts)
            with switch_interval(params["interval_s"]):
                observed = receive_all(connection, pipe, message_bytes, params["samples"], end_ns)
            after = moving(counts)
    return {**observed, "beside": len(before & after), "sender_pid": process.pid}


PROBE = Probe(
    name="wakeup",
    summary=(
        "how soon after a message was sent the thread that waits for it runs while others compute"
    ),
    run=run,
    limit_s=LIMIT_S,
)
