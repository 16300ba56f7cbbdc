"""Error over a family of tests: Holm's step-down procedure, and the price of interim analyses.

Holm (1979) for the first, Bonferroni for the second; for intervals see ``nominal_confidence``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

# By how much the error of an interval grows with the logarithm of the number of analyses at which
# its sampling may have stopped: in the simulation of ``levels`` (docs/measurements/
# simulated-hosts.md) intervals then cover 94 to 97 % whatever the effect.
GROWTH = 1 / 3


def step_down_levels(p_values: Sequence[float], alpha: float) -> list[float]:
    """The level at which Holm's procedure tests each hypothesis of a family.

    The smallest p-value is tested at alpha / m, the next at alpha / (m - 1), and so on until one is
    not rejected; that one and all that are left have its level. A hypothesis is rejected exactly
    where its p-value is at most its level, and the family-wise error is then at most ``alpha``
    whatever the tests' dependence.

    Args:
        p_values: One for each hypothesis.
        alpha: The family-wise error.

    Returns:
        The levels, in the order given.
    """
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    levels = [alpha] * len(p_values)
    rejecting = True
    level = alpha
    for rank, index in enumerate(order):
        if rejecting:
            level = alpha / (len(p_values) - rank)
            rejecting = p_values[index] <= level
        levels[index] = level
    return levels


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given.

    Whoever rejects those that are at most alpha has a family-wise error of at most alpha.
    """
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def either_direction(p_above: float, p_below: float) -> float:
    """The two-sided p-value of two opposite one-sided tests.

    Rejecting it decides for the direction with the smaller p-value (Shaffer, 1980).
    """
    return min(1.0, 2 * min(p_above, p_below))


def after_looks(p_value: float, looks: int) -> float:
    """The p-value of a test that may be taken at any of ``looks`` interim analyses (Bonferroni)."""
    return min(1.0, p_value * looks)


def nominal_confidence(confidence: float, analyses: int) -> float:
    """The confidence at which to compute an interval so that it covers as often as it says.

    Sampling stops where a claim is decided, and small samples that decide are those whose spread
    happens to be small: their intervals are too narrow. The error grows with the logarithm of the
    number of analyses (as Armitage, McPherson and Rowe, 1969, found of repeated tests), and the
    nominal error shrinks by as much.

    Args:
        confidence: How often the interval is to cover the truth.
        analyses: At how many analyses sampling might have stopped, the last one included; 1 for a
            sample of fixed size, whose interval is the ordinary one.
    """
    return 1 - (1 - confidence) / (1 + GROWTH * math.log(analyses))
