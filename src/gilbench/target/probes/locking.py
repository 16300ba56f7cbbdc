"""How often threads or processes acquire and release a lock in a given time.

A worker does so alone or in contention with others.

The same loop without a lock shows what the loop itself costs.
"""

import multiprocessing
import threading
import time
from contextlib import suppress
from typing import Any, Dict, List, Optional, Tuple

from gilbench.target.registry import Probe

BATCH = 64  # operations between two readings of the clock
LEAD_NS = 5_000_000  # for every worker to hear when to start
READY_S = 20
END_S = 10
LEAVE_S = 5

# Operations, and ns from the common start to the first and to the last; None of who did not report
Count = Tuple[Optional[int], Optional[int], Optional[int]]
UNREPORTED: Count = (None, None, None)


def repeat(lock: Any, end_ns: int) -> int:
    """Acquire and release the lock until the clock reads ``end_ns``; the number of times."""
    acquire, release, clock = lock.acquire, lock.release, time.perf_counter_ns
    operations = 0
    while clock() < end_ns:
        for _ in range(BATCH):
            acquire()
            operations += 1
            release()
    return operations


def repeat_without(lock: None, end_ns: int) -> int:
    """``repeat`` without the lock."""
    clock = time.perf_counter_ns
    operations = 0
    while clock() < end_ns:
        for _ in range(BATCH):
            operations += 1
    return operations


def work(connection: Any, lock: Any, duration_ns: int) -> None:
    """Send when ready, receive when to start, repeat until ``duration_ns`` later, send the count.

    All workers start and end at the same two instants, so that their operations together are those
    of one span. Next to a thread that holds the GIL the first operation comes later.
    """
    loop = repeat_without if lock is None else repeat
    connection.send("ready")
    if not connection.poll(READY_S):
        return
    start_ns = connection.recv()
    while time.perf_counter_ns() < start_ns:
        time.sleep(0)
    late_ns = time.perf_counter_ns() - start_ns
    operations = loop(lock, start_ns + duration_ns)
    elapsed_ns = time.perf_counter_ns() - start_ns
    with suppress(OSError):  # a thread that took too long finds its pipe closed
        connection.send((operations, late_ns, elapsed_ns))


def received(connection: Any, deadline_s: float) -> Any:
    """What a worker sent, or None if it sent nothing by the deadline."""
    return connection.recv() if connection.poll(max(0.0, deadline_s - time.monotonic())) else None


def make_lock(kind: str, of: str) -> Any:
    module: Any = {"threading": threading, "multiprocessing": multiprocessing}[of]
    return {"none": lambda: None, "lock": module.Lock, "rlock": module.RLock}[kind]()


def make_worker(of: str, *arguments: Any) -> Any:
    if of == "threading":
        return threading.Thread(target=work, args=arguments, daemon=True)
    return multiprocessing.get_context().Process(target=work, args=arguments)


def measure(connections: List[Any], duration_ns: int) -> List[Count]:
    """Have all workers start at one instant, and collect their counts."""
    ready_by_s = time.monotonic() + READY_S
    if None in [received(connection, ready_by_s) for connection in connections]:
        return [UNREPORTED] * len(connections)
    start_ns = time.perf_counter_ns() + LEAD_NS
    for connection in connections:
        connection.send(start_ns)
    end_by_s = time.monotonic() + duration_ns / 1e9 + END_S
    return [received(connection, end_by_s) or UNREPORTED for connection in connections]


def end(workers: List[Any]) -> None:
    """Wait for the workers to end, and kill processes that do not."""
    deadline_s = time.monotonic() + LEAVE_S
    for worker in workers:
        worker.join(max(0.0, deadline_s - time.monotonic()))
    for worker in workers:
        if worker.is_alive() and hasattr(worker, "kill"):
            worker.kill()
            worker.join(LEAVE_S)


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Have ``workers`` threads or processes share one lock for ``duration_s`` seconds.

    ``of`` is the module of workers and lock, ``threading`` or ``multiprocessing``; ``lock`` is
    ``none``, ``lock`` or ``rlock``.

    Returns:
        ``operations``, and ns from the common start to each worker's first one (``late_ns``) and
        last one (``elapsed_ns``), lists with one entry per worker: None for one that did not end,
        and for all of them if one was never ready.
    """
    of, duration_ns = params["of"], int(params["duration_s"] * 1e9)
    lock = make_lock(params["lock"], of)
    pipes = [multiprocessing.Pipe() for _ in range(params["workers"])]
    workers = [make_worker(of, theirs, lock, duration_ns) for _, theirs in pipes]
    try:
        for worker in workers:
            worker.start()
        counts = measure([ours for ours, _ in pipes], duration_ns)
    finally:
        end([worker for worker in workers if worker.ident is not None])
        for pipe in pipes:
            for connection in pipe:
                connection.close()
    return {
        "operations": [operations for operations, _, _ in counts],
        "late_ns": [late_ns for _, late_ns, _ in counts],
        "elapsed_ns": [elapsed_ns for _, _, elapsed_ns in counts],
    }


PROBE = Probe(
    name="locking",
    summary="how often threads or processes acquire and release a lock they share",
    run=run,
    limit_s=90,
)
