"""What was not measured is INCONCLUSIVE, and the reason is the failure's own words where there was one."""

import dataclasses

import msgspec
import pytest
from tests.synthetic import World, make_run, world_of

from gilbench.claims.claim import Question
from gilbench.claims.judging import judge_claims
from gilbench.claims.questions import ask_claims
from gilbench.claims.registry import all_claims
from gilbench.model import Outcome
from gilbench.results import tables

ONE_IS_ENOUGH = {
    "B23"
}  # a sentence about any work is refuted by one kind, whether or not the other was measured
DIED = "worker 0 of 2: died with exit code -9"


@pytest.mark.parametrize("claim", [claim.id for claim in all_claims()])
def test_nothing_measured_decides_nothing(claim):
    """An empty journal leaves every claim open, with a remedy, and without an estimate."""
    world = world_of(claim, launches=0)
    found = next(verdict for verdict in judge_claims(world.tables()) if verdict.id == claim)
    assert (found.verdict, found.estimate, found.evidence) == (Outcome.INCONCLUSIVE, None, ())
    assert "gilbench run" in found.reason


@pytest.mark.parametrize("claim", [claim.id for claim in all_claims()])
def test_one_launch_decides_nothing(claim):
    """A single launch says nothing of how launches vary, so it cannot decide."""
    world = world_of(claim, launches=1)
    found = next(verdict for verdict in judge_claims(world.tables()) if verdict.id == claim)
    assert (found.verdict, found.estimate) == (Outcome.INCONCLUSIVE, None)


@pytest.mark.parametrize(
    "claim", [claim.id for claim in all_claims() if claim.id not in ONE_IS_ENOUGH]
)
def test_any_item_that_fails_leaves_its_claim_open(claim):
    """A claim that needs an item which could not be measured says so in the words of the failure; what is only shown
    beside the answer may be missing."""
    rests_on = {item.id for item in items_tested(claim)}
    for planned in world_of(claim).plan():
        if planned.item.id in rests_on:
            world = world_of(claim, failures={planned.item.label: DIED}, launches=8)
            found = next(verdict for verdict in judge_claims(world.tables()) if verdict.id == claim)
            assert found.verdict == Outcome.INCONCLUSIVE
            assert found.reason == f"{planned.item.id} could not be measured: {DIED}"


def items_tested(claim: str):
    """The items on which the answer to a claim rests."""
    world = world_of(claim)
    asked, *_ = ask_claims(world.targets, world.host, only=[claim])
    return [item for quantity in asked.question.tested for item in quantity.items]


def test_a_failure_touches_no_other_claim():
    """Claims that do not need the failed item are judged as if nothing had happened."""
    world = World(failures={"http-thread-w4": DIED}, launches=12)
    open_claims = {
        found.id for found in judge_claims(world.tables()) if found.verdict == Outcome.INCONCLUSIVE
    }
    needing = {
        one.claim.id
        for one in ask_claims([world.target], world.host)
        if needs(one.question, "http-thread-w4")
    }
    assert open_claims == needing


def needs(question, label: str) -> bool:
    return isinstance(question, Question) and label in {item.label for item in question.items}


def test_a_missing_control_leaves_scaling_open():
    """Without the ceiling control nothing is said of scaling, whatever the speedup was."""
    tables = World(claims=frozenset({"A17"}), launches=12).tables()
    blind = dataclasses.replace(tables, launches=tables.launches.assign(log_ceiling=float("nan")))
    found = next(verdict for verdict in judge_claims(blind) if verdict.id == "A17")
    assert found.verdict == Outcome.INCONCLUSIVE
    assert "over the ceiling of equal shares was not measured" in found.reason


def test_an_unmeasured_item_is_not_mistaken_for_a_failed_one():
    """A run that was interrupted before an item says that it was not measured, not that it could not be."""
    world = World(
        claims=frozenset({"A18"}), unmeasured=frozenset({"socket-thread-w4"}), launches=12
    )
    found = next(verdict for verdict in judge_claims(world.tables()) if verdict.id == "A18")
    assert found.verdict == Outcome.INCONCLUSIVE
    assert "socket-thread-w4 was not measured" in found.reason


def test_what_was_measured_under_other_conditions_is_to_be_measured_again():
    """A run in which an earlier edition asked a probe otherwise leaves the claim open and says so."""
    world = world_of("B6", launches=8)
    (planned,) = world.plan()
    other = msgspec.structs.replace(planned.item, conditions=planned.item.conditions[::-1])
    earlier = make_run(
        (msgspec.structs.replace(planned, item=other),), targets=world.targets, host=world.host
    )
    verdict = next(
        verdict
        for verdict in judge_claims(tables.build(earlier, world.records()))
        if verdict.id == "B6"
    )
    assert (verdict.verdict, verdict.estimate) == (Outcome.INCONCLUSIVE, None)
    assert "under other conditions: measure again" in verdict.reason


def test_a_sentence_about_any_work_is_refuted_by_one_kind():
    """That the other kind could not be measured changes nothing."""
    world = world_of("B23", failures={"fnv1a-thread-w2": DIED}, launches=8)
    verdict = next(verdict for verdict in judge_claims(world.tables()) if verdict.id == "B23")
    assert verdict.verdict == Outcome.REFUTED
