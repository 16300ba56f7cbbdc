"""Whole runs on simulated hosts: when A16 is decided, and what is decided of the headline and of the ledger."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gilbench.claims.registry import HEADLINE
from gilbench.model import Outcome
from gilbench.plan.profiles import PROFILES
from tests.hosts import HostLaw
from tests.simulated_runs import simulate
from tests.simulations.hosts import CORES, CROWDED, TWO_SPEEDS, share
from tests.simulations.study import Piece, Results, Study

IN_TIME_S = 15.0
GLANCED = ("A16", "A17", "A18")  # what a glance is to decide first

QUIET = {"quiet": HostLaw(bad_launches=0.02)}
SELDOM = {
    f"{name}, a tenth of the time": replace(law, slow_share=0.1) for name, law in TWO_SPEEDS.items()
}
SIZES = {f"{cores} cores": HostLaw(cores=cores) for cores in CORES}


def _a16_pieces(runs: int) -> Iterator[Piece]:
    for profile in ("glance", "standard"):
        for host in TWO_SPEEDS:
            for seed in range(runs):
                yield profile, host, seed


def _simulate_a16(profile: str, host: str, seed: int) -> dict[str, Any]:
    run = simulate(TWO_SPEEDS[host], PROFILES[profile], claims=("A16",), seed=seed)
    return {"decided_s": run.decided_s.get("A16"), "wrong": list(run.wrong)}


def _a16_table(results: Results) -> Iterator[str]:
    """Whether A16 is decided within 15 s of measuring, and rightly."""
    yield "| host | profile | decided within 15 s | median, s | wrong |"
    yield "|---|---|---|---|---|"
    of_profile: dict[str, list[float]] = {}
    for (profile, host), group in _grouped(results).items():
        times = [math.inf if run["decided_s"] is None else run["decided_s"] for run in group]
        of_profile.setdefault(profile, []).extend(times)
        wrong = sum(bool(run["wrong"]) for run in group)
        yield f"| {host} | {profile} | {_in_time(times)} | {np.median(times):.1f} | {wrong} |"
    for profile, times in of_profile.items():
        yield f"| all of them | {profile} | {_in_time(times)} | | |"


def _in_time(times: list[float]) -> str:
    return share(sum(time <= IN_TIME_S for time in times), len(times))


def _grouped(results: Results) -> dict[tuple[str, str], list[Any]]:
    """The results by the first two words of their pieces."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for piece, result in results.items():
        groups.setdefault((str(piece[0]), str(piece[1])), []).append(result)
    return groups


def _study_of(profile: str, laws: Mapping[str, HostLaw]) -> Study:
    """What runs of a profile decide on hosts of these laws."""

    def pieces(runs: int) -> Iterator[Piece]:
        for seed in range(runs):  # so that what was simulated in part has every host
            for host in laws:
                yield profile, host, seed

    def simulate_run(profile: str, host: str, seed: int) -> dict[str, Any]:
        run = simulate(laws[host], PROFILES[profile], seed=seed)
        applying = []
        for claim, verdict in run.verdicts.items():
            if verdict.verdict != Outcome.NOT_APPLICABLE:
                applying.append(claim)
        return {
            "applying": len(applying),
            "decided": sum(map(run.is_decided, applying)),
            "open": [id for id in HEADLINE if id in applying and not run.is_decided(id)],
            "wrong": list(run.wrong),
            "spent_s": run.spent_s,
            "decided_s": run.decided_s,
        }

    return Study(pieces, simulate_run, _whole_table)


def _whole_table(results: Results) -> Iterator[str]:
    yield (
        "| host | runs | undecided headline claims | headline decided after, median | claims decided | "
        "wrong | seconds |"
    )
    yield "|---|---|---|---|---|---|---|"
    for (_, host), runs in _grouped(results).items():
        open_claims: dict[str, int] = {}
        wrong: list[str] = []
        for run in runs:
            wrong += run["wrong"]
            for id in run["open"]:
                open_claims[id] = open_claims.get(id, 0) + 1
        listed = ", ".join(f"{id} ({count})" for id, count in sorted(open_claims.items()))
        decided = sum(run["decided"] for run in runs) / sum(run["applying"] for run in runs)
        headline_s = float(np.median(list(map(_headline_s, runs))))
        after = f"{headline_s:.0f} s" if math.isfinite(headline_s) else "–"
        seconds = np.median([run["spent_s"] for run in runs])
        yield (
            f"| {host} | {len(runs)} | {listed or 'none'} | {after} | {decided:.0%} | "
            f"{', '.join(wrong) or 'none'} | {seconds:.0f} |"
        )


def _headline_s(run: Mapping[str, Any]) -> float:
    """After how many seconds of measuring all headline claims that apply were decided."""
    if run["open"]:
        return math.inf
    return max(run["decided_s"][id] for id in HEADLINE if id in run["decided_s"])


def _glance_table(results: Results) -> Iterator[str]:
    """When a glance has its first verdict and its three first ones, in seconds of measuring."""
    yield "| host | runs | first verdict: median, 80th percentile | all three: likewise | undecided | wrong |"
    yield "|---|---|---|---|---|---|"
    for (_, host), runs in _grouped(results).items():
        firsts, alls = [], []
        for run in runs:
            times = [run["decided_s"].get(claim, math.inf) for claim in GLANCED]
            firsts.append(min(times))
            alls.append(max(times))
        undecided = sum(map(math.isinf, alls))
        wrong = sum(len(run["wrong"]) for run in runs)
        cells = [_middle_and_late(firsts), _middle_and_late(alls)]
        yield f"| {host} | {len(runs)} | {' | '.join(cells)} | {undecided} | {wrong} |"


def _middle_and_late(times: list[float]) -> str:
    return f"{np.median(times):.1f} s, {np.quantile(times, 0.8, method='higher'):.1f} s"


def _glances() -> Study:
    of_glance = _study_of("glance", QUIET | TWO_SPEEDS | CROWDED)
    return replace(of_glance, table=_glance_table)


STUDIES: dict[str, Study] = {
    "a16": Study(_a16_pieces, _simulate_a16, _a16_table),
    "glances": _glances(),
    "headline": _study_of("standard", QUIET | TWO_SPEEDS | SELDOM),
    "crowded": _study_of("quick", QUIET | CROWDED),
    "sizes": _study_of("standard", SIZES),
}
