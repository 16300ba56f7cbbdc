"""Whole ledgers judged in simulated worlds: how often a verdict is false, and what stopping early does to that."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats
from tests.simulated_ledgers import LedgerSimulation, launch_noise
from tests.synthetic import World

from gilbench.analysis import family
from gilbench.claims.judging import ALPHA, judge_claims
from gilbench.model import Outcome
from gilbench.plan.profiles import PROFILES
from gilbench.results.tables import Tables

LEDGERS = 100
LOOKS = PROFILES["standard"].claim.looks
CEILING = 1.96
AT_THE_BOUND = {
    "fnv1a-process-subclass-w2-vs-process": 1.10,
    "fnv1a-thread-subclass-w2-vs-thread": 1 / 1.10,
    "fnv1a-thread-w2": 1.15,
    "fnv1a-thread-w4": 1 / 1.15,
    "fnv1a-process-w2": 0.75 * CEILING,
    "sleep-thread-w4": 2.0,
    "socket-thread-w4": 2.0,
    "http-thread-w4": 1.15,
    "sha256-large-thread-w2": 0.75 * CEILING,
    "sha256-small-thread-w2": 1.15,
    "sha256-small-thread-w4": 1 / 1.15,
}  # every speedup exactly where it neither proves nor refutes
CLAIMS = frozenset({"A2", "A13", "A16", "A17", "A18", "A20", "B1", "B2", "B3"})


def blank() -> Tables:
    """Tables of the claims above; their speedups are filled in by each simulation."""
    return World(claims=CLAIMS, ceiling=CEILING, speedups=AT_THE_BOUND, noise=0.0).tables()


def with_launch_noise(tables: Tables, generator: np.random.Generator) -> Tables:
    """Launches as noisy as they were seen to be."""
    launches = tables.launches
    noisy = launches["log_speedup"] + launch_noise(len(launches), generator)
    launches = launches.assign(log_speedup=noisy, log_compute_speedup=noisy)
    return dataclasses.replace(tables, launches=launches)


def decided(tables: Tables) -> list[str]:
    return [
        one.id
        for one in judge_claims(tables)
        if one.id in CLAIMS and one.verdict in (Outcome.PROVED, Outcome.REFUTED)
    ]


def most_by_chance(ledgers: int) -> float:
    """Of so many ledgers, more than this hold a false verdict in one test of a thousand where 1 in 100 is the truth."""
    return float(stats.binom.ppf(0.999, ledgers, ALPHA))


def false_ledgers(simulation: LedgerSimulation, ledgers: int) -> tuple[int, int]:
    """In how many ledgers a claim was decided wrongly when it was decided first, and at the end."""
    judged = list(simulation.ledgers(ledgers))
    when_decided = sum(ledger.false_when_decided > 0 for ledger in judged)
    return when_decided, sum(ledger.false_at_the_end > 0 for ledger in judged)


@pytest.mark.parametrize(
    "ledgers", [60, pytest.param(5000, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])]
)
def test_false_verdicts_are_as_rare_over_the_whole_ledger_as_promised(ledgers):
    """1 ledger in 100 at most, with every effect where a verdict is only just false, launches as noisy as they were
    seen to be, claims that share items, and items that end at the first analysis that decides their claims."""
    when_decided, at_the_end = false_ledgers(LedgerSimulation(2026), ledgers)
    assert when_decided <= most_by_chance(ledgers) and at_the_end <= most_by_chance(ledgers)


def test_the_simulation_would_see_a_correction_that_is_missing(monkeypatch):
    """If neither the other claims nor the interim analyses were paid for, false verdicts would be far more frequent."""

    def uncorrected(p_values: Sequence[float], alpha: float) -> list[float]:
        return [len(LOOKS) * alpha] * len(p_values)

    monkeypatch.setattr(family, "step_down_levels", uncorrected)
    when_decided, _ = false_ledgers(LedgerSimulation(2026), 40)
    assert when_decided > 2 * most_by_chance(40)


def test_true_verdicts_are_reached_in_the_simulation():
    """Where an effect lies far from its bounds, claims are decided: silence is not what keeps the error low."""
    decided = [ledger.decided for ledger in LedgerSimulation(7).ledgers(5)]
    assert min(decided) > 0


@pytest.mark.timeout(240)
def test_false_verdicts_are_rare_with_frames_of_launches_too():
    """The same from whole tables of launches, through every step from the journal's frames to the verdict."""
    generator = np.random.default_rng(2026)
    tables = blank()
    false = sum(bool(decided(with_launch_noise(tables, generator))) for _ in range(LEDGERS))
    assert false <= stats.binom.ppf(0.999, LEDGERS, ALPHA)


def test_the_lawful_world_is_seen_through_real_noise():
    """At the noise that launches were seen to have, 24 of them decide every claim of a large effect, and rightly."""
    tables = World(claims=CLAIMS, ceiling=CEILING).tables()
    noisy = with_launch_noise(tables, np.random.default_rng(5))
    found = {one.id: one for one in judge_claims(noisy)}
    for claim in CLAIMS - {"B1"}:  # B1 has four cases to refute
        assert found[claim].verdict == Outcome.PROVED, f"{claim}: {found[claim].reason}"
