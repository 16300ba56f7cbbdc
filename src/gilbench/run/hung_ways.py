"""Ways to run a call that hang: what follows for the others."""

from __future__ import annotations

from dataclasses import dataclass

from gilbench.model import Target
from gilbench.plan.call_plan import IN_PROCESSES, MAP, SWEEPS_AT_MOST, Job
from gilbench.summary.call_facts import UNFINISHED_WAY

FORKING = ("process", "pool", "process-pool")
SEPARATE_LAUNCH = SWEEPS_AT_MOST  # the number of that in which a forked process hung
UNUSUAL_S, UNUSUAL_FACTOR = 0.5, 2.0  # beyond what is expected, before a fork is named as the cause


@dataclass(frozen=True)
class Silence:
    """What follows from a job that did not answer.

    Attributes:
        failure: What is kept of it, in words; "" where nothing is known of it.
        may_still_work: Whether its way is tried again, in other processes or with more time.
    """

    failure: str
    may_still_work: bool


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

    def no_answer(self, job: Job, waited_s: float, patience_s: float, expected_s: float) -> Silence:
        """What follows from a job that did not answer, for it and the others of its kind.

        One that was forked is to be tried again with spawned processes if there is time.

        Args:
            job: The job.
            waited_s: Seconds for which its answer was waited for.
            patience_s: Seconds after which it counts as hanging; the budget may end before.
            expected_s: Seconds that it takes where it works.
        """
        is_over = waited_s < patience_s
        is_late = not is_over or waited_s > UNUSUAL_S + UNUSUAL_FACTOR * expected_s
        if is_late and self._may_spawn and job.strategy in FORKING:
            self._may_spawn, self.start_method = False, "spawn"
            times = f"{waited_s:.1f} s, where {expected_s:.1f} s were expected"
            return Silence(f"{UNFINISHED_WAY} {times}", may_still_work=True)
        if is_over:
            return Silence("", may_still_work=True)
        if job.probe == MAP:
            self._first[job.strategy in IN_PROCESSES] = job.strategy
        return Silence(f"no answer within {waited_s:.1f} s", may_still_work=False)

    def settings(self, job: Job) -> dict[str, str]:
        """How the processes of a job are started, if not as the target does."""
        if job.strategy not in FORKING or self.start_method is None:
            return {}
        return {"start_method": self.start_method}

    def like(self, job: Job) -> str | None:
        """The way of a job's kind that hung; None where none did."""
        return self._first.get(job.strategy in IN_PROCESSES)
