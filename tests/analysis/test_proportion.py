"""Shares of trials: the exact interval where it is known, and that both directions agree with the binomial law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gilbench.analysis.proportion import Proportion

proportions = st.integers(1, 60).flatmap(
    lambda n: st.builds(Proportion, st.integers(0, n), st.just(n))
)


@pytest.mark.parametrize(
    ("held", "n", "lo", "hi"),
    [(20, 20, 0.8316, 1.0), (0, 20, 0.0, 0.1684), (5, 10, 0.1871, 0.8129)],
)
def test_intervals_are_those_of_clopper_and_pearson(held, n, lo, hi):
    """Textbook values; nothing contrary in n trials leaves room for about 3/n at one side."""
    assert Proportion(held, n).interval(0.95) == pytest.approx((lo, hi), abs=1e-4)


@given(proportions, st.floats(0.01, 0.99))
def test_p_values_are_tails_of_the_binomial_law(proportion, bound):
    """How likely so many, or so few, would be if the share were just at the bound."""
    law = stats.binom(proportion.n, bound)
    assert proportion.p_above(bound) == pytest.approx(law.sf(proportion.held - 1), abs=1e-9)
    assert proportion.p_below(bound) == pytest.approx(law.cdf(proportion.held), abs=1e-9)


@given(proportions)
def test_the_interval_holds_the_share_and_mirrors(proportion):
    """What did not hold is as sure as what did, the other way round."""
    lo, hi = proportion.interval(0.95)
    assert 0 <= lo <= proportion.center <= hi <= 1
    mirrored = Proportion(proportion.n - proportion.held, proportion.n).interval(0.95)
    assert mirrored == pytest.approx((1 - hi, 1 - lo), abs=1e-9)
