"""What further launches would do: for a rule (with the reasons, in test_reasons) and for the guards."""

import math

import pytest
from tests.synthetic import World

from gilbench.analysis.location import Location
from gilbench.claims.judging import RunClaims
from gilbench.claims.margins import GUARD_LEVEL
from gilbench.claims.outlook import launches_to_fitness
from gilbench.model import Outcome

LAUNCHES = 12
DECIDED = (Outcome.PROVED, Outcome.REFUTED)


def ceiling_of(question):
    """What a refutation requires of the ceiling."""
    (guard,) = (guard for guard in question.guards if guard.only_for == Outcome.REFUTED)
    return guard.test


def a17_with_ceiling(reached: float, se: float):
    """A17's standing where 12 launches located the ceiling there, and the run's tables.

    Its processes are slower than serial code, and a refutation requires a ceiling above 1.4.
    """
    slow = {"fnv1a-process-w2": 0.3}
    tables = World(claims=frozenset({"A17"}), launches=LAUNCHES, speedups=slow).tables()
    claims = RunClaims(tables.run)
    ((_, question),) = claims.questions
    ceiling = ceiling_of(question).quantity
    tables.located[ceiling.key] = Location(math.log(reached), se, LAUNCHES - 1, LAUNCHES)
    return claims.standings(tables)[0], tables


def test_guards_that_hold_need_no_launches():
    standing, tables = a17_with_ceiling(1.9, 0.01)
    assert standing.is_decided
    assert launches_to_fitness(standing.question, Outcome.REFUTED, tables) == 0


def test_a_guard_that_is_only_uncertain_needs_so_many_that_it_holds():
    """A third of them would not do, and the claim does not wait for the host."""
    standing, tables = a17_with_ceiling(1.6, 0.12)
    further = launches_to_fitness(standing.question, Outcome.REFUTED, tables)
    assert further is not None and further > 3
    ceiling = ceiling_of(standing.question)
    assert ceiling.expected_p_value(tables, 1 + further / LAUNCHES) <= GUARD_LEVEL
    assert ceiling.expected_p_value(tables, 1 + further / LAUNCHES / 3) > GUARD_LEVEL
    assert not standing.is_decided and not standing.waits_for_the_host(tables)


@pytest.mark.parametrize(("reached", "se"), [(1.3, 0.12), (1.401, 0.12), (1.1, 0.01)])
def test_no_number_of_launches_makes_a_guard_hold_that_leans_to_failing_or_is_at_its_bound(
    reached, se
):
    standing, tables = a17_with_ceiling(reached, se)
    assert launches_to_fitness(standing.question, Outcome.REFUTED, tables) is None
    assert standing.waits_for_the_host(tables) == (reached < 1.4)


def test_a_guard_of_a_refutation_does_not_count_where_a_claim_leans_to_proved():
    """Other programs that fill the host keep a refutation open, and nothing else."""
    tables = World(claims=frozenset({"A18"}), launches=LAUNCHES, foreign_cores=1.5).tables()
    ((_, question),) = RunClaims(tables.run).questions
    assert any(guard.only_for == Outcome.REFUTED for guard in question.guards)
    assert launches_to_fitness(question, Outcome.PROVED, tables) == 0
    assert launches_to_fitness(question, Outcome.REFUTED, tables) is None


@pytest.mark.parametrize(
    ("own", "control"),
    [pytest.param(1.9, 1.2, id="gains"), pytest.param(1.05, 1.9, id="gains not")],
)
def test_what_a_proof_needs_is_the_gain_of_the_case_itself(own, control):
    """Not that of the control, which a refutation needs."""
    tables = World(claims=frozenset({"A17"}), launches=LAUNCHES).tables()
    ((_, question),) = RunClaims(tables.run).questions
    for guard in question.guards:
        reached = {Outcome.PROVED: own, Outcome.REFUTED: control}.get(guard.only_for)
        if reached is not None:
            location = Location(math.log(reached), 0.01, LAUNCHES - 1, LAUNCHES)
            tables.located[guard.test.quantity.key] = location
    fits = {outcome: launches_to_fitness(question, outcome, tables) == 0 for outcome in DECIDED}
    assert fits == {Outcome.PROVED: own > control, Outcome.REFUTED: control > own}
