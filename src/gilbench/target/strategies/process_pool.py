"""A ``ProcessPoolExecutor``: one task submitted at a time. Start and shutdown are timed too."""

import multiprocessing
from typing import Any, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


def prepare() -> None:
    """Import the executor.

    The first round should not pay for it, nor a launch that never uses it.
    """
    from concurrent.futures import ProcessPoolExecutor  # noqa: F401


def run(job: Job) -> List[WorkerLog]:
    from concurrent.futures import ProcessPoolExecutor

    context: Any = multiprocessing.get_context(job.start_method)
    return _crew.run_executor(job, ProcessPoolExecutor(job.workers, mp_context=context))


STRATEGY = Strategy(
    name="process-pool",
    summary="concurrent.futures.ProcessPoolExecutor: submit one task at a time, shut down",
    run=run,
    workers_in="processes",
    takes_single_tasks=True,
    kinds=("cpu",),
    prepare=prepare,
)
