"""How much more two, three, … spinning processes get done here, right now, than one does: the host's own ceiling.

The processes share nothing, take no lock and touch no memory to speak of. They are started once and then spin in short
windows, in turn one of them alone and all of them together, at agreed instants; the median over the windows keeps a
moment's disturbance out. Their start-up is no part of it. What they lack to ``workers``-fold is the host's doing, not
Python's.
"""

import multiprocessing
import time
from statistics import median
from typing import Any, Dict, List

from gilbench.target.registry import Probe

LEAD_NS = 10_000_000  # all spin before the first window, so that the scheduler gives each a core of its own
REST_NS = 500_000  # between two windows, for those that sleep to wake up
SPECIALISING_CALLS = 50  # CPython from 3.11 on rewrites a function's bytecode after some calls: before the first window


def loops_until(end_ns: int) -> int:
    count = 0
    while time.perf_counter_ns() < end_ns:
        count += 1
    return count


def spin(connection: Any, first: bool, window_ns: int, windows: int) -> None:
    """Say when ready, be told when to begin, and count loops in windows of the host's monotonic clock: the first process
    in all of them, the others in every second."""
    for _ in range(SPECIALISING_CALLS):
        loops_until(time.perf_counter_ns() + 10_000)
    connection.send("ready")
    start_ns = connection.recv()
    loops_until(start_ns)
    counts = []
    for window in range(windows):
        begin_ns = start_ns + window * (window_ns + REST_NS)
        if window % 2 == 0 and not first:
            continue
        if not first:
            time.sleep(max(0, begin_ns - REST_NS - time.perf_counter_ns()) / 1e9)
        loops_until(begin_ns)
        counts.append(loops_until(begin_ns + window_ns))
    connection.send(counts)
    connection.close()


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """``workers`` processes, ``windows`` windows of ``window_ns``. Returns loops a window: ``alone``, a number for each
    even window, and ``together``, a list a worker; ``ceiling`` is the ratio of their medians."""
    windows, workers = params["windows"], params["workers"]
    context: Any = multiprocessing.get_context()
    pipes = [context.Pipe() for _ in range(workers)]
    processes = [
        context.Process(target=spin, args=(theirs, worker == 0, params["window_ns"], windows))
        for worker, (_, theirs) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    ours = [connection for connection, _ in pipes]
    for connection in ours:
        connection.recv()
    start_ns = time.perf_counter_ns() + LEAD_NS
    for connection in ours:
        connection.send(start_ns)
    counts: List[List[int]] = [connection.recv() for connection in ours]
    for process in processes:
        process.join()
    for pipe in pipes:
        for connection in pipe:
            connection.close()
    alone, together = counts[0][0::2], [counts[0][1::2], *counts[1:]]
    sums = [sum(column) for column in zip(*together)]
    return {"ceiling": median(sums) / max(1, median(alone)), "alone": alone, "together": together}


PROBE = Probe(name="ceiling", summary="loops done by N spinning processes over loops done by one", run=run)
