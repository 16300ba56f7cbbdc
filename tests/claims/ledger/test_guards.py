"""A host that does not let a claim be told: the verdict is INCONCLUSIVE with the remedy, and never REFUTED."""

import dataclasses
import math

import pytest
from tests.synthetic import World, world_of

from gilbench.claims import margins
from gilbench.claims.judging import judge_claims
from gilbench.claims.registry import all_claims
from gilbench.model import Outcome, Verdict

LOW_CEILING = {"ceiling": 1.25}
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
    "B15": {"shared-list-thread-w2": 1.2},
}  # what would refute each claim on a quiet host

# What scales reaches where there is a tenth of a second core
SCALING_BADLY = {"A17": {"fnv1a-process-w2": 1.1}, "B2": {"sha256-large-thread-w2": 1.1}}

GUARDED = [
    *((claim, LOW_CEILING) for claim in ("A16", "A17", "B1", "B2", "B3", "B15")),
    *((claim, DISTURBED) for claim in ("A16", "B1", "B3")),
    *((claim, FOREIGN) for claim in ("A18", "A20", "B15")),
]


def verdict_in(claim: str, **truth) -> Verdict:
    tables = world_of(claim, **truth).tables()
    return next(
        verdict for verdict in judge_claims(tables) if verdict.id == claim and not unasked(verdict)
    )


def unasked(verdict: Verdict) -> bool:
    """Another target of the same world, to compare with."""
    return verdict.verdict == Outcome.NOT_APPLICABLE


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


@pytest.mark.parametrize(
    ("claim", "disturbance"), [row for row in GUARDED if row[1] is not FOREIGN]
)
def test_a_host_unfit_for_the_question_does_not_prove_either(claim, disturbance):
    """Threads that gain nothing where there was nothing to be gained prove nothing."""
    found = verdict_in(claim, speedups=SCALING_BADLY.get(claim, {}), **disturbance)
    assert found.verdict == Outcome.INCONCLUSIVE


@pytest.mark.parametrize("claim", ["A18", "A20"])
def test_waiting_that_overlaps_on_a_busy_host_is_still_proof(claim):
    """Other programs can only slow the waiting down, so they stand in the way of refuting alone."""
    assert verdict_in(claim, **FOREIGN).verdict == Outcome.PROVED


@pytest.mark.parametrize("claim", [claim.id for claim in all_claims()])
def test_a_busy_host_refutes_nothing_that_it_slows_down(claim):
    """A claim that a quiet host proves is not refuted because others took the cores, by any claim of the ledger."""
    quiet = verdict_in(claim)
    busy = verdict_in(claim, ceiling=1.1, reference_cores=0.6, foreign_cores=1.4)
    if quiet.verdict == Outcome.PROVED:
        assert busy.verdict != Outcome.REFUTED


def with_ceilings(claim: str, low_in: int, *, low: float = 1.3, **truth) -> Verdict:
    """The verdict where two virtual cores share one real core in ``low_in`` of each eight launches.

    Everything that scales reaches there what the ceiling leaves of it.
    """
    tables = World(claims=frozenset({claim}), launches=24, **truth).tables()
    frame = tables.launches
    is_low = frame["launch"] % 8 < low_in
    scales = frame["log_speedup"] > math.log(1.4)
    lost = frame["log_ceiling"] - math.log(low)
    unsteady = frame.assign(
        log_ceiling=frame["log_ceiling"].where(~is_low, math.log(low)),
        log_speedup=frame["log_speedup"].where(~(is_low & scales), frame["log_speedup"] - lost),
    )
    found = judge_claims(dataclasses.replace(tables, launches=unsteady))
    return next(verdict for verdict in found if verdict.id == claim)


@pytest.mark.parametrize("claim", ["A16", "A17", "B2", "B3"])
@pytest.mark.parametrize("low_in", [1, 4])
def test_every_launch_counts_whatever_its_ceiling(claim, low_in):
    """What scales reaches its share of the ceiling that there is, and what does not gains nothing anywhere."""
    found = with_ceilings(claim, low_in)
    assert found.verdict == Outcome.PROVED, found.reason
    assert found.estimate is not None and found.estimate.n == 24


def test_what_does_not_scale_is_refuted_where_cores_come_and_go():
    """In launches without the cores it looks like scaling; the mean ceiling is high enough to tell them apart."""
    assert (
        with_ceilings("A17", low_in=4, speedups={"fnv1a-process-w2": 1.0}).verdict
        == Outcome.REFUTED
    )


@pytest.mark.parametrize("claim", ["A17", "B2", "B4"])
def test_where_cores_are_missing_in_most_launches_the_host_is_to_blame(claim):
    """What would refute a claim on a better host refutes nothing."""
    found = with_ceilings(claim, low_in=7, speedups=SLOW.get(claim, {}))
    assert found.verdict == Outcome.INCONCLUSIVE
    assert "ceiling next to" in found.reason and found.reason.endswith(margins.BUSY_HOST)


@pytest.mark.parametrize("claim", ["A17", "B2"])
def test_what_scales_is_proved_by_its_own_gain(claim):
    """A third of a second core is enough to show it, and next to nothing is not, though it has its share."""
    assert with_ceilings(claim, low_in=7, low=1.3).verdict == Outcome.PROVED
    found = with_ceilings(claim, low_in=8, low=1.1)
    assert found.verdict == Outcome.INCONCLUSIVE
    assert found.reason.startswith("speedup of") and found.reason.endswith(margins.FEW_CORES)


@pytest.mark.parametrize("claim", ["A17", "A16"])
def test_the_mean_ceiling_must_lie_above_its_bound(claim):
    """To refute, the interval must lie above it, and the bound itself is too low: that of no gain is the lower one."""
    bound = margins.CEILING_TO_SCALE if claim == "A17" else margins.CEILING_TO_GAIN
    for ceiling, holds in ((bound - 0.01, False), (bound, False), (bound + 0.01, True)):
        speedups = {"fnv1a-process-w2": 0.5 * ceiling, "fnv1a-thread-w2": 0.97 * ceiling}
        found = verdict_in(claim, ceiling=ceiling, speedups=speedups)
        assert found.verdict == (Outcome.REFUTED if holds else Outcome.INCONCLUSIVE), found.reason


@pytest.mark.parametrize(
    ("gain", "ceiling", "holds"),
    [
        (0.97, 1.28, False),
        (0.97, 1.31, True),  # of which it has 0.74
        (0.8, 1.14, False),
        (0.8, 1.15, False),
        (0.8, 1.16, True),
        (1.1, 1.45, False),  # scales as well as is asked
    ],
)
def test_no_gain_is_proved_where_what_scales_would_have_gained(gain, ceiling, holds):
    """Spinning processes gain, and the threads are certain not to reach three quarters of that."""
    found = verdict_in("A16", ceiling=ceiling, speedups={"fnv1a-thread-w2": gain})
    assert found.verdict == (Outcome.PROVED if holds else Outcome.INCONCLUSIVE), found.reason


def test_the_gain_that_proves_scaling_must_lie_above_its_bound():
    """By its interval, and whatever the ceiling is."""
    for gain, holds in ((1.14, False), (1.15, False), (1.16, True)):
        found = verdict_in("A17", ceiling=gain / 0.97, speedups={"fnv1a-process-w2": gain})
        assert (found.verdict == Outcome.PROVED) == holds, found.reason


def test_no_gain_cannot_be_taken_for_scaling():
    """One core gives less than the gain that is asked for, next to serial code that nearly had one."""
    assert 1 / margins.UNDISTURBED < 0.97 * margins.GAIN


def test_what_scales_shows_as_a_gain():
    """At the lowest ceiling that is accepted for "no gain", work that scales gains more than that."""
    assert 0.9 * margins.CEILING_TO_GAIN > margins.GAIN
