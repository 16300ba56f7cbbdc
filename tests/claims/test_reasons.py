"""INCONCLUSIVE says which of three it is: an unfit host, too little time, or a truth near or between its bounds."""

import re

import pytest
from tests.synthetic import World, world_of

from gilbench.claims import margins
from gilbench.claims.judging import RunClaims, judge_claims
from gilbench.claims.outlook import outlook
from gilbench.model import Outcome, Verdict

WAITING = "http-thread-w4"  # what A20 is about; its bound is 1.15
COMMAND = "gilbench run --claim A20 --profile full"


def verdict_in(claim: str, **truth) -> Verdict:
    (verdict,) = (
        found for found in judge_claims(world_of(claim, **truth).tables()) if found.id == claim
    )
    assert verdict.verdict == Outcome.INCONCLUSIVE
    return verdict


def test_a_host_that_lacks_cores_is_named_with_the_remedy():
    """What was reached, what is needed, and what to do; more launches are no remedy."""
    reason = verdict_in("A17", ceiling=1.1, speedups={"fnv1a-process-w2": 1.0}).reason
    assert reason.startswith("speedup of fnv1a-process-w2 1.00×") and "(needs > 1.15)" in reason
    assert reason.endswith(margins.FEW_CORES)
    assert "launches" not in reason


def test_too_little_time_is_reported_with_how_much_would_be_enough():
    """Which way it leans, how many more launches and seconds by the present spread, and the command."""
    reason = verdict_in("A20", launches=8, noise=0.2, speedups={WAITING: 1.5}).reason
    assert reason.startswith("leans to PROVED: speedup of http-thread-w4")
    assert re.search(r"by the present spread \d+ more launches \(\d+ s\): ", reason)
    assert reason.endswith(COMMAND)


def test_what_leans_to_refuted_says_so():
    """Below the bound, with the test that would refute."""
    reason = verdict_in("A20", launches=6, noise=0.35, speedups={WAITING: 0.85}).reason
    assert reason.startswith("leans to REFUTED: ") and "(needs < 1.15)" in reason


def test_a_truth_on_its_bound_is_not_said_to_need_more_launches():
    """No reasonable number of them would decide."""
    reason = verdict_in("A20", noise=0.05, speedups={WAITING: 1.155}).reason
    assert "too near its bound" in reason
    assert COMMAND not in reason


def test_a_truth_between_the_bounds_asks_for_a_narrower_question():
    """It is certain that the claim is neither proved nor refuted."""
    reason = verdict_in("A18", speedups={"socket-thread-w4": 1.6}).reason
    assert reason.startswith("certainly between the bounds: ")
    assert reason.endswith("only a narrower question could be decided")


@pytest.mark.parametrize("seed", range(8))
def test_the_launches_that_are_announced_are_enough_and_not_far_too_many(seed):
    """A sample of so many more with the same middle and spread decides; one of a third of them does not."""
    tables = World(
        claims=frozenset({"A20"}), launches=8, noise=0.25, speedups={WAITING: 1.4}, seed=seed
    ).tables()
    standing = next(
        each for each in RunClaims(tables.run).standings(tables) if each.entry.claim.id == "A20"
    )
    prospect = outlook(standing.question, standing.level, tables)
    assert prospect is not None
    if standing.is_decided or prospect.launches is None or prospect.launches < 6:
        return
    proved = (
        standing.question.proved if prospect.leans == Outcome.PROVED else standing.question.refuted
    )
    assert proved.expected_p_value(tables, 1 + prospect.launches / 8) <= standing.level
    assert proved.expected_p_value(tables, 1 + prospect.launches / 8 / 3) > standing.level


def test_seconds_include_what_a_launch_takes_outside_its_rounds():
    """Starting its processes, and the ceiling control where there is one."""
    tables = World(claims=frozenset({"A16"}), launches=8, noise=0.12).tables()
    standing = next(
        each for each in RunClaims(tables.run).standings(tables) if each.entry.claim.id == "A16"
    )
    prospect = outlook(standing.question, standing.level, tables)
    (item,) = standing.question.required_items
    assert prospect is not None and prospect.launches is not None
    assert prospect.seconds > prospect.launches * (tables.launch_s(item) + 0.1)
