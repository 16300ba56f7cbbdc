"""Whether gilbench reports the time that hand-written code of the same work takes, under every strategy.

Rounds of gilbench and of ``scripts/by_hand.py``, which reads its own clock, take turns in random order in one fresh
process after the other. One process holds both, and both do the work by the same function object, because where things
lie in memory moves such a loop by some per cent, the same in every process (see docs/decisions/0018). What a worker finds
in memory depends on what its way did before, and how deep its frames lie on the calls that lead to the work. So each
task first makes a number of integers, which fill the gaps that were left and move those of the loop, and calls the loop
at a depth; both are drawn again for each round. Where a round has one worker, all of it stays on one core.
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
VALUE = "log_ratio_at_places"  # older trials have another name: their frames lay where they fell
WORKERS = 2
# Rounds of each way in a process: those without forks are short
ROUNDS = {
    **dict.fromkeys(("serial", "thread", "thread-subclass"), 25),
    **dict.fromkeys(("process", "process-subclass", "pool"), 7),
}
QUICK_ROUNDS = 3
# Integers: more than the gaps that either way leaves, and then a few blocks of their allocator
FEWEST_MOVED, MOST_MOVED = 100, 500
DEEPEST = 64  # calls, whose frames take more than a page
SIZE_BYTES = 48 * 1024
TIMEOUT_S = 60.0
ENOUGH = 400  # processes of each strategy
WORKLOAD_NAME = "moved"
# The integers are as large as those of the loop
WORKLOAD = """
from gilbench.target.registry import Workload
from gilbench.target.workloads.fnv1a import task as work

PLACE = {"number": 0, "depth": 0}


def at_depth(depth, index, params):
    return at_depth(depth - 1, index, params) if depth else work(index, params)


def task(index, params):
    kept = [2 ** 70 + number for number in range(PLACE["number"])]
    return at_depth(PLACE["depth"], index, params)


WORKLOAD = Workload(
    name="moved", kind="cpu", summary="fnv1a at a chosen place", task=task, defaults={"size": 256}
)
"""
PROBE = """
from gilbench.target.probes import _by_hand
from gilbench.target.registry import Probe
from gilbench.target.workloads.moved import task


def fnv1a(index, size):
    return task(index, {"size": size})


_by_hand.fnv1a = fnv1a
PROBE = Probe(name="by-hand", summary="work by hand", run=lambda job: {"wall_ns": _by_hand.timed(**job)}, limit_s=60)
"""
MOVE = """
from gilbench.target.registry import Probe
from gilbench.target.workloads.moved import PLACE


def run(params):
    PLACE.update(params)
    return {}


PROBE = Probe(name="move", summary="chooses where the next round works", run=run, limit_s=60)
"""
# What a round of a standard run holds, and about the size that it sizes a task to.
TASKS = {
    **dict.fromkeys(("serial", "thread", "thread-subclass"), TASKS_AT_LEAST),
    **dict.fromkeys(("process", "process-subclass", "pool"), TASKS_OF_FORKED),
}


def bundle_with_script(folder: Path) -> Path:
    """A copy of the target package that has the script as a probe, and work whose place can be chosen."""
    target_bundle = make_target_bundle(folder)
    target = target_bundle / "gilbench" / "target"
    (target / "workloads" / f"{WORKLOAD_NAME}.py").write_text(WORKLOAD)
    probes = target / "probes"
    shutil.copy(SCRIPTS / "by_hand.py", probes / "_by_hand.py")
    (probes / "by_hand.py").write_text(PROBE)
    (probes / "move.py").write_text(MOVE)
    return target_bundle


def by_gilbench(launch: Launch, strategy: str, tasks: int, workers: int) -> int:
    """Wall time of one round, in ns, as gilbench reports it."""
    job = {"tasks": tasks, "workers": workers, "params": {"size": SIZE_BYTES}}
    reply = launch.ask("round", TIMEOUT_S, workload=WORKLOAD_NAME, strategy=strategy, **job)
    return int(reply["wall_ns"])


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
                place = {
                    "number": bench.random.randrange(FEWEST_MOVED, MOST_MOVED),
                    "depth": bench.random.randrange(DEEPEST),
                }
                launch.ask("probe", TIMEOUT_S, probe="move", params=place)
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
            values = {VALUE: compare(bench, target_bundle, strategy, core)}
            yield [Trial(row=NAME, series=strategy, tool=OURS, values=values)]


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for strategy in TASKS:
        logs = arithmetic.values_of(trials, VALUE, strategy)
        quantity = f"{strategy}: reported time over that of the script"
        made.append(arithmetic.unbiased(quantity, logs))
    return made


ROW = Row(
    name=NAME,
    title="Fidelity: the time reported and that of hand-written code",
    method="Rounds of gilbench and of a script of the standard library, interleaved in fresh processes; both call one "
    "function for the work, at places in memory and depths of calls that vary from round to round, and each reads its own clock (decision 18). In "
    "seven sessions the pool alone was measured.",
    minutes=6.0,
    turns=turns,
    results=results,
    enough=lambda trials: len(trials) >= ENOUGH * len(TASKS),
    peers=("hand-written script",),
    parts=3 * len(TASKS),  # an interval needs some
)
