"""Rules over quantities whose location is known: one p-value for a test, for all of several, for any of several."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import synthetic

from gilbench.analysis.location import Location
from gilbench.claims.quantities import Quantity
from gilbench.claims.rules import AllOf, AnyOf, above, below, within
from gilbench.results.tables import build

TABLES = build(synthetic.make_run(), [])
centers = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=5)


def quantity(center: float, *, log: bool = True, name: str = "") -> Quantity:
    """A quantity at a known place, with a standard error of 0.1 and 9 degrees of freedom."""
    return Quantity(name or f"speed at {center}", "×", (), lambda tables: Location(center, 0.1, 9, 10), log)


MISSING = Quantity("missing", "×", (), lambda tables: None)


def test_a_bound_is_given_on_the_readers_scale():
    """A ratio of 1.15 is held against ln 1.15; a plain number against itself."""
    assert above(quantity(math.log(1.15)), 1.15).p_value(TABLES) == pytest.approx(0.5)
    assert below(quantity(1.15, log=False), 1.15).p_value(TABLES) == pytest.approx(0.5)


@given(st.floats(-0.5, 0.5))
def test_above_and_below_are_opposites(center):
    """What speaks for one side speaks as much against the other."""
    sides = [rule(quantity(center), 1.1).p_value(TABLES) for rule in (above, below)]
    assert sum(sides) == pytest.approx(1)


@given(centers)
def test_all_of_is_as_sure_as_its_least_sure_test(values):
    """The intersection-union test: no correction, and the largest p-value."""
    tests = [above(quantity(value), 1.0) for value in values]
    assert AllOf(tuple(tests)).p_value(TABLES) == max(test.p_value(TABLES) for test in tests)


@given(centers)
def test_any_of_pays_for_its_choice(values):
    """Picking the surest of several tests costs their number."""
    tests = [above(quantity(value), 1.0) for value in values]
    expected = min(1.0, len(tests) * min(test.p_value(TABLES) for test in tests))
    assert AnyOf(tuple(tests)).p_value(TABLES) == expected


def test_equivalence_needs_both_sides():
    """Lying within margins is shown by lying above the lower and below the upper one, and by no single test."""
    rule = within(quantity(0.0), 0.5, 2.0)
    assert rule.p_value(TABLES) < 0.001
    assert within(quantity(0.0), 0.99, 2.0).p_value(TABLES) > 0.4
    assert within(quantity(0.0), 0.5, 1.01).p_value(TABLES) > 0.4


@pytest.mark.parametrize("combine", [AllOf, AnyOf])
def test_a_missing_quantity_leaves_the_rule_without_an_answer(combine):
    """Not even "any of" decides on part of its data: what is missing might have been the opposite."""
    rule = combine((above(quantity(0.5), 1.0), above(MISSING, 1.0)))
    assert rule.p_value(TABLES) is None
    assert not above(MISSING, 1.0).settled(TABLES, 0.05)


def test_any_of_rests_on_its_surest_test():
    """The reader is shown the test that carries the decision, and for "all of" every one of them."""
    weak, strong = above(quantity(0.1, name="weak"), 1.0), above(quantity(0.5, name="strong"), 1.0)
    assert AnyOf((weak, strong)).carrying(TABLES) == [strong]
    assert AllOf((weak, strong)).carrying(TABLES) == [weak, strong]


def test_alternatives_count_the_ways_to_hold():
    """A rule that may hold in several ways asks more of each of them."""
    one = above(quantity(0.0), 1.0)
    assert one.alternatives == 1
    assert AllOf((one, one)).alternatives == 1
    assert AnyOf((one, AllOf((one, one)))).alternatives == 2
    assert AllOf((one, AnyOf((one, one, one)))).alternatives == 3


@given(st.floats(-0.6, 0.6), st.floats(0.001, 0.2))
def test_alternatives_are_what_any_of_costs(center, alpha):
    """A test that is settled at the level over the alternatives decides the rule at the level."""
    test = above(quantity(center), 1.0)
    rule = AnyOf((test, above(quantity(-5.0), 1.0)))
    assert (rule.p_value(TABLES) <= alpha) == (test.p_value(TABLES) <= alpha / rule.alternatives)


def test_settled_means_known_on_either_side():
    """Far below the bound is as settled as far above it; at the bound nothing is."""
    assert above(quantity(1.0), 1.0).settled(TABLES, 0.01)
    assert above(quantity(-1.0), 1.0).settled(TABLES, 0.01)
    assert not above(quantity(0.0), 1.0).settled(TABLES, 0.01)


def test_words_show_estimate_interval_and_bound():
    """A test in words holds all that a reader needs to check it."""
    assert above(quantity(0.0, name="speed"), 1.15).in_words(TABLES) == "speed 1.00× [0.80, 1.25] (needs > 1.15)"
    assert below(MISSING, 2).in_words(TABLES) == "missing not measured (needs < 2)"
