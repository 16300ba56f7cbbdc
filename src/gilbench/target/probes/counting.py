"""Threads that increment one attribute: how many of their updates are lost.

From 3.10 on CPython switches threads only at calls and backward jumps, so nothing can happen
between the read and the write of a bare ``n += 1``; where both are calls, it can.
"""

import sys
import threading
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

from gilbench.target.registry import Probe

START_S = 10
END_S = 60
CHUNK = 1000  # updates between two checks whether to stop

LOCKS: Dict[str, Callable[[], Any]] = {"none": lambda: None, "lock": threading.Lock, "rlock": threading.RLock}


class Box:
    """The object whose attribute is incremented."""

    n = 0


def read(box: Box) -> int:
    return box.n


def write(box: Box, n: int) -> None:
    box.n = n


def bare(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        box.n += 1


def bare_locked(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        with lock:
            box.n += 1


def read_modify_write(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        write(box, read(box) + 1)


def read_modify_write_locked(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        with lock:
            write(box, read(box) + 1)


UPDATES: Dict[Tuple[str, bool], Callable[[Box, Any, int], None]] = {
    ("bare", False): bare,
    ("bare", True): bare_locked,
    ("read-modify-write", False): read_modify_write,
    ("read-modify-write", True): read_modify_write_locked,
}


def work(
    update: Callable[[Box, Any, int], None],
    box: Box,
    lock: Any,
    updates: int,
    barrier: threading.Barrier,
    stop: threading.Event,
    spans: List[Tuple[int, int]],
) -> None:
    """Begin with the others, do all updates, and append their start and end to ``spans``.

    Nothing is appended if they were not all done.
    """
    try:
        barrier.wait(START_S)
    except threading.BrokenBarrierError:
        return
    start_ns = time.perf_counter_ns()
    for done in range(0, updates, CHUNK):
        if stop.is_set():
            return
        update(box, lock, min(CHUNK, updates - done))
    spans.append((start_ns, time.perf_counter_ns()))


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Count with ``workers`` threads that do ``updates`` updates each.

    ``update`` is ``bare`` or ``read-modify-write``, ``lock`` is ``none``, ``lock`` or ``rlock``,
    and ``interval_s`` the switch interval.

    Returns:
        ``expected`` and ``counted``, and ``elapsed_ns`` from the first thread's start to the last
        one's end. ``counted`` and ``elapsed_ns`` are None if not all threads ended.
    """
    workers, updates = params["workers"], params["updates"]
    box, lock = Box(), LOCKS[params["lock"]]()
    update = UPDATES[params["update"], lock is not None]
    barrier, stop = threading.Barrier(workers), threading.Event()
    spans: List[Tuple[int, int]] = []
    threads = [
        threading.Thread(target=work, args=(update, box, lock, updates, barrier, stop, spans), daemon=True)
        for _ in range(workers)
    ]
    interval_before = sys.getswitchinterval()
    sys.setswitchinterval(params["interval_s"])
    try:
        for thread in threads:
            thread.start()
        join(threads, END_S)
        stop.set()
        join(threads, START_S)
    finally:
        sys.setswitchinterval(interval_before)
    ended = len(spans) == workers
    counted: Optional[int] = None
    elapsed_ns: Optional[int] = None
    if ended:
        counted = box.n
        elapsed_ns = max(end for _, end in spans) - min(start for start, _ in spans)
    return {"expected": workers * updates, "counted": counted, "elapsed_ns": elapsed_ns}


def join(threads: List[threading.Thread], limit_s: float) -> None:
    """Join all threads within ``limit_s`` seconds together."""
    deadline = time.monotonic() + limit_s
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


PROBE = Probe(
    name="counting",
    summary="updates of one attribute by several threads, and how many of them are lost",
    run=run,
    limit_s=90,
)
