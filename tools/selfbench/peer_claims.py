"""The three claims A16, A17 and A18 with each peer: the shortest script that has an interval over processes.

Each way yields a claim as soon as its interval, at 99 %, lies beyond the bound; what it does not decide it does not
yield.
"""

from __future__ import annotations

import contextlib
import json
import math
import statistics
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from scipy import special
from tools.selfbench import processes
from tools.selfbench.bench import Bench
from tools.selfbench.scripts.claims_work import CLAIMS

LEVEL = 0.005  # on each side
MOST_SESSIONS = 12
MOST_BATCHES = 3  # of a tool that runs a fixed number of processes
LONGEST_S = 120.0
FEWEST = 3


def is_proved(claim: str, serial: Sequence[float], other: Sequence[float]) -> bool:
    """Whether the ratio of two independent samples of process means is certain (Welch)."""
    if min(len(serial), len(other)) < FEWEST:
        return False
    logs = [[math.log(value) for value in sample] for sample in (serial, other)]
    parts = [statistics.variance(sample) / len(sample) for sample in logs]
    total = sum(parts)
    degrees = total**2 / sum(
        part**2 / (len(sample) - 1) for part, sample in zip(parts, logs, strict=True)
    )
    reach = float(special.stdtrit(degrees, 1 - LEVEL)) * math.sqrt(total)
    center = statistics.fmean(logs[0]) - statistics.fmean(logs[1])
    *_, side, bound = CLAIMS[claim]
    if side == "below":
        return math.exp(center + reach) < bound
    return math.exp(center - reach) > bound


def by_hand(_: Bench, folder: Path) -> Generator[str]:
    """A script of the standard library that stops when it knows."""
    command = [sys.executable, "-u", "claims_by_hand.py"]
    lines = processes.lines_of(command, folder, timeout_s=LONGEST_S)
    with contextlib.closing(lines):
        for line in lines:
            yield line.split()[1]


def by_pytest_benchmark(bench: Bench, folder: Path) -> Generator[str]:
    """Session after session, each of which gives one value of each way."""
    stored = folder / "claims.json"
    words = [*bench.peers.program("pytest-benchmark"), "test_claims.py", "-q"]
    words += ["-p", "no:cacheprovider", "--benchmark-max-time=0.3", "--benchmark-min-rounds=3"]
    words += [f"--benchmark-json={stored}"]
    values: dict[tuple[str, int], list[float]] = {}
    open_claims = list(CLAIMS)
    for _ in range(MOST_SESSIONS):
        processes.run(words, folder)
        for benchmark in json.loads(stored.read_text())["benchmarks"]:
            key = (benchmark["params"]["claim"], benchmark["params"]["way"])
            values.setdefault(key, []).append(benchmark["stats"]["mean"])
        for claim in list(open_claims):
            if is_proved(claim, values[claim, 0], values[claim, 1]):
                open_claims.remove(claim)
                yield claim
        if not open_claims:
            break


def by_pyperf(bench: Bench, folder: Path) -> Generator[str]:
    """One benchmark file per claim, with ``--fast``, its setting for a quick answer."""
    program = bench.peers.program("pyperf")
    stored = folder / "claims-pyperf.json"
    words = [*program, "claims_pyperf.py", "--quiet", "--fast", "--inherit-environ=CLAIM"]
    for claim in CLAIMS:
        samples: dict[str, list[float]] = {"serial": [], "other": []}
        for _ in range(MOST_BATCHES):
            stored.unlink(missing_ok=True)
            processes.run([*words, "-o", str(stored)], folder, variables={"CLAIM": claim})
            for benchmark in json.loads(stored.read_text())["benchmarks"]:
                name = benchmark.get("metadata", {}).get("name", "serial")
                samples[name] += [
                    statistics.fmean(run["values"]) for run in benchmark["runs"] if "values" in run
                ]
            if is_proved(claim, samples["serial"], samples["other"]):
                yield claim
                break


def by_hyperfine(bench: Bench, folder: Path) -> Generator[str]:
    """Whole processes, with their start-up, as hyperfine runs them by default (10 runs)."""
    program = bench.peers.hyperfine()
    stored = folder / "hyperfine.json"
    for claim, (serial, other, *_) in CLAIMS.items():
        scripts = [
            f"{sys.executable} -S claims_work.py {function.__name__}"
            for function in (serial, other)
        ]
        words = [program, "--shell=none", "--warmup=1", "--runs=10", f"--export-json={stored}"]
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(MOST_BATCHES):
            processes.run([*words, *scripts], folder)
            for of_way, measured in zip(times, _results(stored), strict=True):
                of_way.extend(measured["times"])
            if is_proved(claim, *times):
                yield claim
                break


def _results(stored: Path) -> list[dict[str, Any]]:
    """What hyperfine wrote, by command."""
    results: list[dict[str, Any]] = json.loads(stored.read_text())["results"]
    return results


WAYS: dict[str, Callable[[Bench, Path], Generator[str]]] = {
    "standard library": by_hand,
    "pytest-benchmark, sessions": by_pytest_benchmark,
    "pyperf, --fast": by_pyperf,
    "hyperfine, on scripts": by_hyperfine,
}
