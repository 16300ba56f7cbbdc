"""How much more work several spinning processes complete than one: the ceiling of the host now.

The processes share nothing, take no lock and touch hardly any memory. They are started once and
then spin in short windows at agreed instants, in turn one of them alone and all of them together.
Start-up is not included. What is missing to ``workers``-fold is due to the host, not to Python.
"""

import multiprocessing
import time
from typing import Any, Dict, List

from gilbench.target.probes import _children
from gilbench.target.registry import Probe
from gilbench.target.rounds import WorkerDied

# All spin before the first window, so that the scheduler spreads them over cores
LEAD_NS = 5_000_000
PATIENCE_S = 20
CHECK_S = 0.2  # how often a process that does not answer is looked at
REST_NS = 500_000  # between two windows, for those that sleep to wake up
SPECIALISING_CALLS = 50  # from 3.11 on CPython rewrites a function's bytecode after some calls


def loops_until(end_ns: int) -> int:
    """Spin until the clock reads ``end_ns``; the number of loops."""
    count = 0
    while time.perf_counter_ns() < end_ns:
        count += 1
    return count


def spins_in(window: int, worker: int, workers: int) -> bool:
    """Whether a worker spins in a window.

    All do in every second one, one does in each of the others.
    """
    return window % 2 == 1 or window // 2 % workers == worker


def spin(connection: Any, worker: int, workers: int, window_ns: int, windows: int) -> None:
    """Send when ready, receive when to begin, and send the loops of this worker per window."""
    for _ in range(SPECIALISING_CALLS):
        loops_until(time.perf_counter_ns() + 10_000)
    connection.send("ready")
    start_ns = connection.recv()
    loops_until(start_ns)
    counts = []
    for window in range(windows):
        if spins_in(window, worker, workers):
            begin_ns = start_ns + REST_NS + window * (window_ns + REST_NS)
            time.sleep(max(0, begin_ns - REST_NS - time.perf_counter_ns()) / 1e9)
            loops_until(begin_ns)
            counts.append(loops_until(begin_ns + window_ns))
    connection.send(counts)
    connection.close()


def received(connection: Any, process: Any) -> Any:
    """What a process sent.

    Raises:
        WorkerDied: It died, which may leave its pipe open elsewhere.
        RuntimeError: Nothing came.
    """
    patience = _children.Patience(PATIENCE_S)
    while not connection.poll(CHECK_S):
        if not process.is_alive() and not connection.poll(0):
            death = "a spinning process died with exit code {}".format(process.exitcode)
            raise WorkerDied(death)
        if not patience.left_s():
            raise RuntimeError("a spinning process did not answer within {} s".format(PATIENCE_S))
    return connection.recv()


def ratio(alone: List[List[int]], together: List[List[int]]) -> float:
    """Loops of all workers together over those of one alone, means over windows.

    What takes a core from all of them for a moment takes it from a case too. One that is alone
    rarely loses its core, like serial code, so a window with less than half its best is left out.
    """
    sums = [sum(window_counts) for window_counts in zip(*together)]
    of_one = [count for counts in alone for count in counts if 2 * count >= max(counts)]
    mean_alone = sum(of_one) / float(len(of_one))
    return float(sum(sums) / len(sums) / max(1.0, mean_alone))


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Measure the ceiling with ``workers`` processes in ``windows`` windows of ``window_ns``.

    Returns:
        ``alone`` and ``together``, the loops in each window, one list per worker; and ``ceiling``,
        their ratio.

    Raises:
        WorkerDied: A process died.
        RuntimeError: A process did not answer.
    """
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
    for connection, process in zip(ours, processes):
        received(connection, process)
    start_ns = time.perf_counter_ns() + LEAD_NS
    for connection in ours:
        connection.send(start_ns)
    counts: List[List[int]] = []
    for connection, process in zip(ours, processes):
        counts.append(received(connection, process))
    for process in processes:
        process.join(PATIENCE_S)
        _children.reap(process)
    for pipe in pipes:
        for connection in pipe:
            connection.close()
    alone: List[List[int]] = [[] for _ in counts]
    together: List[List[int]] = [[] for _ in counts]
    for worker, worker_counts in enumerate(counts):
        spun = [window for window in range(windows) if spins_in(window, worker, workers)]
        for window, count in zip(spun, worker_counts):
            (together if window % 2 else alone)[worker].append(count)
    return {"ceiling": ratio(alone, together), "alone": alone, "together": together}


PROBE = Probe(
    name="ceiling",
    summary="loops done by N spinning processes over loops done by one",
    run=run,
    limit_s=60,
)
