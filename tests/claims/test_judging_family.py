"""What a decision costs: the family that a claim stands in, the looks that may have been taken, its alternatives."""

import dataclasses
import math

import msgspec
import numpy as np
import pytest
from scipy import optimize
from tests.synthetic import EFFORT, World

from gilbench.analysis.family import holm
from gilbench.claims.claim import Question
from gilbench.claims.judging import ALPHA, RunClaims, judge_claims
from gilbench.claims.questions import ask_claims
from gilbench.model import Outcome
from gilbench.results.tables import Tables

CLAIMS = frozenset({"A16", "A17", "A18", "A20", "B1", "B2", "B3"})
LOOKS = len(EFFORT.looks)


def with_p_value(tables: Tables, item: str, bound: float, p_value: float) -> Tables:
    """Tables in which one item's speedup lies so far below a bound that the test of it has this very p-value."""
    launches = tables.launches
    mine = launches["item"] == item
    pattern = np.linspace(-0.05, 0.05, int(mine.sum()))

    def shifted(shift: float) -> Tables:
        columns = launches["log_speedup"].where(~mine, math.log(bound) - shift)
        columns[mine] += pattern
        # Rounds of these worlds are nothing but compute time
        shifted_launches = launches.assign(log_speedup=columns, log_compute_speedup=columns)
        return dataclasses.replace(tables, launches=shifted_launches)

    def excess(shift: float) -> float:
        test = next(
            one
            for one in elementary(shifted(shift))
            if one.bound == bound and one.quantity.items[0].id == item
        )
        found = test.p_value(shifted(shift))
        return math.log((found if not test.above else 1 - found) / p_value)

    return shifted(optimize.brentq(excess, 0.0, 0.1, xtol=1e-10))


def elementary(tables: Tables):
    """Every elementary test of every question."""
    for one in questions(tables):
        for rule in (one.proved, one.refuted):
            yield from rule.tests()


def questions(tables: Tables) -> list[Question]:
    asked = ask_claims(
        tables.run.targets, tables.run.host, items={planned.item.id for planned in tables.run.plan}
    )
    return [one.question for one in asked if isinstance(one.question, Question)]


def applicable(tables: Tables):
    """The verdicts on claims that apply."""
    return [one for one in judge_claims(tables) if one.verdict != Outcome.NOT_APPLICABLE]


@pytest.mark.parametrize("seed", range(6))
def test_a_verdict_is_decided_exactly_by_its_adjusted_p_value(seed):
    """Two-sided p-values times the looks, adjusted by Holm over the claims, decide for the likelier direction."""
    generator = np.random.default_rng(seed)
    labels = [planned.item.label for planned in World(claims=CLAIMS).plan()]
    truth = {label: math.exp(generator.normal(0.25, 0.3)) for label in labels}
    tables = World(claims=CLAIMS, speedups=truth, noise=0.25, seed=seed).tables()
    sides = [(one.proved.p_value(tables), one.refuted.p_value(tables)) for one in questions(tables)]
    adjusted = holm([min(1.0, LOOKS * 2 * min(pair)) for pair in sides])
    for verdict, p_value, (proved, refuted) in zip(
        applicable(tables), adjusted, sides, strict=True
    ):
        is_certain = p_value <= ALPHA
        assert (verdict.verdict == Outcome.PROVED) == (is_certain and proved <= refuted), (
            verdict.reason
        )
        assert (verdict.verdict == Outcome.REFUTED) == (is_certain and refuted < proved), (
            verdict.reason
        )


def test_a_question_that_is_not_analysed_keeps_its_place_in_the_family():
    """Its standing and the p-value by which others are corrected stay those of its last analysis, whatever its data
    say by now."""
    claims = frozenset({"A16", "A17", "A20"})
    certain = World(
        claims=claims, speedups={"http-thread-w4": 1.16}
    ).tables()  # A20 is the least certain
    run_claims = RunClaims(certain.run)
    earlier = run_claims.standings(World(claims=claims, noise=4.0, launches=8).tables())
    now = run_claims.standings(certain, dict(enumerate(earlier[:2])))
    assert [(one.outcome, one.p_value) for one in now[:2]] == [
        (one.outcome, one.p_value) for one in earlier[:2]
    ]
    assert now[2].outcome == Outcome.PROVED
    assert now[2].level == ALPHA / len(claims) / 2 / LOOKS


def test_some_claims_fall_short_by_the_correction_alone():
    """The worlds above hold claims that an uncorrected test would have decided: the correction does cost something."""
    short = 0
    for seed in range(4):
        tables = World(claims=CLAIMS, noise=0.25, launches=8, seed=seed).tables()
        sides = [
            (one.proved.p_value(tables), one.refuted.p_value(tables)) for one in questions(tables)
        ]
        decided = [verdict.verdict != Outcome.INCONCLUSIVE for verdict in applicable(tables)]
        short += sum(
            min(pair) <= ALPHA and not one for pair, one in zip(sides, decided, strict=True)
        )
    assert short > 0


@pytest.mark.parametrize(
    ("share", "outcome"),
    [(0.9, Outcome.INCONCLUSIVE), (0.5, Outcome.INCONCLUSIVE), (0.2, Outcome.PROVED)],
)
def test_one_of_four_ways_must_be_four_times_as_sure(share, outcome):
    """B1 holds in any of four cases, so a case decides at a quarter of the level at which it would decide alone."""
    tables = World(claims=frozenset({"B1"})).tables()
    narrowed = msgspec.structs.replace(tables.run, claims=("B1",))
    slow = next(
        planned.item for planned in tables.run.plan if planned.item.label == "fnv1a-thread-w4"
    )
    level = ALPHA / (2 * LOOKS)
    moved = with_p_value(tables, slow.id, 1 / 1.15, share * level)
    (verdict,) = judge_claims(dataclasses.replace(moved, run=narrowed))
    assert verdict.verdict == outcome, verdict.reason


def test_a_claim_whose_guard_does_not_hold_is_open():
    """However certain its share of the ceiling is; it is measured on, since the host may get better."""
    for ceiling, is_decided in ((1.96, True), (1.1, False)):
        tables = World(
            claims=frozenset({"A17"}),
            ceiling=ceiling,
            speedups={"fnv1a-process-w2": 0.97 * ceiling},
        ).tables()
        (standing,) = RunClaims(tables.run).standings(tables)
        assert standing.is_decided == is_decided
        assert not standing.lies_between(tables)


@pytest.mark.parametrize(
    ("truth", "waits"),
    [
        ({"ceiling": 1.1, "speedups": {"fnv1a-process-w2": 1.07}}, True),
        ({}, False),
        ({"noise": 4.0}, False),
    ],
)
def test_a_claim_waits_for_the_host_where_a_guard_alone_keeps_it_open(truth, waits):
    """Neither a claim that is decided does, nor one whose own data are too few."""
    tables = World(claims=frozenset({"A17"}), launches=12, **truth).tables()
    (standing,) = RunClaims(tables.run).standings(tables)
    assert standing.waits_for_the_host(tables) == waits


def test_a_claim_that_became_clear_between_two_analyses_does_not_wait_for_the_host():
    """Its guards hold: it is measured up to its next analysis, and not put off until all others are done."""
    tables = World(claims=frozenset({"A17"}), launches=12).tables()
    (standing,) = RunClaims(tables.run).standings(tables)
    as_of_last_analysis = dataclasses.replace(standing, outcome=Outcome.INCONCLUSIVE)
    assert standing.is_decided
    assert not as_of_last_analysis.waits_for_the_host(tables)
