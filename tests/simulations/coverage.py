"""Intervals and decisions of A16 from launches in a row: how often they cover the truth, and are false at the bound."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from unittest import mock

import numpy as np
from scipy import stats

from gilbench.analysis import location as location_module
from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import Location, locate
from gilbench.claims.margins import ALPHA, GAIN
from gilbench.measure.items import open_measurement
from gilbench.model import Effort
from gilbench.plan.profiles import PROFILES
from tests.simulated_runs import measured_launches, prepare
from tests.simulations.hosts import COVERED, TWO_SPEEDS, share
from tests.simulations.study import Piece, Results, Study

SHOWN = 0.95
LOOKS = PROFILES["standard"].claim.looks
CLAIMS = (1, 70)  # undecided ones in the family, A16 included
POOLS, POOL = 10, 400  # hosts that show the truth, and the launches of each
REPEATS = 20  # of the same course of core speeds
DIGITS = 7


def stopped(launches: np.ndarray, claims: int) -> Location:
    """What is known of a speedup when it is certain on which side of A16's bound it lies, or at the last launch.

    Args:
        launches: Log speedups, as many as there may be.
        claims: Undecided ones in the family, A16 included.
    """
    location = None
    for look in LOOKS:
        location = locate(launches[:look])
        if _is_certain(location, claims):
            break
    assert location is not None
    return location


def is_decided(launches: np.ndarray, claims: int) -> bool:
    """Whether A16 is decided at one of the analyses, either way."""
    return _is_certain(stopped(launches, claims), claims)


def _is_certain(location: Location | None, claims: int) -> bool:
    """Whether a location lies on one side of A16's bound, at the level of the first of so many claims."""
    assert location is not None
    level, bound = ALPHA / 2 / len(LOOKS) / claims, math.log(GAIN)
    return min(location.p_below(bound), location.p_above(bound)) <= level


def _moods(runs: int) -> Iterator[Piece]:
    """A mood is a course of the speeds of the cores."""
    for host in COVERED:
        for mood in range(runs):
            yield host, mood


def _simulate_mood(host: str, mood: int) -> list[list[list[float]]]:
    """When each launch of A16 began and its log speedup, shape (``REPEATS``, launches, 2).

    The repeats of a mood differ in all else, so that those of the others show what could have been measured in the
    same seconds.
    """
    repeats = []
    for number in range(REPEATS):
        seed = 1000 + mood * REPEATS + number
        repeats.append(_launches_in_a_row(host, seed, mood).round(DIGITS).tolist())
    return repeats


def _launches_in_a_row(host: str, seed: int, mood_seed: int) -> np.ndarray:
    """When each launch of A16 began, and its log speedup."""
    standard = PROFILES["standard"]
    profile = replace(standard, claim=Effort((LOOKS[-1],), standard.claim.pairs))
    prepared = prepare(COVERED[host], profile, claims=("A16",), seed=seed, mood_seed=mood_seed)
    planned = next(one for one in prepared.plan.items if one.item.label == "fnv1a-thread-w2")
    measurement = open_measurement(prepared.session, planned)
    began_s = []
    for _ in range(LOOKS[-1]):
        began_s.append(prepared.session.clock_s())
        measurement.run_launch()
    return np.column_stack([began_s, prepared.recorder.tables().launches["log_speedup"]])


def _coverage_table(results: Results) -> Iterator[str]:
    """How often the interval of A16's speedup covers the truth.

    The truth is the trimmed mean over the launches that could have been measured in the same seconds; beside it, that
    over all moods of the host.
    """
    yield (
        f"| host | claims | launches, median | {LOOKS[-1]} launches | stopped early, at 95 % | stopped early, shown | "
        "shown, all moods | wrong at the bound | of these, in its own seconds |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for host in COVERED:
        moods = [result for piece, result in results.items() if piece[0] == host]
        if not moods:
            continue
        measured = np.array(moods)
        for claims in CLAIMS:
            yield f"| {host} | {claims} | {_covered(measured, claims)} |"


def _covered(measured: np.ndarray, claims: int) -> str:
    """The cells of one row of the table, from an array of shape (moods, ``REPEATS``, launches, 2)."""
    always = float(stats.trim_mean(measured[..., 1].ravel(), location_module.TRIM))
    to_bound = math.log(GAIN) - float(measured[..., 1].mean())
    shown = nominal_confidence(SHOWN, len(LOOKS))
    names = ("whole", "ordinary", "shown", "always", "decided", "wrong")
    counts = dict.fromkeys(names, 0)
    numbers = []
    for moods in measured:
        for number in range(REPEATS):
            began_s, logs = moods[number].T
            others = np.delete(moods, number, axis=0)
            whole, early = locate(logs), stopped(logs, claims)
            meanwhile = _truth_meanwhile(others, began_s[0], began_s[early.n - 1])
            all_along = _truth_meanwhile(others, began_s[0], began_s[-1])
            counts["whole"] += _covers(whole, all_along, SHOWN)
            counts["ordinary"] += _covers(early, meanwhile, SHOWN)
            counts["shown"] += _covers(early, meanwhile, shown)
            counts["always"] += _covers(early, always, shown)
            numbers.append(early.n)
            at_bound = stopped(logs + to_bound, claims)
            if _is_certain(at_bound, claims):
                true = _truth_meanwhile(others, began_s[0], began_s[at_bound.n - 1]) + to_bound
                counts["decided"] += 1
                counts["wrong"] += (at_bound.center > math.log(GAIN)) != (true > math.log(GAIN))
    cells = [share(count, len(numbers)) for count in counts.values()]
    return f"{np.median(numbers):.0f} | {' | '.join(cells)}"


def _truth_meanwhile(others: np.ndarray, begin_s: float, end_s: float) -> float:
    """The 10 % trimmed mean over the launches of other repeats that began in some seconds."""
    is_within = (others[..., 0] >= begin_s) & (others[..., 0] <= end_s)
    return float(stats.trim_mean(others[..., 1][is_within], location_module.TRIM))


def _covers(location: Location | None, truth: float, confidence: float) -> bool:
    assert location is not None
    low, high = location.interval(confidence)
    return low <= truth <= high


def _pools(runs: int) -> Iterator[Piece]:
    """So many draws are made from the same pools of launches."""
    for host in TWO_SPEEDS:
        for seed in range(POOLS):
            yield host, seed, runs


def _simulate_pool(host: str, seed: int, _: int) -> list[float]:
    """The log speedup of A16's comparison in each of ``POOL`` launches on a host."""
    tables = measured_launches(
        TWO_SPEEDS[host], PROFILES["standard"], "fnv1a-thread-w2", "A16", POOL, seed
    )
    return tables.launches["log_speedup"].round(DIGITS).tolist()


def _bounds_table(results: Results) -> Iterator[str]:
    """How often A16 is decided although its speedup lies exactly at the bound, by the way launches come and by the
    estimator: drawn each by itself or as they followed each other, and with trimming or without."""
    yield "| host | claims | promised | drawn | drawn, plain mean | in a row |"
    yield "|---|---|---|---|---|---|"
    generator = np.random.default_rng(2026)
    for host in TWO_SPEEDS:
        pieces = [piece for piece in results if piece[0] == host]
        if not pieces:
            continue
        draws = int(pieces[0][2])
        pools = np.array([results[piece] for piece in pieces])
        at_bound = pools - pools.mean() + math.log(GAIN)
        rows = [np.lib.stride_tricks.sliding_window_view(pool, LOOKS[-1]) for pool in at_bound]
        in_a_row = np.concatenate(rows)[::4]
        for claims in CLAIMS:
            drawn = generator.choice(at_bound.ravel(), (draws, LOOKS[-1]))
            false = sum(is_decided(launches, claims) for launches in drawn)
            with mock.patch.object(location_module, "TRIM", 0.0):
                plain = sum(is_decided(launches, claims) for launches in drawn)
            row = sum(is_decided(launches, claims) for launches in in_a_row)
            yield (
                f"| {host} | {claims} | {ALPHA / claims:.2%} | {share(false, draws)} | {share(plain, draws)} | "
                f"{row} of {len(in_a_row)} (overlapping) |"
            )


STUDIES: dict[str, Study] = {
    "coverage": Study(_moods, _simulate_mood, _coverage_table),
    "bounds": Study(_pools, _simulate_pool, _bounds_table),
}
