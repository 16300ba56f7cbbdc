"""When a run about claims stops an item, and how often it asks what the claims want to know."""

import msgspec
import pytest
from tests import synthetic
from tests.synthetic import World

from gilbench.claims import asking
from gilbench.model import Outcome, Stop
from gilbench.results import tables
from gilbench.run.stopping import ClaimsPolicy, WholeEffortPolicy

A16 = World(launches=14, claims=frozenset({"A16"}))


def run_of(world):
    return msgspec.structs.replace(
        synthetic.make_run(world.plan(), targets=world.targets, host=world.host), claims=tuple(world.claims)
    )


def test_an_item_that_no_claim_needs_stops_at_its_first_interim_analysis():
    """More of it would decide nothing."""
    run = run_of(A16)
    unclaimed = msgspec.structs.replace(run.plan[0], claims=())
    assert ClaimsPolicy(run).stopping(unclaimed, tables.build(run, [])) == Stop.EFFORT


@pytest.mark.parametrize(("truth", "because"), [(0.99, Stop.SETTLED), (1.15, None)])
def test_an_item_stops_when_its_claims_are_settled(truth, because):
    """A speedup far from its bound settles the claim; one on it does not, and more launches are measured."""
    world = World(launches=14, claims=frozenset({"A16"}), noise=0.05, speedups={"fnv1a-thread-w2": truth})
    run = run_of(world)
    built = tables.build(run, world.records())
    policy = ClaimsPolicy(run)
    claimed = next(planned for planned in run.plan if planned.item.label == "fnv1a-thread-w2")
    assert policy.needed(claimed, built)
    assert policy.stopping(claimed, built) == because


def test_a_run_asks_each_question_once(monkeypatch):
    """However often it stops an item or shows its verdicts; narrowed to one claim it asks that one."""
    calls = []

    def counted(claim, setting):
        calls.append(claim.id)
        return question(claim, setting)

    question = asking._question
    run = run_of(A16)
    built = tables.build(run, A16.records())
    monkeypatch.setattr(asking, "_question", counted)
    policy = ClaimsPolicy(run)
    for planned in run.plan:
        policy.stopping(planned, built)
        (verdict,) = policy.verdicts(built)
        assert verdict.verdict == Outcome.PROVED
    assert calls == ["A16"]


def test_calibrating_a_host_measures_everything_and_decides_nothing():
    """Every item, with all its launches."""
    run = run_of(A16)
    built = tables.build(run, A16.records())
    policy = WholeEffortPolicy()
    assert all(policy.needed(planned, built) for planned in run.plan)
    assert not any(policy.stopping(planned, built) for planned in run.plan)
    assert policy.verdicts(built) == ()
