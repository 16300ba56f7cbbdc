"""Does gilbench report the time that a hand-written script of the same work takes? A ratio and interval a strategy.

Each pair of fresh processes, a launch of gilbench and ``by_hand.py``, takes turns at rounds of the same work in random
order; the interval is over pairs of processes. Usage: ``python tools/agreement.py [PROCESSES] [ROUNDS]``.
"""

from __future__ import annotations

import math
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from gilbench.analysis.location import locate
from gilbench.measure.launch import Launch, make_kit

WORKERS = 2
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


def compare(kit: Path, strategy: str, rounds: int) -> float:
    """Mean of ln(gilbench / by hand) over the rounds of one pair of processes."""
    workers = 1 if strategy == "serial" else WORKERS
    tasks = TASKS[strategy]
    command = [sys.executable, "-S", str(Path(__file__).with_name("by_hand.py"))]
    ratios = []
    with (
        Launch(sys.executable, kit) as launch,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as script,
    ):
        for number in range(rounds + 1):
            times = {}
            for side in random.sample(["gilbench", "by hand"], 2):
                if side == "gilbench":
                    times[side] = by_gilbench(launch, strategy, tasks, workers)
                else:
                    times[side] = by_hand(script, strategy, tasks, workers)
            if number > 0:  # the first is warm-up
                ratios.append(math.log(times["gilbench"] / times["by hand"]))
    return statistics.fmean(ratios)


def main() -> None:
    """Print a line a strategy."""
    processes, rounds = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (16, 12)
    with tempfile.TemporaryDirectory() as folder:
        kit = make_kit(Path(folder))
        samples: dict[str, list[float]] = {strategy: [] for strategy in TASKS}
        for _ in range(processes):
            for strategy in TASKS:
                samples[strategy].append(compare(kit, strategy, rounds))
    for strategy, sample in samples.items():
        location = locate(sample)
        assert location is not None
        lo, hi = (math.exp(bound) - 1 for bound in location.interval(0.95))
        middle = math.exp(location.center) - 1
        print(f"{strategy:<17} gilbench over by hand {middle:+7.2%} [{lo:+.2%}, {hi:+.2%}]")


if __name__ == "__main__":
    main()
