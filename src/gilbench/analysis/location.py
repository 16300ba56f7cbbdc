"""Estimates the location of a sample of launches, with its standard error.

Policy: the values handed in are one per launch, since launches are independent and rounds of one
launch are not. The estimate is a trimmed mean with the Tukey-McLaughlin interval, because now and
then a whole launch is off by 5 to 10 %. Ratios are handed in as logarithms. Sources: Tukey and
McLaughlin (1963); Yuen (1974) for two samples.

numpy and scipy are imported where a location is computed: claims are listed and planned without
them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Of the values on each side: withstands one bad launch in ten. More trimming costs degrees of
# freedom, which are expensive at the levels of a family of claims (at 0.2 and 10 launches the
# interval is half as wide again).
TRIM = 0.1
SMALLEST_SE = 1e-9  # values that are all equal are equal to within the clock's resolution only


@dataclass(frozen=True)
class Location:
    """An estimate, its standard error and degrees of freedom.

    ``n`` counts launches: those of the sample, or of the smaller of two samples.
    """

    center: float
    se: float
    df: float
    n: int

    def interval(self, confidence: float) -> tuple[float, float]:
        """The two-sided interval at a confidence level such as 0.95."""
        from scipy import special

        reach = float(special.stdtrit(self.df, 0.5 + confidence / 2)) * self.se
        return self.center - reach, self.center + reach

    def p_above(self, bound: float) -> float:
        """One-sided p-value against "the location is at most ``bound``"."""
        from scipy import special

        return float(special.stdtr(self.df, (bound - self.center) / self.se))

    def p_below(self, bound: float) -> float:
        """One-sided p-value against "the location is at least ``bound``"."""
        from scipy import special

        return float(special.stdtr(self.df, (self.center - bound) / self.se))

    def limit(self, level: float, *, lower: bool) -> float:
        """The one-sided confidence limit at a significance level: there the p-value equals it."""
        from scipy import special

        reach = float(special.stdtrit(self.df, 1 - level)) * self.se
        return self.center - reach if lower else self.center + reach

    def extrapolated(self, factor: float) -> Location:
        """What ``factor`` times as many launches would give with the same mean and spread."""
        n = round(self.n * factor)
        more_df = (1 - 2 * TRIM) * (n - self.n)
        return Location(self.center, self.se / math.sqrt(factor), self.df + more_df, n)

    def __sub__(self, other: Location) -> Location:
        """The difference of two independent estimates, with Welch's degrees of freedom."""
        return self._combined(other, self.center - other.center)

    def __add__(self, other: Location) -> Location:
        """The sum of two independent estimates, likewise."""
        return self._combined(other, self.center + other.center)

    def _combined(self, other: Location, center: float) -> Location:
        """A sum or difference of the two, whose variances add up."""
        variance, other_variance = self.se**2, other.se**2
        total = variance + other_variance
        df = total**2 / (variance**2 / self.df + other_variance**2 / other.df)
        return Location(center, math.sqrt(total), df, min(self.n, other.n))


def locate(values: Sequence[float]) -> Location | None:
    """The location of a sample of one value per launch.

    None for fewer than two values, which say nothing of spread.
    """
    import numpy as np

    ordered = np.sort(np.asarray(values, dtype=float))
    n = len(ordered)
    if n < 2:
        return None
    cut = int(TRIM * n)
    kept = n - 2 * cut
    winsorised = np.clip(ordered, ordered[cut], ordered[n - 1 - cut])
    spread = float(np.std(winsorised, ddof=1))
    se = spread * math.sqrt((n - 1) / (kept * (kept - 1)))
    return Location(float(np.mean(ordered[cut : n - cut])), max(se, SMALLEST_SE), kept - 1, n)


def mean(estimates: Sequence[Location]) -> Location:
    """The mean of independent estimates, each counting alike.

    Of logarithms of ratios it is the logarithm of their geometric mean.

    Args:
        estimates: One at least; their degrees of freedom are combined after Satterthwaite (1946).
    """
    total = sum(estimates[1:], start=estimates[0])
    count = len(estimates)
    return Location(total.center / count, total.se / count, _satterthwaite(estimates), total.n)


def _satterthwaite(estimates: Sequence[Location]) -> float:
    """The degrees of freedom of the sum of independent estimates."""
    total_variance = sum_of_shares = 0.0
    for estimate in estimates:
        variance = estimate.se**2
        total_variance += variance
        sum_of_shares += variance**2 / estimate.df
    return total_variance**2 / sum_of_shares
