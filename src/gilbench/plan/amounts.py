"""How much a probe does in one launch: the part that a profile takes, and whether two experiments differ in it only."""

from __future__ import annotations

from typing import Any

import msgspec

from gilbench.model import Experiment
from gilbench.plan.profiles import Profile

AMOUNTS = ("samples", "messages", "total_bytes", "duration_s")  # the keys of a condition that say how much is done


def scaled_to(item: Experiment, profile: Profile) -> Experiment:
    """An experiment that does as much in a launch as the profile takes; what a condition is stays as it is."""
    return msgspec.structs.replace(
        item,
        conditions=tuple(
            {name: _part(value, profile.share) if name in AMOUNTS else value for name, value in one.items()}
            for one in item.conditions
        ),
        launch_s=item.launch_s if profile.share == 1 else item.launch_s * 0.6,
    )


def ask_the_same(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments differ in amounts at most, so that what one observed answers the other."""
    return one.id == other.id and _without_amounts(one) == _without_amounts(other)


def _without_amounts(item: Experiment) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name not in AMOUNTS} for one in item.conditions]


def _part(amount: float, share: float) -> float:
    """A share of an amount; of a count one at least."""
    return max(1, round(amount * share)) if isinstance(amount, int) else amount * share
