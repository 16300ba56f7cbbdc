"""What a verdict hands on, and that a run asks its claims once."""

import msgspec
import pytest
from tests.synthetic import World, make_run

from gilbench.claims.judging import RunClaims, judge_claims
from gilbench.model import Bound, Ground, Label, Outcome, Verdict
from gilbench.results.tables import build


def narrowed(claim: str, **options):
    """A world's tables of a run that was asked for one claim only."""
    world = World(claims=frozenset({claim}), **options)
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    return build(msgspec.structs.replace(run, claims=(claim,)), world.records())


def test_a_verdict_hands_on_the_bounds_of_its_question():
    """A16 is proved between two bounds, and refuted by a gain; each bound stands once."""
    (verdict,) = judge_claims(narrowed("A16"))
    gain = verdict.evidence[0].quantity
    assert len(set(verdict.bounds)) == len(verdict.bounds)
    bounds = [msgspec.structs.replace(bound, limit=None) for bound in verdict.bounds]
    assert {bound for bound in bounds if bound.proves} == {
        Bound(gain, 1.15, above=False, proves=True),
        Bound(gain, 0.5, above=True, proves=True),
    }
    assert Bound(gain, 1.15, above=True, proves=False) in bounds
    assert verdict.bounds_of(gain) == verdict.bounds


def test_a_bound_says_where_every_trial_must_hold():
    """What must always hold is proved by all trials, and refuted by more exceptions than a few."""
    (verdict,) = judge_claims(narrowed("A1"))
    assert [(bound.proves, bound.every_trial) for bound in verdict.bounds] == [
        (True, True),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("claim", "ground", "label"),
    [
        ("A1", Ground.EVERY_TRIAL, Label.HELD),
        ("A16", Ground.MEASUREMENT, Label.PROVED),
        ("A3", Ground.MEASUREMENT, Label.REFUTED),
        ("B14", Ground.EVERY_TRIAL, Label.REFUTED),
        ("B21", Ground.SIGHTING, Label.PROVED),
        ("A15", Ground.EVERY_TRIAL, Label.HELD),
    ],
)
def test_a_verdict_says_what_it_rests_on(claim, ground, label):
    """What held in every trial is labelled apart from proof; JSON keeps the outcome."""
    (verdict,) = judge_claims(narrowed(claim, launches=12))
    assert (verdict.ground, verdict.label) == (ground, label)
    written = msgspec.to_builtins(verdict)
    assert written["verdict"] == verdict.verdict.value in set(Outcome)
    assert written["ground"] == ground.value


def test_what_is_open_rests_on_nothing():
    """A busy host leaves a claim open, and there is no ground."""
    (verdict,) = judge_claims(narrowed("A16", ceiling=1.0))
    assert (verdict.verdict, verdict.ground) == (Outcome.INCONCLUSIVE, None)
    assert verdict.label == Label.INCONCLUSIVE


def test_what_does_not_apply_has_no_bounds():
    """A claim about two builds asks nothing of a run of one."""
    verdict = next(one for one in judge_claims(World(launches=2).tables()) if one.id == "B16")
    assert (verdict.verdict, verdict.bounds) == (Outcome.NOT_APPLICABLE, ())


@pytest.mark.parametrize("claim", ["A16", "A17"])
def test_a_run_asks_its_claim_once_however_often_it_is_judged(claim, asked_claims):
    """Neither another look nor another judgement puts the question again, and no other claim is asked."""
    tables = narrowed(claim, launches=4)
    asked_claims.clear()
    run_claims = RunClaims(tables.run)
    for _ in range(3):
        run_claims.judge(tables)
        run_claims.standings(tables)
    assert asked_claims == [claim]


def a16_at(speedup: float) -> Verdict:
    """A16 in a noisy world in which threads reach a speedup."""
    case = "fnv1a-thread-w2"
    truth = {"speedups": {case: speedup}, "cores_used": {case: 1.0}}
    (verdict,) = judge_claims(narrowed("A16", noise=0.04, launches=8, **truth))
    return verdict


@pytest.mark.parametrize(
    ("decided", "is_open", "proves"), [(1.0, 1.149, True), (1.5, 1.151, False)]
)
def test_the_limit_that_a_verdict_hands_on_is_the_one_that_decides(decided, is_open, proves):
    """Where the verdict turns, its limit lies on the bound: no verdict contradicts the numbers beside it."""
    outcome = Outcome.PROVED if proves else Outcome.REFUTED
    for _ in range(16):
        middle = (decided + is_open) / 2
        if a16_at(middle).verdict == outcome:
            decided = middle
        else:
            is_open = middle
    limits = [
        bound.limit
        for bound in a16_at(decided).bounds
        if bound.proves == proves and bound.value == 1.15
    ]
    assert limits == [pytest.approx(1.15, rel=1e-3)]


def test_what_an_older_version_wrote_is_read_without_bounds():
    """A verdict in JSON that lacks the field is a verdict that hands on nothing."""
    (verdict,) = judge_claims(narrowed("A16", ceiling=1.0))
    as_json = msgspec.to_builtins(verdict)
    assert as_json.pop("bounds")
    assert msgspec.convert(as_json, Verdict) == msgspec.structs.replace(verdict, bounds=())


def test_the_level_of_a_claim_that_waits_rises_as_others_are_decided():
    """What it takes to decide a claim follows from the level of its next analysis."""
    few, many = (
        World(claims=frozenset({"A16", "B9"}), launches=launches).tables() for launches in (1, 8)
    )
    claims = RunClaims(many.run)
    first = claims.standings(few)
    at = [standing.entry.claim.id for standing in first].index("A16")
    later = claims.standings(many, {at: first[at]})
    assert later[at].level > first[at].level and later[at].p_value == first[at].p_value
    decided = next(place for place, standing in enumerate(later) if standing.is_decided)
    assert claims.standings(many, {decided: later[decided]})[decided] is later[decided]
