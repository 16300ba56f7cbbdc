"""Figures with intervals from trials, and whether they meet a goal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from scipy import special, stats
from tools.selfbench.model import Figure, Result, Standing, Trial

from gilbench.analysis.location import locate
from gilbench.analysis.proportion import Proportion

CONFIDENCE = 0.95
UNBIASED = 0.01  # a deviation from 1 that no ratio of the same work may have
OF_MEDIAN = 6  # values, without which no two of them make an interval of 95 %


def mean_ratio(logs: Sequence[float]) -> Figure | None:
    """The deviation of a ratio from 1 by its logarithms, one for each process."""
    location = locate(logs)
    if location is None:
        return None
    lo, hi = location.interval(CONFIDENCE)
    return Figure(math.expm1(location.center), math.expm1(lo), math.expm1(hi), location.n, "change")


def unbiased(quantity: str, logs: Sequence[float]) -> Result:
    """The line of the page for a ratio that should be 1, by its logarithms."""
    figure = mean_ratio(logs)
    return Result(
        quantity=quantity,
        ours=figure,
        goal=f"whole interval within ±{100 * UNBIASED:g} %",
        standing=stands(figure, -UNBIASED, UNBIASED),
    )


def mean(values: Sequence[float], unit: str) -> Figure | None:
    """The trimmed mean of independent values."""
    location = locate(values)
    if location is None:
        return None
    lo, hi = location.interval(CONFIDENCE)
    return Figure(location.center, lo, hi, location.n, unit)


def share(count: int, n: int, unit: str = "share") -> Figure | None:
    """A share of trials, with the exact interval of Clopper and Pearson."""
    if n == 0:
        return None
    proportion = Proportion(count, n)
    lo, hi = proportion.interval(CONFIDENCE)
    return Figure(proportion.center, lo, hi, n, unit)


def median(values: Iterable[float], unit: str) -> Figure | None:
    """The median, with the interval between two of the ordered values that the binomial law gives.

    With fewer than OF_MEDIAN values no two of them make an interval of 95 %; then the range stands for it.
    """
    ordered = sorted(values)
    n = len(ordered)
    if n == 0:
        return None
    rank = int(stats.binom.ppf((1 - CONFIDENCE) / 2, n, 0.5))  # values outside on either side
    below = max(0, rank - 1)
    return Figure(float(np.median(ordered)), ordered[below], ordered[n - 1 - below], n, unit)


def slope(sizes: Sequence[float], values: Sequence[float]) -> Figure | None:
    """The exponent with which a value grows with the size: 1 is linear."""
    n = len(sizes)
    if len(set(sizes)) < 2 or n < 3:
        return None
    fit = stats.linregress(np.log(sizes), np.log(values))
    reach = float(special.stdtrit(n - 2, 0.5 + CONFIDENCE / 2)) * float(fit.stderr)
    return Figure(float(fit.slope), float(fit.slope) - reach, float(fit.slope) + reach, n, "power")


def stands(
    figure: Figure | None, lo: float, hi: float, highest: float | None = None, fewest: int = 1
) -> Standing | None:
    """How a figure stands to a goal from ``lo`` to ``hi``.

    Args:
        figure: Its interval decides; None has no standing.
        lo: Of the goal.
        hi: Of the goal.
        highest: To which the interval of an estimate within the goal may reach; None: ``hi``.
        fewest: Trials without which no goal is met.
    """
    if figure is None:
        return None
    if figure.hi < lo or figure.lo > hi:
        return Standing.MISSED
    if not lo <= figure.center <= hi:
        return Standing.OUTSIDE
    is_inside = lo <= figure.lo and figure.hi <= (hi if highest is None else highest)
    return Standing.MET if is_inside and figure.n >= fewest else Standing.OPEN


def at_most(
    figure: Figure | None, goal: float, highest: float | None = None, fewest: int = 1
) -> Standing | None:
    """How a figure stands to an upper bound; arguments as of ``stands``."""
    return stands(figure, -math.inf, goal, highest, fewest)


def at_least(figure: Figure | None, goal: float, fewest: int) -> Standing | None:
    """How a figure stands to a lower bound.

    The estimate of ``fewest`` trials or more decides: shares of 100 % have no interval that lies at it.
    """
    if figure is not None and figure.n >= fewest:
        return Standing.MET if figure.center >= goal else Standing.MISSED
    return stands(figure, goal, math.inf, fewest=fewest)


def values_of(
    trials: Iterable[Trial], name: str, series: str | None = None, tool: str | None = None
) -> list[float]:
    """The values of this name, of a series and a tool."""
    return [
        trial.values[name]
        for trial in trials
        if name in trial.values
        and (series is None or trial.series == series)
        and (tool is None or trial.tool == tool)
    ]
