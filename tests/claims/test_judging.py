"""What a verdict hands on, and that a run asks its claims once."""

import msgspec
import pytest
from tests.synthetic import World, make_run

from gilbench.claims.judging import RunClaims, judge_claims
from gilbench.model import Bound, Outcome, Verdict
from gilbench.results.tables import build


def narrowed(claim: str, **options):
    """A world's tables of a run that was asked for one claim only."""
    world = World(claims=frozenset({claim}), **options)
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    return build(msgspec.structs.replace(run, claims=(claim,)), world.records())


def test_a_verdict_hands_on_the_bounds_of_its_question():
    """A16 is proved between two bounds and with one core in use, and refuted by a gain; each bound stands once."""
    (verdict,) = judge_claims(narrowed("A16"))
    gain, cores = (piece.quantity for piece in verdict.evidence[:2])
    assert len(set(verdict.bounds)) == len(verdict.bounds)
    bounds = [msgspec.structs.replace(bound, limit=None) for bound in verdict.bounds]
    assert {bound for bound in bounds if bound.proves} == {
        Bound(gain, 1.15, above=False, proves=True),
        Bound(gain, 0.5, above=True, proves=True),
        Bound(cores, 1.1, above=False, proves=True),
    }
    assert Bound(gain, 1.15, above=True, proves=False) in bounds
    assert verdict.bounds_of(cores) == tuple(one for one in verdict.bounds if one.quantity == cores)


def test_a_bound_says_where_every_trial_must_hold():
    """What must always hold is proved by all trials, and refuted by more exceptions than a few."""
    (verdict,) = judge_claims(narrowed("A1"))
    assert [(bound.proves, bound.every_trial) for bound in verdict.bounds] == [(True, True), (False, False)]


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


@pytest.mark.parametrize("speedup", [0.97, 1.03, 1.09, 1.12, 1.15, 1.4])
def test_the_limits_that_a_verdict_hands_on_are_those_that_decide(speedup):
    """PROVED exactly where every limit of the proof lies beyond its bound, so no verdict contradicts its numbers."""
    (verdict,) = judge_claims(narrowed("A16", noise=0.04, launches=8, speedups={"fnv1a-thread-w2": speedup}))
    passed = {proves: [] for proves in (True, False)}
    for bound in verdict.bounds:
        lies_beyond = bound.limit > bound.value if bound.above else bound.limit < bound.value
        passed[bound.proves].append(lies_beyond)
    assert (verdict.verdict == Outcome.PROVED) == all(passed[True])
    assert (verdict.verdict == Outcome.REFUTED) == all(passed[False])


def test_what_an_older_version_wrote_is_read_without_bounds():
    """A verdict in JSON that lacks the field is a verdict that hands on nothing."""
    (verdict,) = judge_claims(narrowed("A16", launches=2))
    as_json = msgspec.to_builtins(verdict)
    assert as_json.pop("bounds")
    assert msgspec.convert(as_json, Verdict) == msgspec.structs.replace(verdict, bounds=())
