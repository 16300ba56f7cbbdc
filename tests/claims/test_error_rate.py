"""Whole ledgers judged in simulated worlds: how often a verdict is false, and what stopping early does to that."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats
from tests.synthetic import EFFORT, World

from gilbench.analysis import family
from gilbench.analysis.location import locate
from gilbench.analysis.proportion import Proportion
from gilbench.claims import rules
from gilbench.claims.asking import ask_claims
from gilbench.claims.claim import Question
from gilbench.claims.judging import ALPHA, RunClaims, judge_claims
from gilbench.claims.quantities import Located, Quantity
from gilbench.model import OF_TRIALS, Comparison, Outcome
from gilbench.results.tables import Tables

SIMULATED = 2000
LEDGERS = 200
LOOKS = len(EFFORT.looks)
CEILING = 1.96
AT_THE_BOUND = {
    "fnv1a-process-subclass-w2-vs-process": 1.10,
    "fnv1a-thread-subclass-w2-vs-thread": 1 / 1.10,
    "fnv1a-thread-w2": 1.15,
    "fnv1a-thread-w4": 0.98,
    "fnv1a-process-w2": 0.75 * CEILING,
    "sleep-thread-w4": 2.0,
    "socket-thread-w4": 2.0,
    "http-thread-w4": 1.15,
    "sha256-large-thread-w2": 0.75 * CEILING,
    "sha256-small-thread-w2": 1.15,
    "sha256-small-thread-w4": 0.98,
}  # every speedup exactly where it neither proves nor refutes
CLAIMS = frozenset({"A2", "A13", "A16", "A17", "A18", "A20", "B1", "B2", "B3"})


def blank() -> Tables:
    """Tables of the claims above; their speedups are filled in by each simulation."""
    return World(claims=CLAIMS, ceiling=CEILING, speedups=AT_THE_BOUND, noise=0.0).tables()


def launch_noise(size: int, generator: np.random.Generator) -> np.ndarray:
    """As launches were seen to vary: by 4 %, and one in ten by a further 5 to 10 % either way."""
    off = generator.uniform(0.05, 0.10, size) * generator.choice([-1, 1], size) * (generator.random(size) < 0.1)
    return generator.normal(0, 0.04, size) + off


def with_launch_noise(tables: Tables, generator: np.random.Generator) -> Tables:
    """Launches as noisy as they were seen to be."""
    launches = tables.launches
    noisy = launches["log_speedup"] + launch_noise(len(launches), generator)
    return dataclasses.replace(tables, launches=launches.assign(log_speedup=noisy))


def stopped(tables: Tables) -> Tables:
    """The launches that a suite would have measured: each item in turn, until its claims are settled."""
    launches = tables.launches
    kept = launches["launch"] < EFFORT.most_launches
    for planned in tables.run.plan:
        mine = launches["item"] == planned.item.id
        for look in EFFORT.looks[:-1]:
            at_look = dataclasses.replace(tables, launches=launches[kept & (~mine | (launches["launch"] < look))])
            if RunClaims(tables.run).settled(planned, at_look):
                kept &= ~mine | (launches["launch"] < look)
                break
    return dataclasses.replace(tables, launches=launches[kept])


def decided(tables: Tables) -> list[str]:
    return [one.id for one in judge_claims(tables) if one.verdict in (Outcome.PROVED, Outcome.REFUTED)]


@dataclasses.dataclass(frozen=True)
class Truth:
    """One claim in one simulated ledger: which of its verdicts is false, and where its quantities really lie."""

    false: Outcome
    places: dict[str, tuple[float, bool]]  # name → value on the reader's scale, and whether it is a share of trials


def truth_of(question: Question, generator: np.random.Generator) -> Truth:
    """A truth in which one verdict is as nearly right as a false one can be: one of its tests lies at its bound, all
    the others of that verdict hold by far."""
    tests = [(Outcome.PROVED, one) for one in question.proved.tests()]
    tests += [(Outcome.REFUTED, one) for one in question.refuted.tests()]
    false, chosen = tests[generator.integers(len(tests))]
    places = {one.quantity.name: beyond(one) for outcome, one in tests if outcome == false}
    rule = question.proved if false == Outcome.PROVED else question.refuted
    if rule.alternatives > 1:  # any of them would do: let all of them lie at their bounds
        places = {one.quantity.name: at_bound(one) for one in rule.tests()}
    places[chosen.quantity.name] = at_bound(chosen)
    return Truth(false, places)


def at_bound(test: rules.Test) -> tuple[float, bool]:
    return test.bound, test.quantity.unit == OF_TRIALS


def beyond(test: rules.Test) -> tuple[float, bool]:
    """Far on the side that the test asks for."""
    if test.quantity.unit == OF_TRIALS:
        return (1.0 if test.above else 0.0), True
    if test.quantity.log:
        return test.bound * (2.0 if test.above else 0.5), False
    return test.bound + (0.5 if test.above else -0.5), False


def drawn(quantity: Quantity, value: float, share: bool, generator: np.random.Generator) -> Located:
    """What 24 launches or 20 trials would show of a quantity that really lies at a value."""
    if share:
        return Proportion(int(generator.binomial(20, value)), 20)
    middle = locate(quantity.scaled(value) + launch_noise(24, generator))
    assert middle is not None
    return middle


def false_verdicts(tables: Tables, questions: list[Question], generator: np.random.Generator) -> int:
    """The false verdicts of one simulated ledger."""
    tables.located.clear()
    truths = [truth_of(question, generator) for question in questions]
    for question, truth in zip(questions, truths, strict=True):
        for quantity in question.quantities:
            if quantity.key not in tables.located and quantity.name in truth.places:
                tables.located[quantity.key] = drawn(quantity, *truth.places[quantity.name], generator)
            tables.located.setdefault(quantity.key, drawn(quantity, 1.0, quantity.unit == OF_TRIALS, generator))
    sides = [(question.proved.p_value(tables), question.refuted.p_value(tables)) for question in questions]
    adjusted = iter(family.holm([family.after_looks(p_value, LOOKS) for pair in sides for p_value in pair]))
    return sum(
        (p_proved if truth.false == Outcome.PROVED else p_refuted) <= ALPHA
        for truth, p_proved, p_refuted in zip(truths, adjusted, adjusted, strict=False)
    )


def one_question_an_item(questions: list[Question]) -> list[Question]:
    """Questions that share a quantity would fight over where it lies: the first of them has it."""
    taken: set[tuple[str, ...]] = set()
    kept = []
    for question in questions:
        keys = {quantity.key for quantity in question.tested}
        if not keys & taken:
            kept.append(question)
            taken |= keys
    return kept


@pytest.mark.timeout(280)
def test_false_verdicts_are_as_rare_over_the_whole_ledger_as_promised():
    """Over all claims, with every effect where a verdict is only just false, 1 ledger in 100 holds a false verdict at
    most; 2,000 ledgers with launches as noisy as they were seen to be."""
    generator = np.random.default_rng(2026)
    world = World()
    tables = world.tables()
    asked = [one.question for one in ask_claims([world.target], world.host) if isinstance(one.question, Question)]
    questions = one_question_an_item(asked)
    assert len(questions) >= 0.8 * len(asked)
    wrong = sum(false_verdicts(tables, questions, generator) > 0 for _ in range(SIMULATED))
    assert wrong <= stats.binom.ppf(0.999, SIMULATED, ALPHA)


def test_the_simulation_would_see_a_correction_that_is_missing():
    """Without Holm's correction the same simulated ledgers hold false verdicts far more often than promised."""
    generator = np.random.default_rng(2026)
    world = World()
    tables = world.tables()
    asked = [one.question for one in ask_claims([world.target], world.host) if isinstance(one.question, Question)]
    questions = one_question_an_item(asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(family, "holm", list)
        patch.setattr(family, "after_looks", lambda p_value, looks: p_value)
        wrong = sum(false_verdicts(tables, questions, generator) > 0 for _ in range(SIMULATED // 20))
    assert wrong > stats.binom.ppf(0.999, SIMULATED // 20, ALPHA)


@pytest.mark.timeout(240)
def test_false_verdicts_are_rare_with_frames_of_launches_too():
    """The same from whole tables of launches, through every step from the journal's frames to the verdict."""
    generator = np.random.default_rng(2026)
    tables = blank()
    false = sum(bool(decided(with_launch_noise(tables, generator))) for _ in range(LEDGERS))
    assert false <= stats.binom.ppf(0.999, LEDGERS, ALPHA)


@pytest.mark.timeout(240)
def test_stopping_at_a_look_costs_no_error():
    """Measuring each item only until its claims are settled gives no more false verdicts than were promised."""
    generator = np.random.default_rng(2027)
    tables, ledgers = blank(), LEDGERS // 3
    false = sum(bool(decided(stopped(with_launch_noise(tables, generator)))) for _ in range(ledgers))
    assert false <= stats.binom.ppf(0.999, ledgers, ALPHA)


def test_the_lawful_world_is_seen_through_real_noise():
    """At the noise that launches were seen to have, 24 of them decide every claim of a large effect, and rightly."""
    tables = World(claims=CLAIMS, ceiling=CEILING).tables()
    noisy = with_launch_noise(tables, np.random.default_rng(5))
    found = {one.id: one for one in judge_claims(noisy)}
    for claim in CLAIMS - {"B1"}:  # B1 asks for 1 %, which this noise hides
        assert found[claim].verdict == Outcome.PROVED, f"{claim}: {found[claim].reason}"


@pytest.mark.parametrize("seed", range(5))
def test_what_is_settled_needs_no_more_launches(seed):
    """When the stopping rule has let every item go, no verdict says that more launches would have decided it."""
    generator = np.random.default_rng(seed)
    truth = {label: math.exp(generator.normal(0.0, 0.4)) for label in AT_THE_BOUND}
    tables = World(claims=CLAIMS, ceiling=CEILING, speedups=truth, noise=0.02, seed=seed).tables()
    settled = [RunClaims(tables.run).settled(planned, tables) for planned in tables.run.plan]
    open_reasons = [one.reason for one in judge_claims(tables) if "more launches would decide" in one.reason]
    assert all(settled) == (not open_reasons)


def test_an_item_without_data_is_not_waited_for():
    """What an item was not measured for cannot be settled by measuring it on: it is not asked about."""
    world = World(claims=frozenset({"A18"}), unmeasured=frozenset({"socket-thread-w4"}), launches=8)
    tables = world.tables()
    sleeping = next(one for one in tables.run.plan if isinstance(one.item, Comparison) and "sleep" in one.item.label)
    assert RunClaims(tables.run).settled(sleeping, tables)
