"""Does gilbench report the time that a hand-written script of the same work takes? A ratio and interval a strategy.

Each pair of fresh processes, a launch of gilbench and ``by_hand.py``, takes turns at rounds of the same work in random
order; the interval is over pairs of processes. A pair differs by some per cent by where its two interpreters happen to
lie in memory, which only many pairs average out: every pair is appended to a log at once, so that the tool can be
stopped and gone on with. Where a round has one worker, both processes share a core, as launches of gilbench do then.
Usage: ``python tools/agreement.py [--minutes M]``; with ``--minutes 0`` it prints what the log holds.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import count
from pathlib import Path

import psutil

from gilbench.analysis.location import locate
from gilbench.measure.launch import Launch, make_kit

LOG = Path("results", "agreement.jsonl")
WORKERS = 2
ROUNDS = 5
SIZE_BYTES = 16 * 1024
TIMEOUT_S = 60.0
TASKS = {"serial": 24, "thread": 24, "thread-subclass": 24, "process": 72, "process-subclass": 72, "pool": 72}


def by_gilbench(launch: Launch, strategy: str, tasks: int, workers: int) -> int:
    """Wall time of one round, in ns, as gilbench reports it."""
    job = {"workload": "fnv1a", "tasks": tasks, "workers": workers, "params": {"size": SIZE_BYTES}}
    return int(launch.ask("round", TIMEOUT_S, strategy=strategy, **job)["wall_ns"])


def by_hand(script: subprocess.Popen[str], strategy: str, tasks: int, workers: int) -> int:
    """Wall time of one round, in ns, as the script reports it."""
    assert script.stdin is not None and script.stdout is not None
    script.stdin.write(f"{strategy} {tasks} {workers} {SIZE_BYTES}\n")
    script.stdin.flush()
    return int(script.stdout.readline())


def compare(kit: Path, strategy: str, core: int) -> float:
    """Median of ln(gilbench / by hand) over the rounds of one pair of processes."""
    workers = 1 if strategy == "serial" else WORKERS
    tasks = TASKS[strategy]
    command = [sys.executable, "-S", str(Path(__file__).with_name("by_hand.py"))]
    ratios = []
    with (
        Launch(sys.executable, kit) as launch,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as script,
    ):
        if workers == 1:
            launch.pin(core)
            psutil.Process(script.pid).cpu_affinity([core])
        for number in range(ROUNDS + 1):
            times = {}
            for side in random.sample(["gilbench", "by hand"], 2):
                if side == "gilbench":
                    times[side] = by_gilbench(launch, strategy, tasks, workers)
                else:
                    times[side] = by_hand(script, strategy, tasks, workers)
            if number > 0:  # the first is warm-up
                ratios.append(math.log(times["gilbench"] / times["by hand"]))
    return statistics.median(ratios)


def table(log: Path) -> None:
    """Print a line a strategy from what the log holds."""
    samples: defaultdict[str, list[float]] = defaultdict(list)
    for line in log.read_text().splitlines() if log.is_file() else []:
        for strategy, value in json.loads(line).items():
            samples[strategy].append(value)
    for strategy, sample in samples.items():
        location = locate(sample)
        if location is None:
            continue
        lo, hi = (math.exp(bound) - 1 for bound in location.interval(0.95))
        middle = math.exp(location.center) - 1
        print(f"{strategy:<17} gilbench over by hand {middle:+7.2%} [{lo:+.2%}, {hi:+.2%}], {len(sample)} pairs")


def main() -> None:
    """Measure a slice, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.5, help="no turn is begun after that (default: 3.5)")
    parser.add_argument("--log", type=Path, default=LOG)
    arguments = parser.parse_args()
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    cores = psutil.Process().cpu_affinity()
    ends_s = time.monotonic() + 60 * arguments.minutes
    with tempfile.TemporaryDirectory() as folder:
        kit = make_kit(Path(folder))
        for turn in count():
            if time.monotonic() >= ends_s:
                break
            core = cores[turn % len(cores)]
            made = {strategy: compare(kit, strategy, core) for strategy in TASKS}
            with arguments.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(made) + "\n")
    table(arguments.log)


if __name__ == "__main__":
    main()
