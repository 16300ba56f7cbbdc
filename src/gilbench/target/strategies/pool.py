"""A ``multiprocessing.Pool``: ``apply_async`` a task each, ``close``, ``join``; its start and end are timed too."""

import multiprocessing
from typing import Any, Dict, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import CHECKSUM_MASK, Job, WorkerLog
from gilbench.target.strategies import _crew


def merge(task_logs: List[WorkerLog]) -> List[WorkerLog]:
    """One log a process, from one log a task."""
    workers: Dict[int, WorkerLog] = {}
    for log in task_logs:
        worker = workers.get(log.pid)
        if worker is None:
            workers[log.pid] = log
            continue
        worker.tasks += log.tasks
        worker.start_ns = min(worker.start_ns, log.start_ns)
        worker.end_ns = max(worker.end_ns, log.end_ns)
        worker.cpu_ns += log.cpu_ns
        worker.checksum = (worker.checksum + log.checksum) & CHECKSUM_MASK
    return list(workers.values())


def run(job: Job) -> List[WorkerLog]:
    pool: Any = multiprocessing.get_context(job.start_method).Pool(job.workers)
    results = [pool.apply_async(_crew.attempt, (job, [index])) for index in range(job.tasks)]
    pool.close()
    pool.join()
    return merge(_crew.logs([result.get() for result in results]))


STRATEGY = Strategy(
    name="pool",
    summary="multiprocessing.Pool: apply_async a task each, close, join",
    run=run,
    workers_in="processes",
)
