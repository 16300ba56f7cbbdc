"""One ``threading.Thread(target=...)`` per worker."""

import threading
from typing import Any, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


def make(slots: List[Any], worker: int, job: Job, share: List[int]) -> threading.Thread:
    return threading.Thread(target=_crew.attempt_into, args=(slots, worker, job, share))


def run(job: Job) -> List[WorkerLog]:
    return _crew.run_threads(job, make)


STRATEGY = Strategy(
    name="thread",
    summary="one threading.Thread(target=...) per worker",
    run=run,
    workers_in="threads",
)
