"""One ``multiprocessing.Process(target=...)`` per worker."""

from typing import Any, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


def make(context: Any, connection: Any, job: Job, share: List[int]) -> Any:
    return context.Process(target=_crew.attempt_and_send, args=(connection, job, share))


def run(job: Job) -> List[WorkerLog]:
    return _crew.run_processes(job, make)


STRATEGY = Strategy(
    name="process",
    summary="one multiprocessing.Process(target=...) per worker",
    run=run,
    workers_in="processes",
)
