"""What is measured next, when it is enough, and how long the rest takes."""

from __future__ import annotations

from collections.abc import Callable

from gilbench.model import Comparison, PlannedItem, Stop
from gilbench.run.compose import RunPlan
from gilbench.run.recorder import Recorder
from gilbench.run.stopping import StoppingPolicy


class SequentialScheduler:
    """Measures one item to its end before the next begins.

    Order: items that no claim needs come first, then those of claims, CPU-bound work last, so that the time that is
    left is known when a claim could use further launches. Second samples follow every first one, because only then is
    it known how many there are to be.

    Stop: at an interim analysis an item stops where the policy says so, or where the launches up to the next analysis
    would take longer than the item's share of the spare time. Spare is what the profile's budget leaves once every
    pending item has had its first analysis; the item being measured and each pending item that claims need get equal
    shares of it.
    """

    def __init__(self, plan: RunPlan, recorder: Recorder, policy: StoppingPolicy, clock_s: Callable[[], float]) -> None:
        """Schedule what a recorder's run has planned.

        Args:
            plan: Says how long items are expected to take, and how much time there is.
            recorder: What was measured so far.
            policy: Says when an item has been measured enough.
            clock_s: The run's clock, in seconds.
        """
        self._plan, self._recorder, self._policy, self._clock_s = plan, recorder, policy, clock_s

    @staticmethod
    def turn(plan: RunPlan, planned: PlannedItem) -> tuple[bool, ...]:
        """A key that sorts planned items into the order in which they are measured."""
        if not isinstance(planned.item, Comparison):
            return (False, bool(planned.claims), False)
        cpu_bound = plan.workload_kind(planned.item.case) == "cpu"
        return (planned.item.again, bool(planned.claims), cpu_bound)

    def needed(self, planned: PlannedItem) -> bool:
        """Whether an item whose turn has come is to be measured at all."""
        return self._policy.needed(planned, self._recorder.tables())

    def stopping(self, planned: PlannedItem) -> Stop | None:
        """Why an item stops at an interim analysis; None where it is to be measured further."""
        if because := self._policy.stopping(planned, self._recorder.tables()):
            return because
        return Stop.TIME if self._next_look_s(planned) > self._share_of_spare_s() else None

    def remaining_s(self) -> float:
        """About how long the pending items take, at the pace of those that have begun."""
        pending = self._pending()
        pending_s = sum(map(self._plan.expected_s, pending))
        begun_s = sum(map(self._plan.expected_s, self._recorder.run.plan)) - pending_s
        pace = self._measured_s() / begun_s if begun_s > 0 else 1.0
        return pending_s * max(1.0, pace)

    def _pending(self) -> list[PlannedItem]:
        """The planned items of which nothing is measured yet."""
        return [planned for planned in self._recorder.run.plan if planned.item.id not in self._recorder.begun]

    def _measured_s(self) -> float:
        """Seconds since the first launch; 0 before it."""
        first_s = self._recorder.first_launch_s
        return 0.0 if first_s is None else self._clock_s() - first_s

    def _next_look_s(self, planned: PlannedItem) -> float:
        """How long the launches up to an item's next interim analysis take, at its own pace so far."""
        launches = self._recorder.launches[planned.item.id]
        seconds_per_launch = (self._clock_s() - launches[0].began_s) / len(launches)
        next_look = min(look for look in planned.effort.looks if look > len(launches))
        return seconds_per_launch * (next_look - len(launches))

    def _share_of_spare_s(self) -> float:
        pending = self._pending()
        budget_s = self._plan.profile.budget_s * len(self._plan.targets)
        spare_s = budget_s - self._measured_s() - sum(map(self._plan.expected_s, pending))
        pending_of_claims = sum(bool(planned.claims) for planned in pending)
        return spare_s / (1 + pending_of_claims)
