"""Error over a family of tests: Holm's step-down correction (1979), and the same for sequential looks."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given: reject those at most alpha, and the family-wise error is at most alpha."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def after_looks(p_value: float, looks: int) -> float:
    """The p-value of a test that may have been taken at any of ``looks`` looks at growing data (Bonferroni)."""
    return min(1.0, p_value * looks)
