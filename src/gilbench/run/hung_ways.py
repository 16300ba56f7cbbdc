"""Ways to run a call that hang: what follows for the others."""

from __future__ import annotations

from gilbench.model import Target
from gilbench.plan.call_plan import IN_PROCESSES, Job

FORKING = ("process", "pool", "process-pool")


class HungWays:
    """The ways that hung on a target: no other one of their kind is waited for.

    A process that is forked next to threads of a library may wait for a lock, or for work of a
    thread, that its fork does not have. After the first one that hangs, processes are spawned.

    Attributes:
        start_method: How processes are started from now on; None for how the target does.
    """

    def __init__(self, target: Target) -> None:
        self._may_spawn = target.description.start_method == "fork"
        self._first: dict[bool, str] = {}  # by whether its workers are processes
        self.start_method: str | None = None

    def add(self, job: Job) -> bool:
        """Remember that a way hung; returns whether to try it again, with spawned processes."""
        if self._may_spawn and job.strategy in FORKING:
            self._may_spawn, self.start_method = False, "spawn"
            return True
        self._first[job.strategy in IN_PROCESSES] = job.strategy
        return False

    def like(self, job: Job) -> str | None:
        """The way of a job's kind that hung; None where none did."""
        return self._first.get(job.strategy in IN_PROCESSES)
