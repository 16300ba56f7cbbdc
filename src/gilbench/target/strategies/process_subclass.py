"""One instance per worker of a ``Process`` subclass that overrides ``run()``."""

import multiprocessing
from typing import Any, Dict, List

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew


class ShareRun:
    """Does one share of a job; mixed with the Process class of each start method below."""

    def __init__(self, connection: Any, job: Job, share: List[int]) -> None:
        super().__init__()
        self.connection, self.job, self.share = connection, job, share

    def run(self) -> None:
        """Do the share in the child and send the outcome back."""
        _crew.attempt_and_send(self.connection, self.job, self.share)


# A spawned child looks its class up by name, so each subclass must be in this module under its
# name.
SUBCLASSES: Dict[str, type] = {}
for _method in multiprocessing.get_all_start_methods():
    _name = "Share{}Process".format(_method.capitalize())
    _base = getattr(multiprocessing.get_context(_method), "Process")  # noqa: B009 - typed on subclasses only
    SUBCLASSES[_method] = globals()[_name] = type(
        _name, (ShareRun, _base), {"__module__": __name__}
    )


def make(context: Any, connection: Any, job: Job, share: List[int]) -> Any:
    return SUBCLASSES[context.get_start_method()](connection, job, share)


def run(job: Job) -> List[WorkerLog]:
    return _crew.run_processes(job, make)


STRATEGY = Strategy(
    name="process-subclass",
    summary="one instance per worker of a multiprocessing.Process subclass that overrides run()",
    run=run,
    workers_in="processes",
    equivalent_to="process",
)
