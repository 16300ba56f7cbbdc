"""The middle of a sample of launches and its interval: known values, and properties that hold for every sample."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from gilbench.analysis import location
from gilbench.analysis.location import Location, locate, mean

SELF_AWARENESS = [
    77,
    87,
    88,
    114,
    151,
    210,
    219,
    246,
    253,
    262,
    296,
    299,
    306,
    376,
    428,
    515,
    666,
    1310,
    2611,
]

samples = st.lists(st.floats(-5, 5).map(lambda value: round(value, 6)), min_size=2, max_size=30)
bounds = st.floats(-6, 6)
confidences = st.sampled_from([0.5, 0.9, 0.95, 0.99, 0.9999])


def located(values: list[float]) -> Location:
    found = locate(values)
    assert found is not None
    return found


@pytest.mark.parametrize("values", [[], [0.3]])
def test_fewer_than_two_launches_have_no_location(values):
    """One launch says nothing of spread, so there is no interval to be had from it."""
    assert locate(values) is None


def test_small_sample_by_hand():
    """Below ten values nothing is trimmed: the mean, s over the square root of n, and n - 1 degrees of freedom."""
    found = located([1.0, 2.0, 3.0, 6.0])
    assert (found.center, found.df, found.n) == (3.0, 3, 4)
    assert found.se == pytest.approx(math.sqrt(14 / 3 / 4))


def test_trimmed_sample_by_hand():
    """Of ten values one goes at each end, and the squares are those of the Winsorised sample over h (h - 1)."""
    found = located([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 100.0])
    squares = 2 * (3.5**2 + 3.5**2 + 2.5**2 + 1.5**2 + 0.5**2)
    assert found.center == 4.5
    assert found.df == 7
    assert found.se == pytest.approx(math.sqrt(squares / (8 * 7)))


def test_published_example(monkeypatch):
    """Wilcox's self-awareness data (Dana, 1990), trimmed by 20 %: the mean is 282.7 and g = 3 at each end."""
    monkeypatch.setattr(location, "TRIM", 0.2)
    found = located([float(value) for value in SELF_AWARENESS])
    assert found.center == pytest.approx(282.7, abs=0.05)
    assert found.df == 12
    winsorised = stats.mstats.winsorize(np.array(SELF_AWARENESS, dtype=float), (3 / 19, 3 / 19))
    assert found.se == pytest.approx(
        math.sqrt(np.sum((winsorised - winsorised.mean()) ** 2) / (13 * 12))
    )


@given(samples)
def test_center_is_the_trimmed_mean_of_scipy(values):
    """Whatever the sample, its middle is the trimmed mean that scipy computes."""
    assert located(values).center == pytest.approx(stats.trim_mean(values, location.TRIM), abs=1e-9)


@settings(max_examples=50)
@given(
    st.lists(st.floats(-1, 1), min_size=4, max_size=9),
    st.lists(st.floats(-1, 1), min_size=4, max_size=9),
)
def test_difference_of_untrimmed_samples_is_welchs(mine, theirs):
    """Where nothing is trimmed, the difference of two estimates has the p-value of Welch's t test."""
    assume(np.std(mine) > 1e-3 and np.std(theirs) > 1e-3)
    expected = stats.ttest_ind(mine, theirs, equal_var=False, alternative="greater")
    difference = located(mine) - located(theirs)
    assert difference.df == pytest.approx(expected.df)
    assert difference.p_above(0.0) == pytest.approx(expected.pvalue, abs=1e-9)


@settings(max_examples=50)
@given(st.integers(10, 40), st.integers(10, 40), st.integers(0, 2**32 - 1))
def test_difference_of_trimmed_samples_is_yuens(mine, theirs, seed):
    """Where values are trimmed, the difference of two estimates has the p-value of Yuen's t test."""
    generator = np.random.default_rng(seed)
    one, other = generator.normal(0.3, 1, mine), generator.normal(0, 2, theirs)
    expected = stats.ttest_ind(one, other, equal_var=False, trim=location.TRIM, alternative="less")
    difference = located(list(one)) - located(list(other))
    assert difference.n == min(mine, theirs)
    assert difference.p_below(0.0) == pytest.approx(expected.pvalue, abs=1e-9)


@given(samples)
def test_negating_the_sample_negates_the_center(values):
    """Swapping case and reference turns the log ratio round and leaves its uncertainty as it was."""
    there, back = located(values), located([-value for value in values])
    assert back.center == pytest.approx(-there.center, abs=1e-9)
    assert back.se == pytest.approx(there.se, abs=1e-9)


@given(samples, st.floats(-10, 10))
def test_shifting_the_sample_shifts_the_center(values, shift):
    """A host that is slower by a constant factor moves the middle by it and changes nothing else."""
    there, moved = located(values), located([value + shift for value in values])
    assert moved.center == pytest.approx(there.center + shift, abs=1e-9)
    assert moved.se == pytest.approx(there.se, abs=1e-7)


@given(st.permutations(list(range(12))))
def test_the_order_of_launches_does_not_matter(values):
    """A location is a function of the sample, not of the order in which it was measured."""
    assert located([float(value) for value in values]) == located(
        [float(value) for value in range(12)]
    )


@given(samples, bounds)
def test_the_two_one_sided_p_values_add_up_to_one(values, bound):
    """Above and below are the two sides of one bound."""
    found = located(values)
    assert found.p_above(bound) + found.p_below(bound) == pytest.approx(1)


@given(samples, confidences)
def test_interval_contains_the_center_and_grows_with_confidence(values, confidence):
    """An interval lies around its middle, and a surer one holds a less sure one."""
    found = located(values)
    low, high = found.interval(confidence)
    surer_low, surer_high = found.interval(0.99999)
    assert surer_low < low < found.center < high < surer_high


@given(samples, bounds, confidences)
def test_interval_excludes_a_bound_exactly_when_its_p_value_is_small(values, bound, confidence):
    """The interval and the tests tell the same story: a bound outside it is one that a test rejects, and only then."""
    found = located(values)
    low, high = found.interval(confidence)
    error = (1 - confidence) / 2
    assume(abs(found.p_above(bound) - error) > 1e-6 and abs(found.p_below(bound) - error) > 1e-6)
    assert (bound < low) == (found.p_above(bound) < error)
    assert (bound > high) == (found.p_below(bound) < error)


def test_equal_values_keep_a_finite_p_value():
    """Launches that agree to the last digit are certain, not a division by zero."""
    found = located([0.5] * 12)
    assert found.p_above(0.4) < 1e-12 < 1 - 1e-12 < found.p_above(0.6)


def test_one_bad_launch_in_ten_hardly_moves_the_center():
    """A launch that is off by a tenth moves a mean of ten by a hundredth, and the trimmed mean much less."""
    good = [float(value) for value in np.linspace(-0.01, 0.01, 10)]
    bad = [*good[:-1], 0.11]
    assert (
        abs(located(bad).center - located(good).center) < 0.001 < abs(np.mean(bad) - np.mean(good))
    )


def test_the_mean_of_estimates_covers_the_mean_of_truths():
    """Intervals of the mean of three independent estimates miss the true mean as often as they should."""
    random = np.random.default_rng(5)
    truths, missed, trials = (0.0, 0.1, -0.3), 0, 2000
    for _ in range(trials):
        estimates = [
            locate(random.normal(truth, spread, 6))
            for truth, spread in zip(truths, (0.1, 0.2, 0.02), strict=True)
        ]
        lo, hi = mean(estimates).interval(0.95)
        missed += not lo <= sum(truths) / 3 <= hi
    assert 0.03 < missed / trials < 0.07


def test_the_mean_of_one_estimate_is_itself():
    """With its error and degrees of freedom."""
    one = locate([1.0, 2.0, 4.0])
    assert mean([one]) == one
