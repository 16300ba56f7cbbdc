"""How much a probe does in one launch: the share that a profile takes of the full amount.

Experiments that differ in amounts only answer each other's questions.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gilbench.model import Experiment
from gilbench.plan.profiles import Profile

# The keys of a condition that say how much is done
AMOUNTS = ("samples", "messages", "total_bytes", "duration_s")
# The ceiling control spins in short windows, since cores change their speed within tenths of a
# second.
CEILING_WINDOW_NS = 3_000_000
CEILING_WINDOWS = 16  # every second one alone, the others together
SHORTENED = 0.6  # of a launch's usual time, roughly, where less is done in it: its start-up stays


def scaled_to(item: Experiment, profile: Profile) -> Experiment:
    """The experiment with the amounts of a profile; its other conditions stay as they are."""
    if profile.share == 1:
        return item
    conditions = []
    for condition in item.conditions:
        scaled = dict(condition)
        for name in AMOUNTS:
            if name in condition:
                scaled[name] = _part(condition[name], profile.share)
        conditions.append(scaled)
    launch_s = item.launch_s * SHORTENED
    return msgspec.structs.replace(item, conditions=tuple(conditions), launch_s=launch_s)


def ceiling_amounts(workers: int, windows_each: int = CEILING_WINDOWS) -> dict[str, int]:
    """What a round of the ceiling control is given, whoever needs it.

    Args:
        workers: How many processes spin.
        windows_each: As many windows as this for each of them, but ``CEILING_WINDOWS`` at most.
            With two, every process spins alone once.
    """
    windows = min(windows_each * max(2, workers), CEILING_WINDOWS)
    return {"workers": workers, "window_ns": CEILING_WINDOW_NS, "windows": windows}


def ask_the_same(first: Experiment, second: Experiment) -> bool:
    """Whether two experiments differ in amounts at most.

    If so, observations of one answer the other.
    """
    return first.id == second.id and _without_amounts(first) == _without_amounts(second)


def _without_amounts(item: Experiment) -> list[dict[str, Any]]:
    stripped = []
    for condition in item.conditions:
        stripped.append({name: value for name, value in condition.items() if name not in AMOUNTS})
    return stripped


def _part(amount: float, share: float) -> float:
    """A share of an amount; at least 1 of a count."""
    if isinstance(amount, int):
        return max(1, round(amount * share))
    return amount * share
