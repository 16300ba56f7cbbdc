"""Where a sample of blocks lies and how sure that is, with the interim analyses paid for.

Policy: the values are one per block, since rounds that follow each other at once are not
independent. A block is as near to a launch as one process can come. Every analysis has its share of
the error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.analysis.location import locate

# Of one assertion, both sides and all analyses together: a suite has hundreds of them
ERROR = 0.001
ANALYSES = (5, 8, 12, 18, 27, 40)  # after so many blocks
FEWEST_BLOCKS = ANALYSES[0]  # of those that count


@dataclass(frozen=True)
class Interval:
    """An estimate and the ends of its interval; an end is infinite where nothing limits it."""

    center: float
    lo: float
    hi: float

    def above(self, bound: float) -> bool | None:
        """Whether what was measured lies above a bound; None while that is open."""
        if self.lo > bound:
            return True
        if self.hi < bound:
            return False
        return None


def interval_of(values: Sequence[float]) -> Interval:
    """The interval at one analysis, from one value per block."""
    location = locate(values)
    if location is None or len(values) < FEWEST_BLOCKS:
        center = sum(values) / len(values) if values else math.nan
        return Interval(center, -math.inf, math.inf)
    lo, hi = location.interval(1 - ERROR / len(ANALYSES))
    return Interval(location.center, lo, hi)
