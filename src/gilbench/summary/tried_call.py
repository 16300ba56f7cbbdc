"""A call as it was tried: which ways suit it, and the plan that follows from what it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gilbench.model import Host, Target
from gilbench.plan.call_plan import (
    ASYNCHRONOUS,
    LONGEST_BUDGET_S,
    CallPlan,
    Job,
    enough_budget_s,
    ways_for,
)
from gilbench.summary.call_gain import pickling_s

LAUNCH_S = 0.25  # until a launch is ready, without the user's imports


@dataclass(frozen=True)
class TriedCall:
    """What a few calls on a target showed.

    Attributes:
        target: Where it was tried.
        trial: What the launch observed.
    """

    target: Target
    trial: dict[str, Any]

    @property
    def shown(self) -> str:
        """How it was called, as Python would write it."""
        return str(self.trial["shown"])

    @property
    def is_asynchronous(self) -> bool:
        """Whether the call has to be awaited."""
        return self.trial["form"] in ASYNCHRONOUS

    @property
    def suiting_ways(self) -> list[str]:
        """The strategies that suit the call and the target."""
        return ways_for(asynchronous=self.is_asynchronous, interpreters=self._has_interpreters)

    @property
    def _has_interpreters(self) -> bool:
        strategies = self.target.description.strategies
        return any(each.name == "interpreter-pool" and each.missing is None for each in strategies)

    def plan(self, seconds: float, cores: int, asked: Sequence[Job]) -> CallPlan:
        """What is measured of it in so many seconds; ``asked`` narrows it to some ways."""
        trial = self.trial
        return CallPlan(
            call_s=trial["call_ns"] / 1e9,
            wait_share=trial["wait_share"] or 0.0,
            asynchronous=self.is_asynchronous,
            cores=cores,
            has_gil=trial["gil_after"],
            interpreters=self._has_interpreters,
            pickling_s=pickling_s(trial),
            start_s=LAUNCH_S + trial["found_ns"] / 1e9,
            seconds=seconds,
            asked=tuple(asked),
        )


def did_not_return(target: Target, host: Host, limit_s: float, targets: int) -> str:
    """That a first call takes longer than there is time, and what that means for the budget.

    Args:
        target: Where it was tried.
        host: The machine.
        limit_s: Seconds for which it was waited for.
        targets: How many share the budget.
    """
    shortest = CallPlan(
        call_s=limit_s,
        wait_share=0.0,
        asynchronous=False,
        cores=host.usable_cores,
        has_gil=target.description.gil_enabled,
        interpreters=False,
        pickling_s=0.0,
        start_s=LAUNCH_S,
        seconds=0.0,
    )
    problem = (
        f"its import and a first call did not return within {limit_s:.1f} s; give it less to do"
    )
    budget_s = enough_budget_s(targets * shortest.enough_s)
    if budget_s > LONGEST_BUDGET_S:
        return problem
    enough = f"--budget {budget_s} is enough for a call of {limit_s:.0f} s, a longer one needs more"
    return f"{problem}, or more time: {enough}"
