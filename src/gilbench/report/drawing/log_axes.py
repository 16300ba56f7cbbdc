"""Log axes whose limits and ticks are taken as logarithms: matplotlib's log scales are slow."""

from __future__ import annotations

import math
from collections.abc import Iterable

from matplotlib.axes import Axes

from gilbench.summary.cases import Measured
from gilbench.summary.formatting import number

FAR_BELOW = -30.0  # where a log scale puts what is not positive; no axis shows it
PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))


def log10(value: float) -> float:
    """The decimal logarithm, also of an interval's end that is not positive.

    It is taken here since matplotlib's log scales are slow.
    """
    return math.log10(value) if value > 0 else FAR_BELOW


def log_limits(values: Iterable[Measured | None], *also: float) -> tuple[float, float]:
    """The limits of a log axis, as logarithms.

    All centers and ``also`` are in sight, and intervals where they are not much longer than that.
    An interval that reaches 0 has no end on such an axis: it is drawn to the edge.
    """
    known = [value for value in values if value]
    in_sight = [log10(value.center) for value in known] + [log10(value) for value in also]
    low, high = min(in_sight), max(in_sight)
    room = max(0.5 * (high - low), 0.2)
    ends = [low, high]
    for value in known:
        for end in value.span:
            if end > 0:
                ends.append(min(max(log10(end), low - room), high + room))
    low, high = min(ends), max(ends)
    margin = 0.06 * (high - low) + 0.02
    return low - margin, high + margin


def log_ticks(low: float, high: float) -> list[float]:
    """Values to name on a log axis between two logarithms.

    They are powers of ten, with steps between them where these are few.
    """
    steps = (1, 2, 5) if high - low < 2.5 else (1,)
    ticks = []
    for power in range(math.floor(low), math.ceil(high) + 1):
        for step in steps:
            tick = step * 10.0**power
            if low <= math.log10(tick) <= high:
                ticks.append(tick)
    return ticks


def log_axis(
    axes: Axes, limits: tuple[float, float], unit: str, factor: float, *, vertical: bool = True
) -> None:
    """Set limits and ticks of a log axis.

    Args:
        axes: Whose axis it is.
        limits: Logarithms of the least and the largest value.
        unit: What values are in when multiplied by ``factor``.
        factor: See ``unit``.
        vertical: Which axis it is.
    """
    ticks = log_ticks(*limits)
    places = [math.log10(tick) for tick in ticks]
    names = [prefixed(tick * factor, unit) for tick in ticks]
    if vertical:
        axes.set_ylim(*limits)
        axes.set_yticks(places, names)
    else:
        axes.set_xlim(*limits)
        axes.set_xticks(places, names)


def prefixed(value: float, unit: str, *, padded: bool = False) -> str:
    """``20 ms``, ``1.5 GB/s``: three significant digits.

    Args:
        value: In the unit without a prefix.
        unit: That unit.
        padded: Whether zeros at the end stay, as in ``20.0 ms``, so that a column is aligned.
    """
    at_most = [(factor, prefix) for factor, prefix in PREFIXES if factor * (1 - 1e-9) <= value]
    factor, prefix = at_most[0] if at_most else PREFIXES[-1]
    if padded:
        return number(value / factor, f" {prefix}{unit}")
    return f"{value / factor:.3g} {prefix}{unit}"
