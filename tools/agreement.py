"""Does gilbench report the time that hand-written code of the same work takes? A ratio and interval a strategy.

Rounds of gilbench and of ``by_hand.py``, which reads its own clock, are interleaved in random order in one fresh
process after the other; the interval is over processes. One process holds both, and both do the work by the same
function object, because where things lie in memory moves such a loop by some per cent, the same in every process (see
docs/decisions/0018). ``--apart`` runs the script in a separate process all the same, and shows what that luck adds.
Where a round has one worker, all of it stays on one core.

Every process is appended to a log at once, so that the tool can be stopped and resumed.
Usage: ``python tools/agreement.py [--minutes M] [--apart]``; with ``--minutes 0`` it prints what the log holds.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psutil

from gilbench.analysis.location import locate
from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.launches import Launch
from gilbench.plan.comparisons import TASKS_AT_LEAST, TASKS_OF_FORKED

BY_HAND = Path(__file__).with_name("by_hand.py")
LOG = Path("results", "agreement.jsonl")
WORKERS = 2
ROUNDS = 5
SIZE_BYTES = 48 * 1024
TIMEOUT_S = 60.0
PROBE = """
from gilbench.target.probes import _by_hand
from gilbench.target.registry import Probe
from gilbench.target.workloads.fnv1a import task


def fnv1a(index, size):
    return task(index, {"size": size})


_by_hand.fnv1a = fnv1a
PROBE = Probe(name="by-hand", summary="work by hand", run=lambda job: {"wall_ns": _by_hand.timed(**job)}, limit_s=60)
"""
# What a round of a standard run holds, and about the size that it calibrates a task to.
THREADED, FORKED = TASKS_AT_LEAST, TASKS_OF_FORKED
TASKS = {
    **dict.fromkeys(("serial", "thread", "thread-subclass"), THREADED),
    **dict.fromkeys(("process", "process-subclass", "pool"), FORKED),
}


def bundle_with_script(folder: Path) -> Path:
    """A copy of the target package that has the script as a probe."""
    target_bundle = make_target_bundle(folder)
    probes = target_bundle / "gilbench" / "target" / "probes"
    shutil.copy(BY_HAND, probes / "_by_hand.py")
    (probes / "by_hand.py").write_text(PROBE)
    return target_bundle


def by_gilbench(launch: Launch, strategy: str, tasks: int, workers: int) -> int:
    """Wall time of one round, in ns, as gilbench reports it."""
    job = {"workload": "fnv1a", "tasks": tasks, "workers": workers, "params": {"size": SIZE_BYTES}}
    return int(launch.ask("round", TIMEOUT_S, strategy=strategy, **job)["wall_ns"])


def by_hand(launch: Launch, strategy: str, tasks: int, workers: int) -> int:
    """Wall time of one round, in ns, as the script's code reports it from within the launch."""
    job = {"strategy": strategy, "tasks": tasks, "workers": workers, "size": SIZE_BYTES}
    return int(launch.ask("probe", TIMEOUT_S, probe="by-hand", params=job)["wall_ns"])


def by_script(script: subprocess.Popen[str], strategy: str, tasks: int, workers: int) -> int:
    """Wall time of one round, in ns, as the script reports it from a separate process."""
    assert script.stdin is not None and script.stdout is not None
    script.stdin.write(f"{strategy} {tasks} {workers} {SIZE_BYTES}\n")
    script.stdin.flush()
    return int(script.stdout.readline())


def compare(target_bundle: Path, strategy: str, core: int, apart: bool) -> float:
    """Median of ln(gilbench / by hand) over the rounds of one process, or one pair of processes."""
    workers = 1 if strategy == "serial" else WORKERS
    tasks = TASKS[strategy]
    command = [sys.executable, "-S", str(BY_HAND)]
    ratios = []
    with (
        Launch(sys.executable, target_bundle) as launch,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as script,
    ):
        ways: list[Callable[[], int]] = [
            lambda: by_gilbench(launch, strategy, tasks, workers),
            (lambda: by_script(script, strategy, tasks, workers))
            if apart
            else (lambda: by_hand(launch, strategy, tasks, workers)),
        ]
        if workers == 1:
            launch.pin(core)
            psutil.Process(script.pid).cpu_affinity([core])
        for number in range(ROUNDS + 1):
            times = {side: ways[side]() for side in random.sample([0, 1], 2)}
            if number > 0:  # the first is warm-up
                ratios.append(math.log(times[0] / times[1]))
    return statistics.median(ratios)


def table(log: Path) -> None:
    """Print one line per strategy from the log."""
    samples: defaultdict[str, list[float]] = defaultdict(list)
    for line in log.read_text().splitlines() if log.is_file() else []:
        one = json.loads(line)
        for strategy, value in one["log_ratio"].items():
            samples[f"{strategy}, {one['processes']}"].append(value)
    for name, sample in sorted(samples.items()):
        location = locate(sample)
        if location is None:
            continue
        lo, hi = (math.exp(bound) - 1 for bound in location.interval(0.95))
        middle = math.exp(location.center) - 1
        print(
            f"{name:<30} gilbench over by hand {middle:+7.2%} [{lo:+.2%}, {hi:+.2%}], n = {len(sample)}"
        )


def main() -> None:
    """Measure a slice, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=3.5, help="no turn is begun after that (default: 3.5)"
    )
    parser.add_argument("--apart", action="store_true", help="the script in a separate process")
    parser.add_argument("--only", choices=TASKS, help="this strategy only")
    parser.add_argument("--log", type=Path, default=LOG)
    arguments = parser.parse_args()
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    cores = psutil.Process().cpu_affinity()
    ends_s = time.monotonic() + 60 * arguments.minutes
    with tempfile.TemporaryDirectory() as folder:
        target_bundle = bundle_with_script(Path(folder))
        strategies = [arguments.only] if arguments.only else list(TASKS)
        for turn in count():
            if time.monotonic() >= ends_s:
                break
            core = cores[turn % len(cores)]
            made = {
                strategy: compare(target_bundle, strategy, core, arguments.apart)
                for strategy in strategies
            }
            with arguments.log.open("a", encoding="utf-8") as log:
                log.write(
                    json.dumps(
                        {"processes": "apart" if arguments.apart else "the same", "log_ratio": made}
                    )
                    + "\n"
                )
    table(arguments.log)


if __name__ == "__main__":
    main()
