"""What a run has measured so far, how fast, and how much time is left."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from gilbench.model import PlannedItem
from gilbench.run.recorder import Recorder
from gilbench.run.run_plan import RunPlan


@dataclass(frozen=True)
class Pace:
    """What a run has measured so far, and how fast.

    Attributes:
        plan: Says how long items are expected to take, and how much time there is.
        recorder: Everything recorded so far.
        clock_s: The run's clock, in seconds.
    """

    plan: RunPlan
    recorder: Recorder
    clock_s: Callable[[], float]

    @property
    def unended(self) -> list[PlannedItem]:
        """The items that are still to be measured, or to be measured further."""
        return list(self.recorder.unended.values())

    def launches(self, planned: PlannedItem) -> int:
        """How many launches an item has had."""
        return len(self.recorder.launches.get(planned.item.id, ()))

    def looks_passed(self) -> dict[str, float]:
        """How many planned numbers of launches each item has reached.

        It is infinity for an item that has ended.
        """
        ended = self.recorder.ended
        passed = {}
        for planned in self.recorder.run.plan:
            launches = self.launches(planned)
            reached = sum(look <= launches for look in planned.effort.looks)
            passed[planned.item.id] = math.inf if planned.item.id in ended else reached
        return passed

    def launch_s(self, planned: PlannedItem) -> float:
        """About how long a launch of an item takes: as its launches did, or as expected."""
        measured_s = self.recorder.mean_launch_s(planned.item.id)
        if measured_s is not None:
            return measured_s
        return self.plan.launch_s(planned)

    @property
    def spent_s(self) -> float:
        """Seconds since the first launch; 0 before it."""
        first_s = self.recorder.first_launch_s
        return 0.0 if first_s is None else self.clock_s() - first_s

    @property
    def left_s(self) -> float:
        """Seconds that the budget leaves."""
        return self.plan.budget_s - self.spent_s
