"""Many runs on simulated hosts, as tables for the documentation: ``python -m tests.simulations STUDY [--runs N]``."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from unittest import mock

import numpy as np
from scipy import stats

from gilbench.analysis import location as location_module
from gilbench.analysis.location import Location, locate
from gilbench.claims.judging import ALPHA
from gilbench.claims.margins import GAIN
from gilbench.claims.registry import HEADLINE
from gilbench.measure.items import open_measurement
from gilbench.model import Effort, Outcome
from gilbench.plan.profiles import LOOKS, PROFILES, Profile
from tests.hosts import HostLaw
from tests.simulated_ledgers import LedgerSimulation
from tests.simulated_runs import SimulatedRun, measured_launches, prepare, simulate

DWELLS_S = (0.02, 0.1, 0.5, 2.0, 5.0)
IN_TIME_S = 15.0
POOL, POOL_RUN = 4000, 400  # launches that show the truth, and those of one host
REPEATS = 20  # of the same course of core speeds
WIDE = 0.97

TWO_SPEEDS = {
    f"two speeds, half slow, dwell {dwell_s:g} s": HostLaw(
        dwell_s=dwell_s, bad_launches=0.02, drift=0.05
    )
    for dwell_s in DWELLS_S
}
CROWDED = {
    "one usable core": HostLaw(cores=1, dwell_s=0.1),
    "two other busy programs": HostLaw(foreign=2),
    "one busy program, coming and going": HostLaw(foreign=1, foreign_dwell_s=5.0),
    "two virtual cores of one real core": HostLaw(shared_pace=0.665),
    "virtual cores that share now and then": HostLaw(shared_pace=0.665, shared_dwell_s=5.0),
    "a quota of 1.5 CPUs": HostLaw(quota_cores=1.5),
    "two speeds and one busy program": HostLaw(dwell_s=0.1, foreign=1, foreign_dwell_s=2.0),
}
COVERED = {"one speed, noisy launches": HostLaw(bad_launches=0.1, launch_noise=0.04)} | TWO_SPEEDS
CORES = (1, 2, 4, 8, 16, 64, 192)


def share(count: int, of: int) -> str:
    """``19 of 20 [0.75, 1.00]``, with the exact 95 % interval of Clopper and Pearson."""
    interval = stats.binomtest(count, of).proportion_ci()
    return f"{count} of {of} [{interval.low:.3f}, {interval.high:.3f}]"


def runs_on(
    law: HostLaw, profile: Profile, runs: int, claims: tuple[str, ...] = ()
) -> Iterator[SimulatedRun]:
    """Runs of a profile on hosts of a law, each with a seed of its own."""
    for seed in range(runs):
        yield simulate(law, profile, claims=claims, seed=seed)


def a16(runs: int) -> Iterator[str]:
    """Whether A16 is decided within 15 s of measuring, and rightly."""
    yield "| host | profile | decided within 15 s | at the end | median, s | wrong |"
    yield "|---|---|---|---|---|---|"
    for name in ("glance", "standard"):
        all_in_time = all_runs = 0
        for host, law in TWO_SPEEDS.items():
            times, wrong, decided = [], 0, 0
            for run in runs_on(law, PROFILES[name], runs, ("A16",)):
                times.append(run.decided_s.get("A16", math.inf))
                decided += run.is_decided("A16")
                wrong += bool(run.wrong)
            in_time = sum(time <= IN_TIME_S for time in times)
            all_in_time, all_runs = all_in_time + in_time, all_runs + runs
            median = f"{np.median(times):.1f}"
            yield f"| {host} | {name} | {share(in_time, runs)} | {decided} of {runs} | {median} | {wrong} |"
        yield f"| all of them | {name} | {share(all_in_time, all_runs)} | | | |"


def whole_runs(laws: dict[str, HostLaw], runs: int, profile: str) -> Iterator[str]:
    """What whole runs decide of the headline and of the ledger."""
    yield f"| host | headline decided | undecided headline claims | claims decided | wrong | seconds ({profile}) |"
    yield "|---|---|---|---|---|---|"
    for host, law in laws.items():
        whole, decided, applicable, wrong, seconds = 0, 0, 0, [], []
        open_claims: dict[str, int] = {}
        for run in runs_on(law, PROFILES[profile], runs):
            applying = [
                id for id, one in run.verdicts.items() if one.verdict != Outcome.NOT_APPLICABLE
            ]
            missing = [id for id in HEADLINE if id in applying and not run.is_decided(id)]
            whole += not missing
            for id in missing:
                open_claims[id] = open_claims.get(id, 0) + 1
            decided += sum(map(run.is_decided, applying))
            applicable += len(applying)
            wrong += run.wrong
            seconds.append(run.spent_s)
        listed = ", ".join(f"{id} ({count})" for id, count in sorted(open_claims.items())) or "none"
        yield (
            f"| {host} | {share(whole, runs)} | {listed} | {decided / applicable:.0%} | "
            f"{', '.join(wrong) or 'none'} | {np.median(seconds):.0f} |"
        )


def headline(runs: int) -> Iterator[str]:
    """Whole standard runs on hosts whose cores have two speeds."""
    seldom = {
        f"{name}, a tenth of the time": replace(law, slow_share=0.1)
        for name, law in TWO_SPEEDS.items()
    }
    return whole_runs({"quiet": HostLaw(bad_launches=0.02)} | TWO_SPEEDS | seldom, runs, "standard")


def crowded(runs: int) -> Iterator[str]:
    """Whole quick runs on hosts that lack cores."""
    return whole_runs(CROWDED, runs, "quick")


def sizes(runs: int) -> Iterator[str]:
    """Whole standard runs on hosts of 1 to 192 cores."""
    return whole_runs({f"{cores} cores": HostLaw(cores=cores) for cores in CORES}, runs, "standard")


def a16_launches(law: HostLaw) -> np.ndarray:
    """The log speedup of A16's comparison in each of ``POOL`` launches on hosts of a law."""
    profile = PROFILES["standard"]
    pools = []
    for seed in range(POOL // POOL_RUN):
        tables = measured_launches(law, profile, "fnv1a-thread-w2", "A16", POOL_RUN, seed)
        pools.append(tables.launches["log_speedup"].to_numpy())
    return np.concatenate(pools)


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


def launches_in_moods(law: HostLaw, moods: int) -> np.ndarray:
    """When each launch of A16 began and its log speedup, shape (moods, ``REPEATS``, launches, 2).

    A mood is a course of the speeds of the cores; the repeats of one differ in all else, so that those of the others
    show what could have been measured in the same seconds.
    """
    measured = np.empty((moods, REPEATS, LOOKS[-1], 2))
    for mood in range(moods):
        for number in range(REPEATS):
            seed = 1000 + mood * REPEATS + number
            measured[mood, number] = launches_in_a_row(law, LOOKS[-1], seed, mood)
    return measured


def launches_in_a_row(law: HostLaw, launches: int, seed: int, mood_seed: int) -> np.ndarray:
    """When each launch of A16 began, and its log speedup."""
    profile = replace(
        PROFILES["standard"], claim=Effort((launches,), PROFILES["standard"].claim.pairs)
    )
    prepared = prepare(law, profile, claims=("A16",), seed=seed, mood_seed=mood_seed)
    planned = next(item for item in prepared.plan.items if item.label == "fnv1a-thread-w2")
    measurement = open_measurement(prepared.session, planned)
    began_s = []
    for _ in range(launches):
        began_s.append(prepared.session.clock_s())
        measurement.run_launch()
    return np.column_stack([began_s, prepared.recorder.tables().launches["log_speedup"]])


def truth_meanwhile(others: np.ndarray, begin_s: float, end_s: float) -> float:
    """The 10 % trimmed mean over the launches of other repeats that began in some seconds."""
    is_within = (others[..., 0] >= begin_s) & (others[..., 0] <= end_s)
    return float(stats.trim_mean(others[..., 1][is_within], location_module.TRIM))


def coverage(runs: int) -> Iterator[str]:
    """How often the interval of A16's speedup covers the truth, of launches in a row as in a run of A16 alone.

    The truth is the trimmed mean over the launches that could have been measured in the same seconds; beside it, that
    over all moods of the host. ``runs`` is the number of moods.
    """
    yield (
        "| host | claims | launches, median | 40 launches | stopped early | wide | stopped early, all moods | "
        "wrong at the bound | of these, in its own seconds |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for host, law in COVERED.items():
        measured = launches_in_moods(law, runs)
        for claims in (1, 35):
            yield f"| {host} | {covered(measured, claims)} |"


def covered(measured: np.ndarray, claims: int) -> str:
    """The cells of one row of the table of ``coverage``."""
    always = float(stats.trim_mean(measured[..., 1].ravel(), location_module.TRIM))
    to_bound = math.log(GAIN) - float(measured[..., 1].mean())
    counts = dict.fromkeys(("whole", "early", "wide", "always", "decided", "wrong"), 0)
    numbers = []
    for moods in measured:
        for number in range(REPEATS):
            began_s, logs = moods[number].T
            others = np.delete(moods, number, axis=0)
            whole, early = locate(logs), stopped(logs, claims)
            meanwhile = truth_meanwhile(others, began_s[0], began_s[early.n - 1])
            counts["whole"] += _covers(whole, truth_meanwhile(others, began_s[0], began_s[-1]))
            counts["early"] += _covers(early, meanwhile)
            counts["wide"] += _covers(early, meanwhile, WIDE)
            counts["always"] += _covers(early, always)
            numbers.append(early.n)
            at_bound = stopped(logs + to_bound, claims)
            if _is_certain(at_bound, claims):
                true = truth_meanwhile(others, began_s[0], began_s[at_bound.n - 1]) + to_bound
                counts["decided"] += 1
                counts["wrong"] += (at_bound.center > math.log(GAIN)) != (true > math.log(GAIN))
    cells = [share(count, len(numbers)) for count in counts.values()]
    return f"{claims} | {np.median(numbers):.0f} | {' | '.join(cells)}"


def _covers(location: Location | None, truth: float, confidence: float = 0.95) -> bool:
    assert location is not None
    low, high = location.interval(confidence)
    return low <= truth <= high


def bounds(runs: int) -> Iterator[str]:
    """How often A16 is decided although its speedup lies exactly at the bound, by the way launches come and by the
    estimator: drawn each by itself or as they followed each other, and with trimming or without."""
    yield "| host | claims | promised | drawn | drawn, plain mean | in a row |"
    yield "|---|---|---|---|---|---|"
    generator = np.random.default_rng(2026)
    for host, law in TWO_SPEEDS.items():
        pool = a16_launches(law)
        at_bound = pool - pool.mean() + math.log(GAIN)
        windows = [
            np.lib.stride_tricks.sliding_window_view(run, LOOKS[-1])
            for run in at_bound.reshape(-1, POOL_RUN)
        ]
        in_a_row = np.concatenate(windows)[::4]
        for claims in (1, 35):
            drawn = generator.choice(at_bound, (runs, LOOKS[-1]))
            false = sum(is_decided(launches, claims) for launches in drawn)
            with mock.patch.object(location_module, "TRIM", 0.0):
                plain = sum(is_decided(launches, claims) for launches in drawn)
            row = sum(is_decided(launches, claims) for launches in in_a_row)
            yield (
                f"| {host} | {claims} | {ALPHA / claims:.2%} | {share(false, runs)} | {share(plain, runs)} | "
                f"{row} of {len(in_a_row)} (overlapping) |"
            )


def errors(runs: int) -> Iterator[str]:
    """How many ledgers hold a false verdict, with true effects at the bounds."""
    judged = list(LedgerSimulation(2026).ledgers(runs))
    when_decided = sum(ledger.false_when_decided > 0 for ledger in judged)
    at_the_end = sum(ledger.false_at_the_end > 0 for ledger in judged)
    yield "| ledgers with a false verdict | |"
    yield "|---|---|"
    yield f"| when a claim was first decided | {share(when_decided, runs)} |"
    yield f"| in a report on all launches | {share(at_the_end, runs)} |"


STUDIES: dict[str, Callable[[int], Iterable[str]]] = {
    "a16": a16,
    "headline": headline,
    "crowded": crowded,
    "sizes": sizes,
    "coverage": coverage,
    "bounds": bounds,
    "errors": errors,
}


def main() -> None:
    """Print the table of a study, row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--runs", type=int, default=10, help="for each kind of host")
    arguments = parser.parse_args()
    for line in STUDIES[arguments.study](arguments.runs):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
