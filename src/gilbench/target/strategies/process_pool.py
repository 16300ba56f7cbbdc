"""A ``ProcessPoolExecutor``: a task each submitted, and shut down; its start and end are timed too."""

import multiprocessing
from typing import Any, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


def prepare() -> None:
    """Import the executor, for the first round would pay for it and a launch without this strategy need not hold it."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: F401


def run(job: Job) -> List[WorkerLog]:
    from concurrent.futures import ProcessPoolExecutor

    context: Any = multiprocessing.get_context(job.start_method)
    return _crew.run_executor(job, ProcessPoolExecutor(job.workers, mp_context=context))


STRATEGY = Strategy(
    name="process-pool",
    summary="concurrent.futures.ProcessPoolExecutor: submit a task each, shut down",
    run=run,
    workers_in="processes",
    takes_single_tasks=True,
    kinds=("cpu",),
    prepare=prepare,
)
