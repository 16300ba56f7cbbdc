"""Whether gilbench reports the time that hand-written code of the same work takes, under every strategy.

Rounds of gilbench and of ``scripts/by_hand.py``, which reads its own clock, take turns in random order in one fresh
process after the other. One process holds both, and both do the work by the same function object, because where things
lie in memory moves such a loop by some per cent, the same in every process (see docs/decisions/0018). What a round finds
in memory depends on what ran before it, so that before each round a random number of integers is made and kept: that
moves those of the loop. Where a round has one worker, all of it stays on one core.
"""

from __future__ import annotations

import math
import shutil
import statistics
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import psutil
from tools.selfbench import arithmetic
from tools.selfbench.bench import SCRIPTS, Bench
from tools.selfbench.model import OURS, Result, Row, Trial

from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.launches import Launch
from gilbench.plan.comparisons import TASKS_AT_LEAST, TASKS_OF_FORKED

NAME = "fidelity"
WORKERS = 2
# Rounds of each way in a process: those without forks are short
ROUNDS = {
    **dict.fromkeys(("serial", "thread", "thread-subclass"), 25),
    **dict.fromkeys(("process", "process-subclass", "pool"), 7),
}
QUICK_ROUNDS = 3
MOST_MOVED = 400  # integers: a few blocks of their allocator
SIZE_BYTES = 48 * 1024
TIMEOUT_S = 60.0
ENOUGH = 400  # processes of each strategy
PROBE = """
from gilbench.target.probes import _by_hand
from gilbench.target.registry import Probe
from gilbench.target.workloads.fnv1a import task


def fnv1a(index, size):
    return task(index, {"size": size})


_by_hand.fnv1a = fnv1a
PROBE = Probe(name="by-hand", summary="work by hand", run=lambda job: {"wall_ns": _by_hand.timed(**job)}, limit_s=60)
"""
# Integers as large as those of the loop; what was kept before is dropped
MOVE = """
from gilbench.target.registry import Probe

KEPT = []


def run(params):
    KEPT[:] = [2 ** 70 + number for number in range(params["number"])]
    return {}


PROBE = Probe(name="move", summary="moves what is made next", run=run, limit_s=60)
"""
# What a round of a standard run holds, and about the size that it sizes a task to.
TASKS = {
    **dict.fromkeys(("serial", "thread", "thread-subclass"), TASKS_AT_LEAST),
    **dict.fromkeys(("process", "process-subclass", "pool"), TASKS_OF_FORKED),
}


def bundle_with_script(folder: Path) -> Path:
    """A copy of the target package that has the script as a probe, and one that moves what a round makes."""
    target_bundle = make_target_bundle(folder)
    probes = target_bundle / "gilbench" / "target" / "probes"
    shutil.copy(SCRIPTS / "by_hand.py", probes / "_by_hand.py")
    (probes / "by_hand.py").write_text(PROBE)
    (probes / "move.py").write_text(MOVE)
    return target_bundle


def by_gilbench(launch: Launch, strategy: str, tasks: int, workers: int) -> int:
    """Wall time of one round, in ns, as gilbench reports it."""
    job = {"workload": "fnv1a", "tasks": tasks, "workers": workers, "params": {"size": SIZE_BYTES}}
    return int(launch.ask("round", TIMEOUT_S, strategy=strategy, **job)["wall_ns"])


def by_hand(launch: Launch, strategy: str, tasks: int, workers: int) -> int:
    """Wall time of one round, in ns, as the script's code reports it from within the launch."""
    job = {"strategy": strategy, "tasks": tasks, "workers": workers, "size": SIZE_BYTES}
    return int(launch.ask("probe", TIMEOUT_S, probe="by-hand", params=job)["wall_ns"])


def compare(bench: Bench, target_bundle: Path, strategy: str, core: int) -> float:
    """Median of ln(gilbench / by hand) over the rounds of one process."""
    workers = 1 if strategy == "serial" else WORKERS
    tasks = TASKS[strategy]
    ratios = []
    with Launch(sys.executable, target_bundle) as launch:
        if workers == 1:
            launch.pin(core)
        for number in range(1 + (QUICK_ROUNDS if bench.is_quick else ROUNDS[strategy])):
            times = {}
            for way in bench.in_random_order([by_gilbench, by_hand]):
                moved = {"number": bench.random.randrange(MOST_MOVED)}
                launch.ask("probe", TIMEOUT_S, probe="move", params=moved)
                times[way] = way(launch, strategy, tasks, workers)
            if number > 0:  # the first is warm-up
                ratios.append(math.log(times[by_gilbench] / times[by_hand]))
    return statistics.median(ratios)


def turns(bench: Bench) -> Iterator[list[Trial]]:
    target_bundle = bundle_with_script(bench.make_folder(NAME))
    cores = psutil.Process().cpu_affinity()
    for turn in count():
        core = cores[turn % len(cores)]
        for strategy in bench.in_random_order(list(TASKS)):
            values = {"log_ratio": compare(bench, target_bundle, strategy, core)}
            yield [Trial(row=NAME, series=strategy, tool=OURS, values=values)]


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for strategy in TASKS:
        logs = arithmetic.values_of(trials, "log_ratio", strategy)
        quantity = f"{strategy}: reported time over that of the script"
        made.append(arithmetic.unbiased(quantity, logs))
    return made


ROW = Row(
    name=NAME,
    title="Fidelity: the time reported and that of hand-written code",
    method="Rounds of gilbench and of a script of the standard library, interleaved in fresh processes; both call one "
    "function for the work, at places in memory that vary from round to round, and each reads its own clock (decision 18).",
    minutes=6.0,
    turns=turns,
    results=results,
    enough=lambda trials: len(trials) >= ENOUGH * len(TASKS),
    peers=("hand-written script",),
    parts=3 * len(TASKS),  # an interval needs some
)
