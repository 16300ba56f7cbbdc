"""Figures and goals, on samples whose answers are known."""

import math

import numpy as np
import pytest
from tools.selfbench import arithmetic
from tools.selfbench.model import Figure, Standing
from tools.selfbench.rows import slowdowns


def test_a_ratio_is_shown_as_a_change():
    figure = arithmetic.mean_ratio([math.log(1.02), math.log(1.02), math.log(1.02)])
    assert figure.center == pytest.approx(0.02)
    assert figure.lo == pytest.approx(0.02, abs=1e-6)


@pytest.mark.parametrize(
    ("logs", "standing"),
    [
        ([-0.001, 0.0, 0.001], Standing.MET),
        ([-0.02, 0.0, 0.02], Standing.OPEN),
        ([0.0, 0.02, 0.04], Standing.OUTSIDE),
        ([0.019, 0.02, 0.021], Standing.MISSED),
    ],
)
def test_a_ratio_that_should_be_one(logs, standing):
    result = arithmetic.unbiased("the same twice", logs)
    assert result.standing is standing and result.ours.n == 3


def test_one_value_has_no_interval():
    assert arithmetic.mean([1.0], "ms") is None
    assert arithmetic.share(0, 0) is None


@pytest.mark.parametrize("n", [1, 6, 9, 25, 100])
def test_the_interval_of_a_median_covers_it(n):
    generator = np.random.default_rng(n)
    covered = 0
    for _ in range(400):
        figure = arithmetic.median(generator.normal(size=n), "s")
        covered += figure.lo <= 0 <= figure.hi
    assert covered >= (0 if n < 6 else 370)


def test_linear_growth_has_the_power_one():
    figure = arithmetic.slope([10, 100, 1000, 10000], [1, 10.1, 99, 1000])
    assert figure.lo < 1 < figure.hi
    assert figure.center == pytest.approx(1, abs=0.01)
    assert arithmetic.slope([10, 10, 10], [1, 2, 3]) is None


FIGURE = Figure(0.008, 0.001, 0.025, 100, "share")


@pytest.mark.parametrize(
    ("goal", "highest", "standing"),
    [
        (0.01, 0.03, Standing.MET),
        (0.01, None, Standing.OPEN),
        (0.01, 0.02, Standing.OPEN),
        (0.005, 0.03, Standing.OUTSIDE),
        (0.0005, 0.03, Standing.MISSED),
    ],
)
def test_a_goal_that_is_an_upper_bound(goal, highest, standing):
    assert arithmetic.at_most(FIGURE, goal, highest) is standing


@pytest.mark.parametrize(
    ("bounds", "standing"),
    [
        ((0, 0.03), Standing.MET),
        ((0.002, 1), Standing.OPEN),
        ((0.01, 1), Standing.OUTSIDE),
        ((0.03, 1), Standing.MISSED),
        ((0, 0.0005), Standing.MISSED),
    ],
)
def test_a_goal_that_is_a_range(bounds, standing):
    assert arithmetic.stands(FIGURE, *bounds) is standing


def test_few_trials_leave_a_goal_open():
    """All of two, or one quick command, is no evidence that a goal is met."""
    few = Figure(1.0, 0.16, 1.0, 2, "share")
    assert arithmetic.at_least(few, 0.9, fewest=150) is Standing.OPEN
    half = Figure(0.5, 0.01, 0.98, 2, "share")
    assert arithmetic.at_least(half, 0.9, fewest=150) is Standing.OUTSIDE
    once = Figure(1.0, 1.0, 1.0, 1, "s")
    assert arithmetic.at_most(once, 4.0, fewest=arithmetic.OF_MEDIAN) is Standing.OPEN


@pytest.mark.parametrize(("center", "standing"), [(0.95, "met"), (0.89, "missed")])
def test_the_estimate_of_enough_trials_decides_on_a_lower_bound(center, standing):
    figure = Figure(center, center - 0.05, center + 0.03, 150, "share")
    assert arithmetic.at_least(figure, 0.9, fewest=150).value == standing


@pytest.mark.parametrize(
    ("peer", "standing"), [(0.9, Standing.MET), (0.97, Standing.OUTSIDE), (1.0, Standing.MISSED)]
)
def test_what_a_peer_finds_more_often_is_not_the_highest(peer, standing):
    ours = Figure(0.95, 0.90, 0.98, 150, "share")
    of_peer = Figure(peer, peer - 0.01, 1.0, 150, "share")
    assert slowdowns._next_to(Standing.MET, ours, of_peer) is standing
