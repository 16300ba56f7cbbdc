"""Every claim in worlds whose truth is known: where it holds, where it does not, where it cannot be told."""

import math

import pytest
from tests.claim_worlds import CEILING, COUNTED, INCONCLUSIVE, PROVED, REFUTED, WORLDS
from tests.synthetic import WHERE_IT_APPLIES, World

from gilbench.claims.judging import judge_claims
from gilbench.claims.registry import all_claims
from gilbench.model import Outcome, Verdict


def verdict_in(claim: str, **truth) -> Verdict:
    """The verdict on a claim in a world of which only the claim's own items are measured."""
    world = World(claims=frozenset({claim}), ceiling=CEILING, **truth)
    return next(verdict for verdict in judge_claims(world.tables()) if verdict.id == claim)


@pytest.mark.parametrize(("claim", "expected", "truth"), WORLDS)
def test_the_verdict_is_the_worlds(claim, expected, truth):
    """A claim is proved where it holds, refuted where it does not, and open at its bound or between two answers."""
    found = verdict_in(claim, **truth)
    assert found.verdict == expected, found.reason


@pytest.mark.parametrize(
    "claim", ["A16", "A17", "B1", "B2", "B3", "B4", "B5", "B13", "B22", "B23", "B28"]
)
def test_claims_about_several_cores_do_not_apply_to_one(claim):
    """On one usable core a claim about a second one says that it does not apply, and why."""
    found = verdict_in(claim, cores=1)
    assert (found.verdict, found.estimate) == (Outcome.NOT_APPLICABLE, None)
    assert "one usable core" in found.reason


@pytest.mark.parametrize(
    "claim", ["A19", "B4", "B8", "B9", "B10", "B20", "B29", "C3", "C10", "C12"]
)
def test_what_the_gil_does_not_apply_without_it(claim):
    """Free-threaded, there is no lock to be handed over."""
    assert verdict_in(claim, gil=False).verdict == Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("claim", ["B15", "B16", "B24"])
def test_what_the_missing_gil_costs_needs_both(claim):
    """With the GIL there is nothing to ask; without it, the same version that has it must be measured beside."""
    for truth, words in (({}, "has the GIL"), ({"gil": False}, "must be measured alongside")):
        found = verdict_in(claim, **truth)
        assert found.verdict == Outcome.NOT_APPLICABLE and words in found.reason


@pytest.mark.parametrize("claim", ["B13", "B17"])
def test_what_a_version_lacks_does_not_apply(claim):
    """Older versions have no interpreters to make; a build with the GIL has it whatever is imported."""
    found = verdict_in(
        claim, missing=dict.fromkeys(("interpreter", "unmarked-import"), "not before 3.14")
    )
    reasons = {
        "B13": "not before 3.14",
        "B17": "this build always has the GIL: nothing can switch it on",
    }
    assert (found.verdict, found.reason) == (Outcome.NOT_APPLICABLE, reasons[claim])


def test_every_claim_has_worlds_that_decide_it_both_ways():
    """A claim that no world can prove or none can refute says nothing."""
    for outcome in (PROVED, REFUTED):
        assert {claim for claim, expected, _ in WORLDS if expected == outcome} == {
            one.id for one in all_claims()
        }


@pytest.mark.parametrize("claim", ["A2", "A13", "A18", "A20"])
def test_other_claims_are_decided_on_one_core_too(claim):
    """Waiting overlaps on one core as well, and two spellings cost the same there."""
    assert verdict_in(claim, cores=1).verdict == PROVED


STEADY = {
    "C9",
    "C10",
    "B10",
    "B22",
}  # B10: noise is unfairness; B22: the cores that a round uses do not depend on its speed; C9, C10: six conditions
TIMED = [claim.id for claim in all_claims() if claim.id not in COUNTED | STEADY]


@pytest.mark.parametrize("claim", TIMED)
def test_noise_beyond_measure_decides_nothing(claim):
    """Launches that vary by a factor of ten leave every claim open, whatever their mean."""
    applicable = WHERE_IT_APPLIES.get(claim, {})
    assert verdict_in(claim, noise=4.0, launches=8, **applicable).verdict == INCONCLUSIVE


def test_an_open_verdict_says_what_would_decide():
    """INCONCLUSIVE for want of launches names the quantity, its bound and the remedy."""
    found = verdict_in("A20", speedups={"http-thread-w4": 1.15})
    assert "speedup of http-thread-w4" in found.reason and "--profile full" in found.reason


def test_between_two_answers_is_said_to_be_neither():
    """A world in which neither answer holds, sure as it is, is not said to need more launches."""
    found = verdict_in("A18", speedups={"socket-thread-w4": 1.6})
    assert "between the bounds" in found.reason and "launches" not in found.reason


@pytest.mark.parametrize("claim", ["A17", "B2"])
def test_scaling_is_compared_with_the_ceiling_of_the_same_launch(claim):
    """The same speedup of 1.5 is a failure on a host that reaches 2.5 and a success on one that reaches 1.7."""
    case = {"A17": "fnv1a-process-w2", "B2": "sha256-large-thread-w2"}[claim]
    worlds = {
        ceiling: World(claims=frozenset({claim}), ceiling=ceiling, speedups={case: 1.5})
        for ceiling in (1.7, 2.5)
    }
    found = {ceiling: judge_claims(world.tables()) for ceiling, world in worlds.items()}
    outcome = {
        ceiling: next(one.verdict for one in found[ceiling] if one.id == claim) for ceiling in found
    }
    assert outcome == {1.7: PROVED, 2.5: REFUTED}


def test_the_estimate_is_the_truth_of_the_world():
    """The number shown is reference time over case time, on the scale of a factor."""
    estimate = verdict_in("A17", speedups={"fnv1a-process-w2": 1.83}).estimate
    assert estimate is not None
    assert math.isclose(estimate.center, 1.83, rel_tol=0.01) and estimate.unit == "×"
