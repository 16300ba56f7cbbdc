"""What is measured of a user's call that takes longer than a second: few cases, in few launches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from gilbench.model import Comparison, Effort, PlannedItem, Target, WorkloadInfo, target_with_id
from gilbench.plan.matrix import Filters
from gilbench.summary.formatting import duration, short_duration

FEWEST_LAUNCHES = 3  # for which an interval says anything
FEWEST_CASES = 2  # of a target: threads and processes, the question that there is
# What a reader asks first: where time is short, the other strategies are left out.
FIRST = ("thread", "process", "asyncio", "process-pool")
MARGIN = 1.25  # of the time that is expected, because other work makes it longer


def long_call(planned: PlannedItem, targets: Sequence[Target]) -> WorkloadInfo | None:
    """The workload of an item whose calls are a user's and take long; None of any other item."""
    if not isinstance(planned.item, Comparison):
        return None
    case = planned.item.case
    target = target_with_id(targets, case.target)
    workload = target.workload(case.workload)
    return workload if workload.takes_long else None


def fitted(
    items: Sequence[PlannedItem],
    targets: Sequence[Target],
    filters: Filters,
    cores: int,
    budget_s: float,
    launch_s: Callable[[PlannedItem], float],
) -> tuple[PlannedItem, ...]:
    """The items, and of long calls those that fit into the time, with one pair in a launch.

    Args:
        items: What would be measured if there were time.
        targets: Where.
        filters: Cases that the user names are measured however long that takes.
        cores: The usable cores; cases with a worker for each come first.
        budget_s: The time of the run.
        launch_s: About how long a launch of an item takes.
    """
    shortest = Effort((FEWEST_LAUNCHES,), 1)
    long = [
        msgspec.structs.replace(planned, effort=shortest)
        for planned in items
        if long_call(planned, targets) is not None
    ]
    if not long:
        return tuple(items)
    long.sort(key=lambda planned: _turn(planned, cores))
    sweep_s = sum(map(launch_s, long))
    if not filters.strategies and not filters.workers:
        while len(long) > FEWEST_CASES * len(targets) and FEWEST_LAUNCHES * sweep_s > budget_s:
            sweep_s -= launch_s(long.pop())
    affordable = max(FEWEST_LAUNCHES, int(budget_s / sweep_s))
    kept = {planned.item.id for planned in long}
    plan = []
    for planned in items:
        if long_call(planned, targets) is None:
            plan.append(planned)
        elif planned.item.id in kept:
            launches = min(affordable, max(FEWEST_LAUNCHES, planned.effort.most_launches))
            plan.append(msgspec.structs.replace(planned, effort=Effort((launches,), 1)))
    return tuple(plan)


def _turn(planned: PlannedItem, cores: int) -> tuple[bool, int, int]:
    """What comes first: a worker for each core, under the first strategies; a control is last."""
    assert isinstance(planned.item, Comparison)
    case = planned.item.case
    off = abs(case.workers - max(2, cores))
    if case == planned.item.reference:
        return True, len(FIRST) + 1, off
    rank = FIRST.index(case.strategy) if case.strategy in FIRST else len(FIRST)
    return off > 0, rank, off


def in_words(items: Sequence[PlannedItem], targets: Sequence[Target], seconds: float) -> str:
    """What is measured of long calls, and for about how many seconds; "" if there are none."""
    cases: list[str] = []
    calls: dict[str, float] = {}
    for planned in items:
        workload = long_call(planned, targets)
        if workload is not None:
            calls[workload.name] = workload.task_s or 0.0
            cases.append(f"{planned.item.label} in {planned.effort.most_launches} launches")
    if not cases:
        return ""
    times = ", ".join(
        f"a call of {name} takes {short_duration(call_s)}" for name, call_s in calls.items()
    )
    return (
        f"{times}; measured for about {duration(seconds)}: {', '.join(cases)}; "
        "name other cases with --strategy and --workers"
    )
