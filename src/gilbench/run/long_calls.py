"""What is measured of a user's call that takes longer than a second: few cases, in few launches."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from gilbench.model import Comparison, Effort, PlannedItem
from gilbench.plan.matrix import Filters
from gilbench.run.run_plan import RunPlan
from gilbench.summary.formatting import duration, short_duration

FEWEST_LAUNCHES = 3  # for which an interval says anything
FEWEST_CASES = 2  # of a target: threads and processes, the question that there is
# What a reader asks first: where time is short, the other strategies are left out.
FIRST = ("thread", "process", "asyncio", "process-pool")


def fitted(plan: RunPlan, filters: Filters) -> RunPlan:
    """The plan with those of its long calls that fit into the time, with one pair in a launch.

    Args:
        plan: What would be measured if there were time.
        filters: Cases that the user names are measured however long that takes.
    """
    shortest = Effort((FEWEST_LAUNCHES,), 1)
    long = []
    for planned in plan.items:
        if plan.long_call(planned) is not None:
            long.append(msgspec.structs.replace(planned, effort=shortest))
    if not long:
        return plan
    long.sort(key=lambda planned: _turn(planned, plan.host.usable_cores))
    sweep_s = sum(map(plan.launch_s, long))
    budget_s = plan.usual_budget_s
    if not filters.strategies and not filters.workers:
        fewest = FEWEST_CASES * len(plan.targets)
        while len(long) > fewest and FEWEST_LAUNCHES * sweep_s > budget_s:
            sweep_s -= plan.launch_s(long.pop())
    affordable = max(FEWEST_LAUNCHES, int(budget_s / sweep_s))
    kept = {planned.item.id for planned in long}
    items = []
    for planned in plan.items:
        if plan.long_call(planned) is None:
            items.append(planned)
        elif planned.item.id in kept:
            launches = min(affordable, max(FEWEST_LAUNCHES, planned.effort.most_launches))
            items.append(msgspec.structs.replace(planned, effort=Effort((launches,), 1)))
    return replace(plan, items=tuple(items))


def _turn(planned: PlannedItem, cores: int) -> tuple[bool, int, int]:
    """What comes first: a worker for each core, under the first strategies; a control is last."""
    assert isinstance(planned.item, Comparison)
    case = planned.item.case
    off = abs(case.workers - max(2, cores))
    if case == planned.item.reference:
        return True, len(FIRST) + 1, off
    rank = FIRST.index(case.strategy) if case.strategy in FIRST else len(FIRST)
    return off > 0, rank, off


def in_words(plan: RunPlan) -> str:
    """What is measured of long calls, and for about how long; "" if there are none."""
    cases: list[str] = []
    calls: dict[str, float] = {}
    for planned in plan.items:
        workload = plan.long_call(planned)
        if workload is not None:
            calls[workload.name] = workload.task_s or 0.0
            cases.append(f"{planned.item.label} in {planned.effort.most_launches} launches")
    if not cases:
        return ""
    times = ", ".join(
        f"a call of {name} takes {short_duration(call_s)}" for name, call_s in calls.items()
    )
    return (
        f"{times}; measured for about {duration(plan.long_calls_s)}: {', '.join(cases)}; "
        "name other cases with --strategy and --workers"
    )
