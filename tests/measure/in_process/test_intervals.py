"""The interval that decides: few blocks leave everything open, and each analysis has its share of the error."""

import math
import random

from gilbench.measure.in_process.intervals import (
    ANALYSES,
    ERROR,
    FEWEST_BLOCKS,
    Interval,
    interval_of,
)


def test_too_few_blocks_decide_nothing():
    """Blocks that agree by chance are no evidence."""
    assert interval_of([1.0] * (FEWEST_BLOCKS - 1)) == Interval(1.0, -math.inf, math.inf)


def test_no_blocks_have_no_estimate():
    """Where no block counts, there is nothing to show."""
    assert math.isnan(interval_of([]).center)


def test_an_interval_has_three_answers():
    """Above, below, and open where the bound lies inside."""
    measured = Interval(1.5, 1.4, 1.6)
    assert [measured.above(bound) for bound in (1.3, 1.7, 1.5)] == [True, False, None]


def test_an_interval_is_rarely_wrong_at_any_analysis():
    """Of 2,000 sequences of blocks around 0, about one in 1,000 excludes 0 at some analysis; six would be
    beyond what chance gives once in 50 (Poisson with mean 2: P(≥ 6) = 0.017)."""
    draw = random.Random(5).gauss
    wrong = 0
    for _ in range(2000):
        values = [draw(0, 1) for _ in range(ANALYSES[-1])]
        analyses = [interval_of(values[:blocks]).above(0.0) for blocks in ANALYSES]
        wrong += any(above is not None for above in analyses)
    assert ERROR == 0.001 and wrong < 6
