"""An estimate, its intervals and the claim's bounds, as places on a line that the page draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gilbench.model import Bound, Estimate, Evidence, Outcome, Verdict
from gilbench.report.drawing.regions import Region, regions
from gilbench.summary.cases import Measured
from gilbench.summary.deciding import WHICH_RULE, DecidingLimits, deciding_limits

ROOM = 0.06  # share of a strip's width that is left free at either end
WIDTH = 100.0  # of a strip, in units of its drawing


@dataclass(frozen=True)
class Strip:
    """Places from 0 to WIDTH.

    Attributes:
        lo, center, hi: Of the estimate and its 95 % interval.
        regions: Of the bounds; those that prove come first.
        edges: The bounds, in their order.
        certain: How far the quantity certainly lies at the level that decides; on a side that
            nothing tests, the estimate. None where it is not known.
    """

    lo: float
    center: float
    hi: float
    regions: tuple[Region, ...]
    edges: tuple[float, ...]
    certain: tuple[float, float] | None = None


def verdict_strip(verdict: Verdict, elsewhere: Sequence[Verdict] = ()) -> Strip | None:
    """The effect of a verdict, and the bounds of its quantity.

    Args:
        verdict: What was decided.
        elsewhere: Verdicts on the same claim there, to which the scale is fitted too.

    Returns:
        None where another quantity decided, and where every trial did: the interval of a share of
        trials reaches beyond the bounds, which would contradict the verdict.
    """
    piece = _shown_piece(verdict)
    if piece is None:
        return None
    effects, in_sight = [], []
    for other in elsewhere:
        if other.estimate is not None:
            effects.append(other.estimate)
        in_sight += _ends_of(_limits_of(other))
    bounds = verdict.bounds_of(piece.quantity)
    return lay_out_strip(
        piece.estimate, bounds, effects, limits=_limits_of(verdict), in_sight=in_sight
    )


def _shown_piece(verdict: Verdict) -> Evidence | None:
    """The evidence whose estimate the verdict shows, unless another quantity decided."""
    deciding = WHICH_RULE.get(verdict.verdict)
    for piece in verdict.evidence:
        bounds = verdict.bounds_of(piece.quantity)
        if piece.estimate != verdict.estimate or not bounds or is_held_by(bounds, verdict):
            continue
        if deciding is None or deciding in {bound.proves for bound in bounds}:
            return piece
    return None


def is_held_by(bounds: Sequence[Bound], verdict: Verdict) -> bool:
    """Whether a quantity has these bounds of trials without an exception, and had none."""
    is_proved = verdict.verdict == Outcome.PROVED
    return is_proved and any(bound.every_trial and bound.proves for bound in bounds)


def _limits_of(verdict: Verdict) -> DecidingLimits | None:
    piece = _shown_piece(verdict)
    if piece is None:
        return None
    return deciding_limits(verdict.bounds_of(piece.quantity), verdict.verdict)


def _ends_of(limits: DecidingLimits | None) -> list[float]:
    """The limits that there are."""
    return [end for end in (limits.lo, limits.hi) if end is not None] if limits else []


def lay_out_strip(
    estimate: Estimate | Measured,
    bounds: Sequence[Bound],
    elsewhere: Sequence[Estimate | Measured] = (),
    marks: Sequence[float] = (),
    limits: DecidingLimits | None = None,
    in_sight: Sequence[float] = (),
) -> Strip | None:
    """Lay out a quantity: ratios on a log scale, the estimate and all bounds in sight.

    An interval is cut where it extends far beyond them.

    Args:
        estimate: What is shown.
        bounds: What decides, shaded.
        elsewhere: What is shown on the same scale there.
        marks: Values that are marked as bounds are, without anything shaded.
        limits: How far the quantity certainly lies.
        in_sight: Values there that are in sight too, unless they are far away.

    Returns:
        None if there is nothing finite to draw.
    """
    edges = [*marks, *(bound.value for bound in bounds)]
    shown = [estimate, *elsewhere]
    values = [*edges, *(each.center for each in shown)]
    if not all(map(math.isfinite, values)):
        return None
    is_log = estimate.unit == "×" and min(values) > 0
    scale = extended_log if is_log else float
    ends = []
    for each in shown:
        ends += [_end(scale, end, each.center) for end in (each.lo, each.hi)]
    far = [scale(end) for end in (*_ends_of(limits), *in_sight)]
    axis = _axis_range([scale(value) for value in values], [*ends, *far])
    if axis is None:
        return None
    certain = None
    if limits is not None:
        lo, hi = (_end(scale, end, estimate.center) for end in (limits.lo, limits.hi))
        certain = (axis.place(lo), axis.place(hi))
    shaded = regions(bounds, lambda value: axis.place(scale(value)), 0.0, WIDTH)
    return Strip(
        lo=axis.place(ends[0]),
        center=axis.place(scale(estimate.center)),
        hi=axis.place(ends[1]),
        regions=tuple(shaded),
        edges=tuple(axis.place(scale(edge)) for edge in edges),
        certain=certain,
    )


@dataclass(frozen=True)
class AxisRange:
    """What of a scale is in sight, from ``left`` to ``right``."""

    left: float
    right: float

    def place(self, mark: float) -> float:
        """From 0 to WIDTH, with room at either end; what lies beyond is at the end."""
        inside = min(max(mark, self.left), self.right)
        share = (inside - self.left) / (self.right - self.left)
        return WIDTH * (ROOM + (1 - 2 * ROOM) * share)


def _axis_range(inner: Sequence[float], outer: Sequence[float]) -> AxisRange | None:
    """All inner marks, and outer ones no further away than these are apart; None of one point."""
    spread = max(max(inner) - min(inner), 1e-3)
    left = max(min(*inner, *outer), min(inner) - spread)
    right = min(max(*inner, *outer), max(inner) + spread)
    return None if right <= left else AxisRange(left, right)


def _end(scale: Callable[[float], float], end: float | None, center: float) -> float:
    """An end of an interval; where it has none, the estimate."""
    return scale(center if end is None or math.isnan(end) else end)


def extended_log(value: float) -> float:
    """The natural logarithm, also of 0 and of infinity."""
    return math.log(value) if value > 0 else -math.inf
