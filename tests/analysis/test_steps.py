"""Steps of series: seldom found where there is none, found where there is one, whatever the scatter looks like."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gilbench.analysis import steps

LEVEL = 0.01  # a common scatter of speedups between runs, on the log scale


def bundle(random, runs: int, series: int, scatter: str) -> np.ndarray:
    """Series of runs, half of whose scatter they share: a host's bad day is bad for all of them."""
    shapes = {
        "normal": lambda size: random.normal(0, 1, size),
        "heavy": lambda size: random.standard_t(2, size),
        "few values": lambda size: random.integers(0, 3, size).astype(float),
    }
    draw = shapes[scatter]
    return LEVEL * (draw((series, runs)) + draw((1, runs)))


@pytest.mark.parametrize("scatter", ["normal", "heavy", "few values"])
def test_false_steps_are_as_seldom_as_promised(scatter):
    """Over 250 histories of 8 series without a step, any false step in any series comes up in no more than 5 %."""
    random = np.random.default_rng(11)
    histories = 250
    wrong = sum(
        bool(steps.find_steps(bundle(random, 14, 8, scatter).tolist())) for _ in range(histories)
    )
    assert wrong <= stats.binom.ppf(0.999, histories, 0.05)


def test_a_step_of_three_scatters_is_found_at_its_place():
    """One of 20 series drops in the middle of 20 runs: it is found nearly always, at that run or next to it, and other
    series are blamed no oftener than promised."""
    random = np.random.default_rng(12)
    found = blamed = 0
    for _ in range(40):
        series = bundle(random, 20, 20, "normal")
        series[7, 11:] -= 3 * LEVEL * np.sqrt(2)
        marked = steps.find_steps(series.tolist())
        found += any(step.series == 7 and abs(step.at - 11) <= 1 for step in marked)
        blamed += any(step.series != 7 for step in marked)
    assert found >= 36
    assert blamed <= stats.binom.ppf(0.999, 40, 2 * 0.05)  # at two depths


def test_two_steps_are_both_found():
    """Up and down again: both ends of the stretch are marked."""
    random = np.random.default_rng(13)
    series = np.concatenate([np.zeros(12), np.ones(12), np.zeros(12)]) + random.normal(0, 0.05, 36)
    assert [step.at for step in steps.find_steps([series.tolist()])] == [12, 24]


def test_one_run_that_is_off_is_no_step():
    """A single wild run in the middle, or the latest one, is not certain to be more than chance."""
    for place in (7, 14):
        series = np.random.default_rng(14).normal(0, LEVEL, 15)
        series[place] -= 50 * LEVEL
        assert steps.find_steps([series.tolist()]) == []


def test_few_runs_show_no_step(subtests):
    """With fewer than three runs on each side there is nothing to find, however far they lie apart."""
    for runs in range(steps.LEAST_RUNS):
        with subtests.test(runs=runs):
            assert steps.find_steps([[float(run >= runs // 2) for run in range(runs)]]) == []


def test_runs_that_a_series_lacks_are_passed_over():
    """A case that was measured in some runs only steps at the run where it did."""
    values = [0.0 if run < 12 else 1.0 for run in range(24)]
    with_gaps = [None if run % 3 == 1 else value + 0.001 * run for run, value in enumerate(values)]
    (step,) = steps.find_steps([with_gaps, [0.0] * 24])
    assert (step.series, step.at) == (0, 12)


def test_the_chance_is_never_nought():
    """The smallest chance that shuffling can tell is one of its number."""
    (step,) = steps.find_steps([[float(run >= 20) for run in range(40)]])
    assert step.p == pytest.approx(1 / (1 + steps.SHUFFLES))


@given(st.lists(st.floats(-5, 5), min_size=8, max_size=16), st.floats(0.1, 10), st.floats(-3, 3))
def test_scale_and_place_do_not_matter(values, scale, shift):
    """Ranks decide: what is stretched and moved, without becoming equal, has the same steps."""
    moved = [scale * value + shift for value in values]
    if len(set(moved)) == len(set(values)):
        assert steps.find_steps([values]) == steps.find_steps([moved])


def test_a_steady_series_has_no_step():
    """All values the same: nothing to tell, and no division by nothing."""
    assert steps.find_steps([[1.0] * 30]) == []
