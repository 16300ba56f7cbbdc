"""Which worker runs when: several compute in the same short window.

Each records the slices of the window in which it ran.

A worker reads the clock after each short block of work. A gap between two readings that is much
longer than a block means that it did not run: it waited for the GIL, or for a core. The time
between two such gaps is a slice.
"""

import hashlib
import multiprocessing
import threading
import time
from contextlib import ExitStack
from typing import Any, Callable, Dict, List, Optional, Tuple

from gilbench.target.probes import _children
from gilbench.target.probes._switch_interval import switch_interval
from gilbench.target.registry import Probe

# All work before the window too, so that the scheduler spreads them over cores
LEAD_NS = 40_000_000
PATIENCE_S = 10.0
GAP_OF_INTERVAL = 0.25  # well over a block of bytecode and well under the hold of another thread
GAP_OF_BLOCK = 3  # a block that takes this many times as long was interrupted
# Hashed in well under a millisecond, and far above the size at which hashlib releases the GIL.
BUFFER = bytes(256 << 10)
LOOPS = 400

Slice = Tuple[int, int]


def compute() -> None:
    total = 0
    for number in range(LOOPS):
        total += number * number


def digest() -> None:
    hashlib.sha256(BUFFER).digest()


WORK: Dict[str, Callable[[], None]] = {"bytecode": compute, "hashlib": digest}


def time_block_ns(block: Callable[[], None]) -> int:
    """Nanoseconds that a block takes alone; the fastest of some, since the first ones are slow."""
    best_ns = PATIENCE_S * 1e9
    for _ in range(20):
        start_ns = time.perf_counter_ns()
        block()
        best_ns = min(best_ns, time.perf_counter_ns() - start_ns)
    return int(best_ns)


def slices_of(start_ns: int, end_ns: int, gap_ns: int, block: Callable[[], None]) -> List[Slice]:
    """Work between two instants.

    Returns:
        The slices in which the caller ran, in nanoseconds since the first instant.
    """
    clock = time.perf_counter_ns
    while clock() < start_ns:
        block()
    slices: List[Slice] = []
    began = last = clock()
    while last < end_ns:
        block()
        now = clock()
        if now - last > gap_ns:
            slices.append((began - start_ns, last - start_ns))
            began = now
        last = now
    slices.append((began - start_ns, last - start_ns))
    return [(start, end) for start, end in slices if end > start]


def in_threads(
    workers: int, window_ns: int, gap_ns: int, block: Callable[[], None]
) -> List[Optional[List[Slice]]]:
    """The slices of each thread; None for one that did not report."""
    slices: List[Optional[List[Slice]]] = [None] * workers
    common_start: List[int] = []
    barrier = threading.Barrier(
        workers, lambda: common_start.append(time.perf_counter_ns() + LEAD_NS)
    )

    def work(worker: int) -> None:
        try:
            barrier.wait(PATIENCE_S)
        except threading.BrokenBarrierError:
            return
        (start_ns,) = common_start
        slices[worker] = slices_of(start_ns, start_ns + window_ns, gap_ns, block)

    threads = [
        threading.Thread(target=work, args=(worker,), daemon=True) for worker in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE_S)
    return slices[:]


def be_a_process(connection: Any, window_ns: int, gap_ns: int, work: str) -> None:
    """Send when ready, receive when to begin, and send the slices."""
    time_block_ns(WORK[work])
    connection.send("ready")
    start_ns = _children.received(connection, PATIENCE_S)
    if start_ns is not None:
        connection.send(slices_of(start_ns, start_ns + window_ns, gap_ns, WORK[work]))


def in_processes(
    workers: int, window_ns: int, gap_ns: int, work: str
) -> List[Optional[List[Slice]]]:
    """The slices of each process; None for one that did not report."""
    pipes = [multiprocessing.Pipe() for _ in range(workers)]
    connections = [ours for ours, _ in pipes]
    with ExitStack() as stack:
        for _, theirs in pipes:
            stack.enter_context(_children.running(be_a_process, theirs, window_ns, gap_ns, work))
        slices: List[Optional[List[Slice]]] = [None] * workers
        ready = [_children.received(connection, PATIENCE_S) for connection in connections]
        if all(ready):
            start_ns = time.perf_counter_ns() + LEAD_NS
            for connection in connections:
                connection.send(start_ns)
            slices = [_children.received(connection, PATIENCE_S) for connection in connections]
    for pipe in pipes:
        for connection in pipe:
            connection.close()
    return slices


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Have ``workers`` workers do ``work`` for ``window_s`` seconds.

    The switch interval is ``interval_s`` seconds.

    ``worker`` is ``thread`` or ``process``, ``work`` is ``bytecode`` or ``hashlib``.

    Returns:
        ``slices``, for each worker a list of pairs of ns since the common start, None for one that
        did not report; and ``block_ns``, the precision to which the ends of a slice are known.
    """
    block = WORK[params["work"]]
    block_ns = time_block_ns(block)
    gap_ns = max(int(params["interval_s"] * 1e9 * GAP_OF_INTERVAL), GAP_OF_BLOCK * block_ns)
    window_ns = int(params["window_s"] * 1e9)
    with switch_interval(params["interval_s"]):
        if params["worker"] == "thread":
            slices = in_threads(params["workers"], window_ns, gap_ns, block)
        else:
            slices = in_processes(params["workers"], window_ns, gap_ns, params["work"])
    return {"slices": slices, "block_ns": block_ns}


PROBE = Probe(
    name="turns",
    summary="the slices of time in which each of several workers ran",
    run=run,
    limit_s=60,
)
