"""What the rule that looks several times at growing data does to launches that vary as real ones were seen to."""

import math

import numpy as np
import pytest
from scipy import stats

from gilbench.analysis.family import after_looks
from gilbench.analysis.location import locate

LOOKS = (8, 14, 24)
ALPHA = 0.01
REPEATS = 4000


def launches(generator: np.random.Generator, truth: float) -> np.ndarray:
    """Log ratios of 24 launches: 4 % of noise, and one launch in ten off by a further 5 to 10 % either way."""
    noise = generator.normal(0, 0.04, LOOKS[-1])
    off = generator.uniform(0.05, 0.10, LOOKS[-1]) * generator.choice([-1, 1], LOOKS[-1])
    return truth + noise + off * (generator.random(LOOKS[-1]) < 0.1)


def decides(values: np.ndarray, bound: float, *, above: bool) -> bool:
    """Whether the rule decides at any of its looks that the truth lies above (or below) the bound."""
    for look in LOOKS:
        found = locate(values[:look].tolist())
        assert found is not None
        p_value = found.p_above(bound) if above else found.p_below(bound)
        if after_looks(p_value, len(LOOKS)) <= ALPHA:
            return True
    return False


def rate(truth: float, bound: float, *, above: bool, seed: int) -> float:
    generator = np.random.default_rng(seed)
    return (
        sum(decides(launches(generator, truth), bound, above=above) for _ in range(REPEATS))
        / REPEATS
    )


@pytest.mark.parametrize("above", [True, False])
def test_false_decisions_are_as_rare_as_promised(above):
    """With the truth exactly at the bound, deciding either way is an error, and it happens in 1 % of runs at most."""
    bound = math.log(1.15)
    most = stats.binom.ppf(0.999, REPEATS, ALPHA) / REPEATS
    assert rate(bound, bound, above=above, seed=7) <= most


@pytest.mark.parametrize("above", [True, False])
def test_a_tenth_off_the_bound_is_nearly_always_decided(above):
    """A difference of a tenth from the bound is found in more than 95 of 100 runs of three looks."""
    truth = math.log(1.10) if above else -math.log(1.10)
    assert rate(truth, 0.0, above=above, seed=11) > 0.95


def test_the_wrong_side_is_never_decided():
    """Where the truth lies a tenth below the bound, no run finds it above."""
    assert rate(-math.log(1.10), 0.0, above=True, seed=13) == 0


@pytest.mark.parametrize("n", LOOKS)
def test_intervals_cover_the_truth_as_often_as_they_say(n):
    """Of 95 % intervals over such launches, 95 % hold the truth, give or take what a simulation can tell."""
    generator = np.random.default_rng(17)
    covered = 0
    for _ in range(REPEATS):
        found = locate(launches(generator, 0.0)[:n].tolist())
        assert found is not None
        low, high = found.interval(0.95)
        covered += low <= 0.0 <= high
    assert (
        stats.binom.ppf(0.0005, REPEATS, 0.95) <= covered <= stats.binom.ppf(0.9995, REPEATS, 0.975)
    )
