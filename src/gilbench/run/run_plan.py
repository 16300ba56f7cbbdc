"""A run put together, and about how long it takes, before anything is measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gilbench.model import (
    Case,
    Comparison,
    Experiment,
    Host,
    PlannedItem,
    Target,
    WorkloadInfo,
    target_with_id,
)
from gilbench.plan.comparisons import TASKS_AT_LEAST
from gilbench.plan.profiles import Profile, expected_s

IO_TASK_S = 0.007  # for estimates of time: an I/O task with its delay
LONG_CALLS_MARGIN = 1.25  # of the time that is expected, because other work makes it longer


@dataclass(frozen=True)
class RunPlan:
    """A run put together, before anything is measured.

    Attributes:
        profile: How thorough the run is.
        host: The machine as it is now.
        targets: The interpreters under test, not yet calibrated.
        items: What is measured.
        claims: Ids of the claims that the run is narrowed to; empty for all of them.
        problems: A line for each target that was asked for and cannot be measured.
        notes: A line for each target that is measured otherwise than it was asked for.
        watched_on: Id of the target whose sentinel samples the host's speed around every launch;
            None for no sentinel.
    """

    profile: Profile
    host: Host
    targets: tuple[Target, ...]
    items: tuple[PlannedItem, ...]
    claims: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    watched_on: str | None = None

    def workload_kind(self, case: Case) -> str:
        """The kind that the case's target gives the workload: "cpu" or "io"."""
        return self._workload(case).kind

    def _workload(self, case: Case) -> WorkloadInfo:
        return target_with_id(self.targets, case.target).workload(case.workload)

    def long_call(self, planned: PlannedItem) -> WorkloadInfo | None:
        """The workload of an item whose calls are a user's and take long; None of any other."""
        if not isinstance(planned.item, Comparison):
            return None
        workload = self._workload(planned.item.case)
        return workload if workload.takes_long else None

    def _user_task_s(self, workload: WorkloadInfo) -> float:
        """Seconds that a task of a user function takes, once it is calibrated.

        0 for any other workload.
        """
        if workload.own is None:
            return 0.0
        calibrated_s = self.profile.round_s(self.host.usable_cores) / TASKS_AT_LEAST
        return max(workload.task_s or 0.0, calibrated_s if workload.size_step else 0.0)

    def expected_s(self, planned: PlannedItem) -> float:
        """About how many seconds an item takes up to its first interim analysis."""
        item = planned.item
        if isinstance(item, Experiment):
            return expected_s(planned, 0.0)
        workload = self._workload(item.case)
        if task_s := self._user_task_s(workload):
            return expected_s(planned, 2 * task_s * item.tasks, warms_up=not workload.takes_long)
        if workload.kind == "cpu":
            serial_s = self.profile.round_s(self.host.usable_cores)
            return expected_s(planned, 2 * serial_s * item.tasks / TASKS_AT_LEAST)
        return expected_s(planned, IO_TASK_S * item.tasks * (1 + 1 / item.case.workers))

    def launch_s(self, planned: PlannedItem) -> float:
        """About how many seconds a launch of an item takes."""
        return self.expected_s(planned) / planned.effort.looks[0]

    @cached_property
    def long_calls_s(self) -> float:
        """About how many seconds it takes to measure the calls of users that take long."""
        long = [planned for planned in self.items if self.long_call(planned) is not None]
        return sum(map(self.expected_s, long))

    @property
    def usual_budget_s(self) -> float:
        """Seconds of measuring that the profile gives to all targets together."""
        return self.profile.budget_s * len(self.targets)

    @cached_property
    def budget_s(self) -> float:
        """Seconds of measuring: those of the profile, or what long calls need at least."""
        return max(self.usual_budget_s, LONG_CALLS_MARGIN * self.long_calls_s)
