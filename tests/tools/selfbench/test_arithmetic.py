"""Figures and goals, on samples whose answers are known."""

import math

import numpy as np
import pytest
from tools.selfbench import arithmetic
from tools.selfbench.model import Figure


def test_a_ratio_is_shown_as_a_change():
    figure = arithmetic.mean_ratio([math.log(1.02), math.log(1.02), math.log(1.02)])
    assert figure.center == pytest.approx(0.02)
    assert figure.lo == pytest.approx(0.02, abs=1e-6)


@pytest.mark.parametrize(
    ("logs", "met"),
    [([-0.001, 0.0, 0.001], True), ([-0.02, 0.0, 0.02], None), ([0.019, 0.02, 0.021], False)],
)
def test_a_ratio_that_should_be_one(logs, met):
    result = arithmetic.unbiased("the same twice", logs)
    assert result.met is met and result.ours.n == 3


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
    ("goal", "highest", "met"),
    [(0.01, 0.03, True), (0.01, None, None), (0.005, 0.03, False), (0.01, 0.02, None)],
)
def test_a_goal_that_is_an_upper_bound(goal, highest, met):
    assert arithmetic.is_at_most(FIGURE, goal, highest) is met


@pytest.mark.parametrize(
    ("bounds", "met"), [((0, 0.03), True), ((0.002, 1), None), ((0.01, 1), False)]
)
def test_a_goal_that_is_a_range(bounds, met):
    assert arithmetic.is_within(FIGURE, *bounds) is met


def test_few_trials_leave_a_goal_open():
    """All of two, or one quick command, is no evidence that a goal is met."""
    assert arithmetic.is_at_least(Figure(1.0, 0.16, 1.0, 2, "share"), 0.9, fewest=150) is None
    assert arithmetic.is_at_least(Figure(0.95, 0.9, 0.98, 150, "share"), 0.9, fewest=150) is True
    assert arithmetic.is_at_least(Figure(0.5, 0.01, 0.98, 2, "share"), 0.9, fewest=150) is False
    once = Figure(1.0, 1.0, 1.0, 1, "s")
    assert arithmetic.is_at_most(once, 4.0, fewest=arithmetic.OF_MEDIAN) is None
