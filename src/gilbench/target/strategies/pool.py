"""A ``multiprocessing.Pool``: ``apply_async`` for each task, ``close``, ``join``.

Start and end are timed too.
"""

import multiprocessing
from typing import Any, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


def run(job: Job) -> List[WorkerLog]:
    pool: Any = multiprocessing.get_context(job.start_method).Pool(job.workers)
    results = [
        pool.apply_async(_crew.attempt_task, (job.workload, job.params, index))
        for index in range(job.tasks)
    ]
    pool.close()
    pool.join()
    return _crew.logs([result.get() for result in results])


STRATEGY = Strategy(
    name="pool",
    summary="multiprocessing.Pool: apply_async for each task, close, join",
    run=run,
    workers_in="processes",
    takes_single_tasks=True,
)
