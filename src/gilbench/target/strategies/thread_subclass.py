"""One instance per worker of a ``threading.Thread`` subclass that overrides ``run()``."""

import threading
from typing import Any, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


class ShareThread(threading.Thread):
    """A thread that does one share of a job."""

    def __init__(self, slots: List[Any], worker: int, job: Job, share: List[int]) -> None:
        super().__init__()
        self.slots, self.worker, self.job, self.share = slots, worker, job, share

    def run(self) -> None:
        """Do the share and keep the outcome."""
        _crew.attempt_into(self.slots, self.worker, self.job, self.share)


def run(job: Job) -> List[WorkerLog]:
    return _crew.run_threads(job, ShareThread)


STRATEGY = Strategy(
    name="thread-subclass",
    summary="one instance per worker of a threading.Thread subclass that overrides run()",
    run=run,
    workers_in="threads",
    equivalent_to="thread",
)
