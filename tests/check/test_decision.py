"""The gate's rule: what it bounds, by simulation of launches that vary as real ones were seen to, and by its laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gilbench.analysis.location import Location, locate
from gilbench.check import replay
from gilbench.check.decision import (
    FAMILY_ALPHA,
    PASSING,
    Bounds,
    Change,
    confirmed,
    confirmed_alone,
    how_it_passes,
    passes,
    suspect,
)
from gilbench.run import interleaved

MARGIN = 0.05
BOUNDS = Bounds.of(MARGIN)
CASES = 14
LAUNCHES_IN_3_S = 20  # of 0.15 s, as measured here


def launches(generator: np.random.Generator, slowdown: float, n: int) -> np.ndarray:
    """Log ratios of launches: 1.5 % of noise, and one launch in ten off by a further 5 to 10 % either way."""
    noise = generator.normal(0, 0.015, n)
    off = generator.uniform(0.05, 0.10, n) * generator.choice([-1, 1], n)
    return math.log1p(slowdown) + noise + off * (generator.random(n) < 0.1)


def located(values: np.ndarray) -> Location:
    found = locate(values.tolist())
    assert found is not None
    return found


def of(generator: np.random.Generator, slowdown: float) -> replay.Draw:
    """Launches of a case that is so much slower than its baseline."""
    return lambda n: launches(generator, slowdown, n).tolist()


def check(generator: np.random.Generator, slowdowns: list[float]) -> list[tuple[Change, int]]:
    """What each case of one whole check comes to, and after how many launches."""
    return replay.check(
        [of(generator, one) for one in slowdowns], [BOUNDS] * len(slowdowns), interleaved.EFFORT
    )


def slower(generator: np.random.Generator, slowdowns: list[float]) -> list[bool]:
    return [change == Change.REGRESSED for change, _ in check(generator, slowdowns)]


def test_identical_code_is_never_called_slower():
    """0 false alarms in 200 checks of 14 cases, where the noise is as heavy as was seen."""
    generator = np.random.default_rng(5)
    assert sum(any(slower(generator, [0.0] * CASES)) for _ in range(200)) == 0


def test_the_error_over_a_check_is_bounded_at_what_is_tolerated():
    """Every case slower by just what is tolerated, which is the worst that must not be called: a false alarm in 1 % of
    checks at most."""
    generator = np.random.default_rng(7)
    tolerated = math.expm1(BOUNDS.tolerated)
    repeats = 200
    false = sum(any(slower(generator, [tolerated] * CASES)) for _ in range(repeats))
    assert false <= stats.binom.ppf(0.999, repeats, FAMILY_ALPHA)


@pytest.mark.parametrize(("slowdown", "at_least"), [(0.05, 0.95), (0.10, 0.99)])
def test_a_slowdown_is_found(slowdown, at_least):
    """Of 5 % in 95 of 100 checks and more, of 10 % in 99, beside 13 cases that are as they were."""
    generator = np.random.default_rng(11)
    repeats = 300
    found = sum(slower(generator, [slowdown])[0] for _ in range(repeats))
    assert found / repeats >= at_least


def test_most_slowdowns_are_found_in_three_seconds_of_measuring():
    """A mean of 20 launches, first and second sample together, at a slowdown that lies just on the margin."""
    generator = np.random.default_rng(13)
    spent = [check(generator, [MARGIN])[0][1] for _ in range(200)]
    assert np.mean(spent) <= LAUNCHES_IN_3_S


def test_the_last_look_decides_suspicions_of_a_noisy_hour():
    """Where launches vary by 4 %, as those of threads were seen to, most slowdowns that 20 launches of a second sample
    leave open are found by its last look, and identical code is as free of alarms as before it."""

    def count(effort, slowdown):
        generator = np.random.default_rng(23)
        draw = [lambda n: generator.normal(math.log1p(slowdown), 0.04, n).tolist()]
        changes = [replay.check(draw, [BOUNDS], effort)[0][0] for _ in range(300)]
        return changes.count(Change.REGRESSED), changes.count(Change.INCONCLUSIVE)

    without = replay.Looks(interleaved.EFFORT.looks, interleaved.EFFORT.again[:-1])
    (found, still_open), (_, open_without) = (
        count(interleaved.EFFORT, MARGIN),
        count(without, MARGIN),
    )
    assert found >= 0.9 * 300 and still_open <= open_without / 2
    assert count(interleaved.EFFORT, 0.0)[0] == 0


def test_a_slowdown_of_the_margin_seldom_passes():
    """The bounds of the two samples, at any of their looks: 1 % each."""
    generator = np.random.default_rng(17)
    repeats = 500
    changes = [check(generator, [MARGIN])[0][0] for _ in range(repeats)]
    assert sum(change in PASSING for change in changes) <= stats.binom.ppf(0.999, repeats, 0.02)


def test_identical_code_passes_nearly_always():
    """Undecided cases make people switch a check off too."""
    generator = np.random.default_rng(19)
    changes = [change for _ in range(40) for change, _ in check(generator, [0.0] * CASES)]
    assert changes.count(Change.EQUIVALENT) >= 0.99 * len(changes)


def test_with_enough_data_a_drift_below_the_margin_passes():
    """Between the two bounds either answer is right, and certainty says that the margin is kept."""
    precise = Location(math.log(1.03), 0.0005, 20, 21)
    assert precise.p_above(BOUNDS.tolerated) < 1e-6
    assert passes(precise, BOUNDS, 1) and not suspect(precise, BOUNDS, 1)


samples = st.lists(st.floats(-0.3, 0.3), min_size=4, max_size=24)


@given(samples)
def test_swapping_the_sides_inverts_the_ratio(values):
    """The middle of the negated sample is the negated middle, and an improvement becomes a suspicion's mirror image."""
    one, other = located(np.array(values)), located(-np.array(values))
    assert other.center == pytest.approx(-one.center, abs=1e-12)
    assert other.interval(0.95) == pytest.approx(
        tuple(-end for end in reversed(one.interval(0.95)))
    )
    assert one.p_above(BOUNDS.tolerated) == pytest.approx(
        other.p_below(-BOUNDS.tolerated), abs=1e-9
    )


@given(samples)
def test_a_sample_against_itself_is_no_regression(values):
    """Its ratios are one, each of them."""
    same = np.array(values) - np.array(values)
    location = located(same)
    assert passes(location, BOUNDS, 3) and not suspect(location, BOUNDS, 3)
    assert how_it_passes(location, BOUNDS, 3, CASES) == Change.EQUIVALENT
    assert confirmed([location], [BOUNDS], 3) == [False]


def test_what_was_not_measured_confirms_nothing():
    """A second sample that failed is no evidence."""
    slower = Location(math.log(1.2), 0.005, 9, 10)
    assert confirmed([None, slower], [BOUNDS, BOUNDS], 3) == [False, True]


def test_more_suspects_ask_for_more_evidence():
    """Holm: what convinces alone need not convince among twenty others that are in doubt."""
    alone, doubtful = Location(math.log(1.05), 0.009, 9, 10), Location(0.0, 0.05, 9, 10)
    assert confirmed([alone], [BOUNDS], 1) == [True]
    assert confirmed([alone] + [doubtful] * 20, [BOUNDS] * 21, 1)[0] is False
    assert confirmed_alone(alone, BOUNDS, 1, 1) and not confirmed_alone(alone, BOUNDS, 1, 21)
