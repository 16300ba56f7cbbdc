"""A ``ThreadPoolExecutor``: a task each submitted, and shut down; its start and end are timed too."""

from typing import List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


def prepare() -> None:
    """Import the executor, for the first round would pay for it and a launch without this strategy need not hold it."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: F401


def run(job: Job) -> List[WorkerLog]:
    from concurrent.futures import ThreadPoolExecutor

    return _crew.run_executor(job, ThreadPoolExecutor(job.workers))


STRATEGY = Strategy(
    name="thread-pool",
    summary="concurrent.futures.ThreadPoolExecutor: submit a task each, shut down",
    run=run,
    workers_in="threads",
    takes_single_tasks=True,
    kinds=("io",),
    prepare=prepare,
)
