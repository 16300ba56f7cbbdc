"""A host that does not let a claim be told: the verdict is INCONCLUSIVE with the remedy, and never REFUTED."""

import dataclasses
import math

import pytest
from tests.synthetic import World

from gilbench.claims import ledger, margins
from gilbench.model import Outcome, Verdict

LOW_CEILING = {"ceiling": 1.3}
DISTURBED = {"reference_cores": 0.6}
FOREIGN = {"foreign_cores": 1.4}

SLOW = {
    "A16": {"fnv1a-thread-w2": 1.5},
    "A17": {"fnv1a-process-w2": 0.8},
    "A18": {"sleep-thread-w4": 1.0, "socket-thread-w4": 1.0},
    "A20": {"http-thread-w4": 1.0},
    "B1": {},
    "B2": {"sha256-large-thread-w2": 0.8},
    "B3": {"sha256-small-thread-w2": 1.5},
}  # what would refute each claim on a quiet host

GUARDED = [
    *((claim, LOW_CEILING) for claim in ("A16", "A17", "B2", "B3")),
    *((claim, DISTURBED) for claim in ("A16", "B1", "B3")),
    *((claim, FOREIGN) for claim in ("A18", "A20")),
]


def verdict_in(claim: str, **truth) -> Verdict:
    world = World(claims=frozenset({claim}), **truth)
    return next(verdict for verdict in ledger.judge(world.tables()) if verdict.id == claim)


@pytest.mark.parametrize("claim", SLOW)
def test_on_a_quiet_host_the_claim_would_be_refuted(claim):
    """The worlds of this page do refute their claims where nothing disturbs: the guards alone keep them open."""
    assert verdict_in(claim, speedups=SLOW[claim]).verdict == Outcome.REFUTED


@pytest.mark.parametrize(("claim", "disturbance"), GUARDED)
def test_a_disturbed_host_never_refutes(claim, disturbance):
    """Where the host was not fit for the question, the answer is INCONCLUSIVE and says what to do."""
    found = verdict_in(claim, speedups=SLOW[claim], **disturbance)
    assert found.verdict == Outcome.INCONCLUSIVE
    assert found.reason.endswith(margins.BUSY_HOST)


@pytest.mark.parametrize(("claim", "disturbance"), [row for row in GUARDED if row[1] is not FOREIGN])
def test_a_host_unfit_for_the_question_does_not_prove_either(claim, disturbance):
    """Threads that gain nothing where there was nothing to be gained prove nothing."""
    assert verdict_in(claim, **disturbance).verdict == Outcome.INCONCLUSIVE


@pytest.mark.parametrize("claim", ["A18", "A20"])
def test_waiting_that_overlaps_on_a_busy_host_is_still_proof(claim):
    """Other programs can only slow the waiting down, so they stand in the way of refuting alone."""
    assert verdict_in(claim, **FOREIGN).verdict == Outcome.PROVED


@pytest.mark.parametrize("claim", [claim.id for claim in ledger.claims()])
def test_a_busy_host_refutes_nothing_that_it_slows_down(claim):
    """A claim that a quiet host proves is not refuted because others took the cores, by any claim of the ledger."""
    quiet = verdict_in(claim)
    busy = verdict_in(claim, ceiling=1.1, reference_cores=0.6, foreign_cores=1.4)
    if quiet.verdict == Outcome.PROVED:
        assert busy.verdict != Outcome.REFUTED


def test_a_ceiling_that_varies_too_much_asks_for_launches_and_not_for_a_quieter_host():
    """A control whose middle is high enough and whose interval is not leaves the claim open, and asks for more."""
    tables = World(claims=frozenset({"A17"})).tables()
    ceilings = [math.log(1.3 if launch % 2 else 2.2) for launch in tables.launches["launch"]]
    unsteady = dataclasses.replace(tables, launches=tables.launches.assign(log_ceiling=ceilings))
    found = next(verdict for verdict in ledger.judge(unsteady) if verdict.id == "A17")
    assert found.verdict == Outcome.INCONCLUSIVE
    assert "more launches would tell" in found.reason and margins.BUSY_HOST not in found.reason


@pytest.mark.parametrize(("ceiling", "holds"), [(1.59, False), (1.60, False), (1.70, True)])
def test_a_guard_wants_its_whole_interval_on_the_good_side(ceiling, holds):
    """A ceiling that cannot be told from the lowest allowed one is too low."""
    found = verdict_in("A17", ceiling=ceiling)
    assert (found.verdict == Outcome.PROVED) == holds
