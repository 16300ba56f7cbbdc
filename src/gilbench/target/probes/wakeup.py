"""How long after a reply was sent the thread that waits for it runs, while threads or processes
compute at the same time.

The echo is a separate process, which does not share the GIL of the pinging thread. It waits a
moment before it replies, so that the pinging thread has gone to sleep, and stamps the reply with
the clock that both share: the time from the stamp to the thread's next reading is its wake-up, the
wait for the GIL or for a core. (An immediate reply sometimes arrives before the thread sleeps, and
then the GIL need not be acquired again: the median was that of an idle host in some runs and a
whole interval in others.)
"""

import contextlib
import multiprocessing
import socket
import sys
import threading
import time
from typing import Any, Dict, List, Optional, Set

from gilbench.target.registry import Probe

LIMIT_S = 60.0
GIVE_UP_S = 40.0  # after this long no ping is sent and nothing computes
PATIENCE_S = 4.0
LOST_AFTER_S = 2.0  # many times the longest wait for a GIL between a few threads
POLL_S = 0.001
MESSAGE_BYTES = 8
STAMPED_BYTES = 2 * MESSAGE_BYTES
REPLY_AFTER_S = 0.001  # far longer than going to sleep takes
BLOCK = 1000
MASK = (1 << 30) - 1


def echo(connection: Any) -> None:
    """Send the address, then send each datagram back with the time; ends when killed, or when none
    comes for LIMIT_S."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, contextlib.suppress(OSError):
        server.bind(("127.0.0.1", 0))
        server.settimeout(LIMIT_S)
        connection.send(server.getsockname())
        connection.close()
        while True:
            message, sender = server.recvfrom(MESSAGE_BYTES)
            time.sleep(REPLY_AFTER_S)
            server.sendto(message + time.perf_counter_ns().to_bytes(MESSAGE_BYTES, "big"), sender)


def compute(counts: Any, worker: int, end_ns: int) -> None:
    """Compute in pure Python, the same in a thread and in a process, and count the blocks, until
    the last slot of ``counts`` is set."""
    clock = time.perf_counter_ns
    while not counts[-1] and clock() < end_ns:
        value = worker
        for _ in range(BLOCK):
            value = (value * 5 + 1) & MASK
        counts[worker] += 1


def ping(address: Any, samples: int, end_ns: int, latency_ns: List[int], lost: List[int]) -> None:
    """Send pings one after the other; the number of one whose reply does not come in time goes to
    ``lost``."""
    clock = time.perf_counter_ns
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.connect(address)
        connection.settimeout(LOST_AFTER_S)
        for number in range(samples):
            message = number.to_bytes(MESSAGE_BYTES, "big")
            if clock() > end_ns:
                break
            try:
                connection.send(message)
                reply = connection.recv(STAMPED_BYTES)
                now_ns = clock()
                while reply[:MESSAGE_BYTES] != message:  # the late reply to a ping that was given up
                    reply = connection.recv(STAMPED_BYTES)
                    now_ns = clock()
            except OSError:  # timed out, or the echo is gone and its port closed
                lost.append(number)
            else:
                latency_ns.append(now_ns - int.from_bytes(reply[MESSAGE_BYTES:], "big"))


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
    """What the echo sent; None if it sent nothing in time or died."""
    try:
        return connection.recv() if connection.poll(PATIENCE_S) else None
    except EOFError:
        return None


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Send ``samples`` pings under a switch interval of ``interval_s`` while ``workers`` workers
    compute.

    ``load`` is "threads", "process" or "none".

    Returns:
        ``latency_ns``, a list; ``lost``, a count; ``beside``, the number of workers that computed
        both before the first ping and after the last; and ``echo_pid``, None if the echo never
        started.
    """
    load, end_ns = params["load"], time.perf_counter_ns() + int(GIVE_UP_S * 1e9)
    workers = 0 if load == "none" else params["workers"]
    context: Any = multiprocessing.get_context()
    counts: Any = context.RawArray("Q", workers + 1) if load == "process" else [0] * (workers + 1)
    make: Any = {"none": None, "threads": threading.Thread, "process": context.Process}[load]
    computing = [make(target=compute, args=(counts, worker, end_ns), daemon=True) for worker in range(workers)]
    ours, theirs = context.Pipe(duplex=False)
    echoing = context.Process(target=echo, args=(theirs,), daemon=True)
    started = [echoing]
    observed: Dict[str, Any] = {"latency_ns": [], "lost": 0, "beside": 0, "echo_pid": None}
    interval_before = sys.getswitchinterval()
    try:
        echoing.start()
        theirs.close()  # or the end of an echo that died would not show
        address = received(ours)
        if address is None:
            return observed
        for worker in computing:
            worker.start()
            started.append(worker)
        before = moving(counts)
        latency_ns: List[int] = []
        lost: List[int] = []
        pinging = threading.Thread(
            target=ping, args=(address, params["samples"], end_ns, latency_ns, lost), daemon=True
        )
        sys.setswitchinterval(params["interval_s"])
        pinging.start()
        pinging.join(GIVE_UP_S + LOST_AFTER_S)
        sys.setswitchinterval(interval_before)
        beside = len(before & moving(counts))
        observed.update(latency_ns=latency_ns[:], lost=len(lost), beside=beside, echo_pid=echoing.pid)
        return observed
    finally:
        sys.setswitchinterval(interval_before)
        counts[-1] = 1
        ours.close()
        for worker in started:
            if not isinstance(worker, threading.Thread):
                worker.kill()
            worker.join(PATIENCE_S)


PROBE = Probe(
    name="wakeup",
    summary="how soon after a reply the waiting thread runs while threads or processes compute",
    run=run,
    limit_s=LIMIT_S,
)
