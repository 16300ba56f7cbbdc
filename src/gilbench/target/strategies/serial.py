"""Every task in turn in the calling thread: the reference of all other strategies."""

from typing import List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog


def run(job: Job) -> List[WorkerLog]:
    return [job.perform(range(job.tasks))]


STRATEGY = Strategy(
    name="serial",
    summary="every task in turn in the calling thread",
    run=run,
    workers_in="caller",
    one_worker=True,
)
