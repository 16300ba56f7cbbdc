"""How often something happens, and how sure that is: a share of trials with its exact interval.

Source: Clopper and Pearson (1934). Where nothing contrary was seen in n trials, it bounds the rate
by about 3/n.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proportion:
    """``held`` of ``n`` trials; ``n`` is 1 at least."""

    held: int
    n: int

    @property
    def center(self) -> float:
        """The share itself."""
        return self.held / self.n

    def interval(self, confidence: float) -> tuple[float, float]:
        """The exact two-sided interval of the share at a confidence level such as 0.95."""
        from scipy import special

        tail, failed = (1 - confidence) / 2, self.n - self.held
        lo, hi = 0.0, 1.0
        if self.held:
            lo = float(special.betaincinv(self.held, failed + 1, tail))
        if failed:
            hi = float(special.betaincinv(self.held + 1, failed, 1 - tail))
        return lo, hi

    def p_above(self, bound: float) -> float:
        """One-sided p-value against "the share is at most ``bound``"."""
        from scipy import special

        return 1.0 if self.held == 0 else float(special.bdtrc(self.held - 1, self.n, bound))

    def p_below(self, bound: float) -> float:
        """One-sided p-value against "the share is at least ``bound``"."""
        from scipy import special

        return float(special.bdtr(self.held, self.n, bound))

    def limit(self, level: float, *, lower: bool) -> float:
        """The exact one-sided confidence limit at a significance level."""
        lo, hi = self.interval(1 - 2 * level)
        return lo if lower else hi

    def extrapolated(self, factor: float) -> Proportion:
        """What ``factor`` times as many trials would give if the share stayed as it is."""
        n = max(1, round(self.n * factor))
        return Proportion(round(self.center * n), n)
