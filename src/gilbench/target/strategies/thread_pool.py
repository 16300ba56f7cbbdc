"""A ``ThreadPoolExecutor``: one task submitted at a time. Start and shutdown are timed too."""

from typing import List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


def prepare() -> None:
    """Import the executor.

    The first round should not pay for it, nor a launch that never uses it.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: F401


def run(job: Job) -> List[WorkerLog]:
    from concurrent.futures import ThreadPoolExecutor

    return _crew.run_executor(job, ThreadPoolExecutor(job.workers))


STRATEGY = Strategy(
    name="thread-pool",
    summary="concurrent.futures.ThreadPoolExecutor: submit one task at a time, shut down",
    run=run,
    workers_in="threads",
    takes_single_tasks=True,
    kinds=("io",),
    prepare=prepare,
)
