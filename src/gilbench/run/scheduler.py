"""Which item gets the next launch, when it has had enough, and how long the rest takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gilbench.model import Comparison, PlannedItem, Stop, Verdict
from gilbench.run.pace import Pace
from gilbench.run.stopping import StoppingPolicy


class Scheduler(Protocol):
    """Decides launch by launch what a run measures."""

    def next(self) -> PlannedItem | None:
        """The item that gets the next launch; None where nothing is left to measure."""
        ...

    def over(self) -> Sequence[tuple[PlannedItem, Stop]]:
        """Items that end now, each with the reason; asked before ``next``."""
        ...

    def remaining_s(self) -> float:
        """About how many seconds the rest takes."""
        ...

    def verdicts(self) -> Sequence[Verdict]:
        """The verdicts on claims as of the last call of ``over``.

        None where the run is not about claims.
        """
        ...


class CaseByCaseScheduler:
    """Measures one item to its end before the next begins: for checks.

    Launches of a check are long enough not to be interleaved, and second samples depend on the
    first ones. Items come in the order of the plan, second samples after every first one. An item
    ends where the policy says so at an interim analysis, or with its last launch.
    """

    def __init__(self, pace: Pace, policy: StoppingPolicy) -> None:
        self._pace, self._policy = pace, policy

    def over(self) -> Sequence[tuple[PlannedItem, Stop]]:
        planned = self.next()
        if planned is None:
            return ()
        launches = self._pace.launches(planned)
        if launches == 0:
            if self._policy.needed(planned, self._pace.recorder.tables()):
                return ()
            return ((planned, Stop.SETTLED),)
        if launches >= planned.effort.most_launches:
            return ((planned, Stop.EFFORT),)
        if launches not in planned.effort.looks:
            return ()
        because = self._policy.stopping(planned, self._pace.recorder.tables())
        return ((planned, because),) if because else ()

    def next(self) -> PlannedItem | None:
        unended = self._pace.unended
        firsts = [planned for planned in unended if not _is_second_sample(planned)]
        return next(iter(firsts or unended), None)

    def remaining_s(self) -> float:
        unended = self._pace.unended
        return sum(map(self._pace.plan.expected_s, unended))

    def verdicts(self) -> Sequence[Verdict]:
        return ()


def _is_second_sample(planned: PlannedItem) -> bool:
    return isinstance(planned.item, Comparison) and planned.item.again
