"""An estimate with its interval and the claim's bounds, as places on a line that the page draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gilbench.model import Bound, Estimate, Outcome, Verdict
from gilbench.report.drawing.regions import Region, regions
from gilbench.summary.cases import Measured

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


def verdict_strip(verdict: Verdict, elsewhere: Sequence[Estimate] = ()) -> Strip | None:
    """The effect of a verdict, and the bounds of its quantity.

    Args:
        verdict: What was decided.
        elsewhere: Effects of the same claim there, to which the scale is fitted too.

    Returns:
        None where another quantity decided: its bounds would contradict the verdict.
    """
    deciding = {Outcome.PROVED: True, Outcome.REFUTED: False}.get(verdict.verdict)
    for piece in verdict.evidence:
        bounds = verdict.bounds_of(piece.quantity)
        if piece.estimate != verdict.estimate or not bounds:
            continue
        if deciding is None or deciding in {bound.proves for bound in bounds}:
            return lay_out_strip(piece.estimate, bounds, elsewhere)
    return None


def lay_out_strip(
    estimate: Estimate | Measured,
    bounds: Sequence[Bound],
    elsewhere: Sequence[Estimate | Measured] = (),
    marks: Sequence[float] = (),
) -> Strip | None:
    """Lay out a quantity: ratios on a log scale, the estimate and all bounds in sight.

    An interval is cut where it extends far beyond them.

    Args:
        estimate: What is shown.
        bounds: What decides, shaded.
        elsewhere: What is shown on the same scale there.
        marks: Values that are marked as bounds are, without anything shaded.

    Returns:
        None if there is nothing finite to draw.
    """
    edges = [*marks, *(bound.value for bound in bounds)]
    shown = [estimate, *elsewhere]
    values = [*edges, *(each.center for each in shown)]
    if not all(map(math.isfinite, values)):
        return None
    is_log = estimate.unit == "×" and min(values) > 0
    scale = _log if is_log else float
    inner = [scale(value) for value in values]
    spread = max(max(inner) - min(inner), 1e-3)
    ends = []
    for each in shown:
        ends += [_end(scale, end, each.center) for end in (each.lo, each.hi)]
    left = max(min([*inner, *ends]), min(inner) - spread)
    right = min(max([*inner, *ends]), max(inner) + spread)
    if right <= left:
        return None

    def place(mark: float) -> float:
        share = (min(max(mark, left), right) - left) / (right - left)
        return WIDTH * (ROOM + (1 - 2 * ROOM) * share)

    shaded = regions(bounds, lambda value: place(scale(value)), 0.0, WIDTH)
    return Strip(
        lo=place(ends[0]),
        center=place(scale(estimate.center)),
        hi=place(ends[1]),
        regions=tuple(shaded),
        edges=tuple(place(scale(edge)) for edge in edges),
    )


def _end(scale: Callable[[float], float], end: float | None, center: float) -> float:
    """An end of an interval; where it has none, the estimate."""
    return scale(center if end is None or math.isnan(end) else end)


def _log(value: float) -> float:
    """The natural logarithm, also of 0 and of infinity."""
    return math.log(value) if value > 0 else -math.inf
