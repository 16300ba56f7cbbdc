"""Rules over quantities whose location is known: one p-value for a test, for all of several, for any of several."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import synthetic

from gilbench.analysis.location import Location
from gilbench.analysis.proportion import Proportion
from gilbench.claims.quantities import Quantity
from gilbench.claims.rules import AllOf, AnyOf, above, always, below, ever, within
from gilbench.model import OF_TRIALS
from gilbench.results.tables import build

TABLES = build(synthetic.make_run(), [])
centers = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=5)


def quantity(center: float, *, log: bool = True, name: str = "") -> Quantity:
    """A quantity at a known place, with a standard error of 0.1 and 9 degrees of freedom."""
    return Quantity(
        name or f"speed at {center}", "×", (), lambda tables: Location(center, 0.1, 9, 10), log
    )


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


def test_all_of_has_no_answer_without_each_of_its_quantities():
    """What is missing might have been the opposite."""
    rule = AllOf((above(quantity(0.5), 1.0), above(MISSING, 1.0)))
    assert rule.p_value(TABLES) is None
    assert rule.expected_p_value(TABLES, 2.0) is None
    assert not rule.certainly_fails(TABLES, 0.05)


def test_any_of_is_answered_by_what_there_is_and_pays_for_the_rest():
    """One alternative that holds is enough; its price counts those too that were not measured."""
    measured = above(quantity(0.5), 1.0)
    assert AnyOf((measured, above(MISSING, 1.0))).p_value(TABLES) == 2 * measured.p_value(TABLES)
    assert AnyOf((above(MISSING, 1.0),)).p_value(TABLES) is None


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


def test_a_test_fails_for_certain_only_on_the_wrong_side():
    """Far below the bound it is certain that the quantity is not above it; above it and at it nothing is."""
    assert above(quantity(-1.0), 1.0).certainly_fails(TABLES, 0.01)
    assert not above(quantity(1.0), 1.0).certainly_fails(TABLES, 0.01)
    assert not above(quantity(0.0), 1.0).certainly_fails(TABLES, 0.01)


def test_one_test_that_fails_is_enough_for_all_of_and_not_for_any_of():
    """All of several cannot hold once one of them does not; any of them can while one is open."""
    fails, is_open = above(quantity(-1.0), 1.0), above(quantity(0.0), 1.0)
    assert AllOf((fails, is_open)).certainly_fails(TABLES, 0.01)
    assert not AnyOf((fails, is_open)).certainly_fails(TABLES, 0.01)
    assert AnyOf((fails, fails)).certainly_fails(TABLES, 0.01)


@given(st.floats(-0.5, 0.5), st.sampled_from([above, below]), st.floats(0.0001, 0.2))
def test_a_test_passes_exactly_where_its_limit_lies_beyond_the_bound(center, side, level):
    """The limit that is shown is the one that decides, whatever the level."""
    test = side(quantity(center), 1.1)
    limit = test.limit(TABLES, level)
    lies_beyond = limit > 1.1 if test.above else limit < 1.1
    assert lies_beyond == (test.p_value(TABLES) < level)


def test_more_launches_are_expected_to_make_a_test_more_certain():
    """With the same middle the p-value falls on the side where the quantity lies, and rises on the other."""
    for center, becomes_smaller in ((0.1, True), (-0.1, False)):
        test = above(quantity(center), 1.0)
        expected = test.expected_p_value(TABLES, 4.0)
        assert (expected < test.p_value(TABLES)) == becomes_smaller


def test_words_show_estimate_interval_and_bound():
    """A test in words holds all that a reader needs to check it."""
    assert (
        above(quantity(0.0, name="speed"), 1.15).in_words(TABLES)
        == "speed 1.00× [0.80, 1.25] (needs > 1.15)"
    )
    assert below(MISSING, 2).in_words(TABLES) == "missing not measured (needs < 2)"


def test_words_at_a_level_show_the_limit_that_decides():
    """A verdict never seems to contradict its 95 % interval: what is certain at its own level stands beside it."""
    test = above(quantity(0.5, name="speed"), 1.15)
    limit = test.limit(TABLES, 0.001)
    assert test.in_words(TABLES, 0.001).endswith(f", certainly > {limit:.3g} (needs > 1.15)")


def test_a_limit_next_to_its_bound_is_written_with_more_digits():
    """In three digits both would read 1.1, and 1.102 is not below it."""
    level = 0.001
    reach = Location(0.0, 0.1, 9, 10).limit(level, lower=False)
    test = below(quantity(math.log(1.102) - reach, name="speed at a bound"), 1.1)
    assert ", certainly < 1.102 (needs < 1.1)" in test.in_words(TABLES, level)


@pytest.mark.parametrize(("seen", "p_value"), [(0, 1.0), (1, 0.0), (40, 0.0)])
def test_what_was_seen_once_has_happened(seen, p_value):
    """One trial of any number proves existence; none proves nothing, and it may be seen yet."""
    trials = Quantity(
        f"losses {seen}", OF_TRIALS, (), lambda tables: Proportion(seen, 40), log=False
    )
    rule = ever(trials)
    assert rule.p_value(TABLES) == p_value
    assert not rule.certainly_fails(TABLES, 0.5)
    assert rule.in_words(TABLES, 0.01).endswith("(needs one)")


@pytest.mark.parametrize(
    ("held", "ending"),
    [(20, "(needs all); exceptions rarer than 14 % at 95 %"), (19, "(needs all)")],
)
def test_all_of_so_many_says_how_rare_exceptions_are(held, ending):
    """Twenty trials without an exception leave room for one in seven, and the words say so."""
    trials = Quantity(
        f"pools {held}", OF_TRIALS, (), lambda tables: Proportion(held, 20), log=False
    )
    assert always(trials).in_words(TABLES, 0.01).endswith(ending)


@pytest.mark.parametrize(
    ("rule", "location", "words"),
    [
        (below, Location(0.0, 0.3, 1, 2), "; 2 launches say nothing yet (needs < 1.5)"),
        (above, Location(0.0, 0.01, 2, 3), "; 3 launches say nothing yet (needs > 1.5)"),
        (below, Location(0.0, 5.0, 9, 10), "; 10 launches say nothing yet (needs < 1.5)"),
        (below, Location(0.0, 0.1, 9, 10), "certainly < 1.82 (needs < 1.5)"),
        (below, Location(-9.0, 0.001, 1, 2), "certainly < 0.00298 (needs < 1.5)"),
    ],
)
def test_a_limit_is_stated_where_it_says_something(rule, location, words):
    """Two launches leave a limit of 1e+150, which is no news; one that passes is stated whatever it rests on."""
    quantity = Quantity(f"speed {location}", "×", (), lambda tables: location)
    test = rule(quantity, 1.5)
    assert test.in_words(TABLES, 0.0001).endswith(words)
    assert (test.limit(TABLES, 0.0001) is None) == ("say nothing" in words)
