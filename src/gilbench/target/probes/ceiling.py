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

from gilbench.target.probes import _children
from gilbench.target.registry import Probe

LEAD_NS = 10_000_000  # all spin before the first window, so that the scheduler gives each a core of its own
PATIENCE_S = 20
REST_NS = 500_000  # between two windows, for those that sleep to wake up
SPECIALISING_CALLS = 50  # CPython from 3.11 on rewrites a function's bytecode after some calls: before the first window


def loops_until(end_ns: int) -> int:
    count = 0
    while time.perf_counter_ns() < end_ns:
        count += 1
    return count


def spins_in(window: int, worker: int, workers: int) -> bool:
    """Every second window belongs to all, the others to one process each, in turn."""
    return window % 2 == 1 or window // 2 % workers == worker


def spin(connection: Any, worker: int, workers: int, window_ns: int, windows: int) -> None:
    """Say when ready, be told when to begin, and count loops in one's windows of the host's monotonic clock."""
    for _ in range(SPECIALISING_CALLS):
        loops_until(time.perf_counter_ns() + 10_000)
    connection.send("ready")
    start_ns = connection.recv()
    loops_until(start_ns)
    counts = []
    for window in range(windows):
        if spins_in(window, worker, workers):
            begin_ns = start_ns + window * (window_ns + REST_NS)
            time.sleep(max(0, begin_ns - REST_NS - time.perf_counter_ns()) / 1e9)
            loops_until(begin_ns)
            counts.append(loops_until(begin_ns + window_ns))
    connection.send(counts)
    connection.close()


def received(connection: Any) -> Any:
    """What a process sent; RuntimeError if nothing comes, for a process that died leaves its pipe open elsewhere."""
    if not connection.poll(PATIENCE_S):
        raise RuntimeError("a spinning process did not answer within {} s".format(PATIENCE_S))
    return connection.recv()


def ratio(alone: List[List[int]], together: List[List[int]]) -> float:
    """Loops of all together over loops of one alone, medians over windows; averaged over which one it was, for cores
    may differ in speed."""
    by_worker = [median(counts) for counts in alone if counts]
    sums = [sum(column) for column in zip(*together)]
    return float(median(sums) / max(1.0, sum(by_worker) / len(by_worker)))


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """``workers`` processes, ``windows`` windows of ``window_ns``. Returns loops a window, a list a worker: ``alone``
    and ``together``; and ``ceiling``, their ratio."""
    windows, workers = params["windows"], params["workers"]
    context: Any = multiprocessing.get_context()
    pipes = [context.Pipe() for _ in range(workers)]
    processes = [
        context.Process(target=spin, args=(theirs, worker, workers, params["window_ns"], windows))
        for worker, (_, theirs) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    ours = [connection for connection, _ in pipes]
    for connection in ours:
        received(connection)
    start_ns = time.perf_counter_ns() + LEAD_NS
    for connection in ours:
        connection.send(start_ns)
    counts: List[List[int]] = [received(connection) for connection in ours]
    for process in processes:
        process.join(PATIENCE_S)
        _children.reap(process)
    for pipe in pipes:
        for connection in pipe:
            connection.close()
    alone: List[List[int]] = [[] for _ in counts]
    together: List[List[int]] = [[] for _ in counts]
    for worker, own in enumerate(counts):
        mine = [window for window in range(windows) if spins_in(window, worker, workers)]
        for window, count in zip(mine, own):
            (together if window % 2 else alone)[worker].append(count)
    return {"ceiling": ratio(alone, together), "alone": alone, "together": together}


PROBE = Probe(name="ceiling", summary="loops done by N spinning processes over loops done by one", run=run, limit_s=60)
