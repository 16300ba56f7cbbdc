"""An estimate with its interval and the claim's bounds, as places on a line that the page draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Bound, Estimate
from gilbench.report.drawing.regions import Region, regions

ROOM = 0.06  # share of a strip's width that is left free at either end
WIDTH = 100.0  # of a strip, in units of its drawing


@dataclass(frozen=True)
class Strip:
    """Places from 0 to WIDTH.

    Attributes:
        lo, center, hi: Of the estimate.
        regions: Of the bounds; those that prove come first.
        edges: The bounds, in their order.
    """

    lo: float
    center: float
    hi: float
    regions: tuple[Region, ...]
    edges: tuple[float, ...]


def lay_out_strip(estimate: Estimate, bounds: Sequence[Bound]) -> Strip | None:
    """Lay out a quantity: ratios on a log scale, the estimate and all bounds in sight.

    An interval is cut where it extends far beyond them.

    Returns:
        None if there is nothing finite to draw.
    """
    values = [estimate.center, *(bound.value for bound in bounds)]
    if not all(map(math.isfinite, values)):
        return None
    is_log = estimate.unit == "×" and min(values) > 0
    scale = _log if is_log else float
    marks = [scale(value) for value in values]
    spread = max(max(marks) - min(marks), 1e-3)
    ends = [scale(end) for end in (estimate.lo, estimate.hi)]
    lo, hi = (marks[0] if math.isnan(end) else end for end in ends)
    left = max(min([*marks, lo]), min(marks) - spread)
    right = min(max([*marks, hi]), max(marks) + spread)
    if right <= left:
        return None

    def place(mark: float) -> float:
        share = (min(max(mark, left), right) - left) / (right - left)
        return WIDTH * (ROOM + (1 - 2 * ROOM) * share)

    edges = tuple(place(scale(bound.value)) for bound in bounds)
    shaded = regions(bounds, lambda value: place(scale(value)), 0.0, WIDTH)
    return Strip(place(lo), place(marks[0]), place(hi), tuple(shaded), edges)


def _log(value: float) -> float:
    """The natural logarithm, also of 0 and of infinity."""
    return math.log(value) if value > 0 else -math.inf
