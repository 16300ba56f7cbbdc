"""An estimate with its interval and the claim's bounds, as places on a line that the page draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gilbench.model import Bound, Estimate

ROOM = 0.06  # share of a strip's width that is left free at either end
WIDTH = 100.0  # of a strip, in units of its drawing


@dataclass(frozen=True)
class Region:
    """Where a quantity must lie to prove the claim, or to refute it."""

    left: float
    right: float
    proves: bool


@dataclass(frozen=True)
class Strip:
    """Places from 0 to WIDTH.

    Attributes:
        lo, center, hi: Of the estimate.
        regions: Of the bounds; those that prove come first.
        edges: Each bound, and whether it belongs to a region that proves.
    """

    lo: float
    center: float
    hi: float
    regions: tuple[Region, ...]
    edges: tuple[tuple[float, bool], ...]


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

    edges = tuple((place(scale(bound.value)), bound.proves) for bound in bounds)
    regions = _regions(bounds, lambda value: place(scale(value)))
    return Strip(place(lo), place(marks[0]), place(hi), regions, edges)


def _regions(bounds: Sequence[Bound], place: Callable[[float], float]) -> tuple[Region, ...]:
    """What the bounds leave: between two of them, or outside where no value lies between."""
    regions = []
    for proves in (True, False):
        of_kind = [bound for bound in bounds if bound.proves == proves]
        left = max((place(bound.value) for bound in of_kind if bound.above), default=0.0)
        right = min((place(bound.value) for bound in of_kind if not bound.above), default=WIDTH)
        if of_kind and left <= right:
            regions.append(Region(left, right, proves))
        elif of_kind:
            regions += [Region(0.0, right, proves), Region(left, WIDTH, proves)]
    return tuple(regions)


def _log(value: float) -> float:
    """The natural logarithm, also of 0 and of infinity."""
    return math.log(value) if value > 0 else -math.inf
