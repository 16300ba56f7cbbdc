"""A ``multiprocessing.Pool``: ``apply_async`` a task each, ``close``, ``join``; its start and end are timed too."""

import multiprocessing
from typing import Any, Dict, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import CHECKSUM_MASK, Job, WorkerLog
from gilbench.target.strategies import _crew


def attempt_task(workload: str, params: Dict[str, Any], index: int) -> Any:
    """One task in a process of the pool; its arguments and result are plain, for each of them is pickled."""
    return _crew.attempt(Job(workload, params, tasks=1, workers=1), [index])


def merge(task_logs: List[WorkerLog]) -> List[WorkerLog]:
    """One log a process, from one log a task."""
    by_pid: Dict[int, List[WorkerLog]] = {}
    for log in task_logs:
        by_pid.setdefault(log.pid, []).append(log)
    return [
        WorkerLog(
            pid=pid,
            thread_id=logs[0].thread_id,
            tasks=sum(log.tasks for log in logs),
            start_ns=min(log.start_ns for log in logs),
            end_ns=max(log.end_ns for log in logs),
            cpu_ns=sum(log.cpu_ns for log in logs),
            checksum=sum(log.checksum for log in logs) & CHECKSUM_MASK,
        )
        for pid, logs in by_pid.items()
    ]


def run(job: Job) -> List[WorkerLog]:
    pool: Any = multiprocessing.get_context(job.start_method).Pool(job.workers)
    results = [pool.apply_async(attempt_task, (job.workload, job.params, index)) for index in range(job.tasks)]
    pool.close()
    pool.join()
    return merge(_crew.logs([result.get() for result in results]))


STRATEGY = Strategy(
    name="pool",
    summary="multiprocessing.Pool: apply_async a task each, close, join",
    run=run,
    workers_in="processes",
)
