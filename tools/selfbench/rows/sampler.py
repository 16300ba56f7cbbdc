"""Whether the sampler of the cores, which runs in the parent, slows what is measured."""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from tools.selfbench import arithmetic
from tools.selfbench.bench import Bench
from tools.selfbench.model import OURS, Result, Row, Trial

from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.cores import TIMELINE_HZ, WRITTEN_AT_ONCE, Timeline
from gilbench.measure.launches import Launch
from gilbench.results.journal import Journal

NAME = "sampler"
GOAL = 0.005
VALUE = "log_ratio_with_writes"  # blocks of older trials, of another name, ended before a write
# Of rounds with the sampler, and without: as long as from one writing of its samples to the next
BLOCK_S = (WRITTEN_AT_ONCE + 8) / TIMELINE_HZ
WARM_UP_S = 0.25
PAIRS = 2
SIZE_BYTES = 48 * 1024
TIMEOUT_S = 60.0
CASES = {"serial": 1, "process": 2}  # a core is left for the sampler, or none is on two cores
ENOUGH = 300


def block_s(launch: Launch, strategy: str, workers: int, lasts_s: float) -> float:
    """The mean time of the rounds of a block that lasts so long, in seconds."""
    job = {"workload": "fnv1a", "tasks": 8, "workers": workers, "params": {"size": SIZE_BYTES}}
    times_ns: list[int] = []
    ends_s = time.monotonic() + lasts_s
    while time.monotonic() < ends_s or len(times_ns) < 3:
        answer = launch.ask("round", TIMEOUT_S, strategy=strategy, **job)
        times_ns.append(int(answer["wall_ns"]))
    return statistics.fmean(times_ns) / 1e9


def compare(bench: Bench, target_bundle: Path, folder: Path, strategy: str, workers: int) -> float:
    """Median of ln(time with the sampler / time without) over the pairs of blocks of a launch."""
    logs = []
    with Launch(sys.executable, target_bundle) as launch, Journal(folder) as journal:
        block_s(launch, strategy, workers, WARM_UP_S)
        for _ in range(PAIRS):
            times_s = {}
            for is_on in bench.in_random_order([False, True]):
                timeline = Timeline(time.monotonic, journal.add_cores) if is_on else None
                try:
                    times_s[is_on] = block_s(launch, strategy, workers, BLOCK_S)
                finally:
                    if timeline is not None:
                        timeline.close()
            logs.append(math.log(times_s[True] / times_s[False]))
    return statistics.median(logs)


def turns(bench: Bench) -> Iterator[list[Trial]]:
    folder = bench.make_folder(NAME)
    target_bundle = make_target_bundle(folder)
    for turn in count():
        run = bench.make_folder(f"{NAME}/run-{turn}")
        made = []
        for strategy in bench.in_random_order(list(CASES)):
            log_ratio = compare(bench, target_bundle, run, strategy, CASES[strategy])
            values = {VALUE: log_ratio}
            made.append(Trial(row=NAME, series=strategy, tool=OURS, values=values))
        yield made


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for strategy, workers in CASES.items():
        figure = arithmetic.mean_ratio(arithmetic.values_of(trials, VALUE, strategy))
        made.append(
            Result(
                quantity=f"{strategy} rounds of {workers} worker{'s' * (workers > 1)}: "
                "time with the sampler over time without",
                ours=figure,
                goal="at most 0.5 % longer",
                standing=arithmetic.at_most(figure, GOAL),
            )
        )
    return made


ROW = Row(
    name=NAME,
    title="Disturbance by the sampler of the cores",
    method="Rounds with the 20 Hz sampler and without, in blocks of two seconds, so that it writes its samples in each, in "
    "random order within fresh processes, alone and with every core busy.",
    minutes=2.0,
    turns=turns,
    results=results,
    enough=lambda trials: sum(VALUE in trial.values for trial in trials) >= ENOUGH * len(CASES),
    peers=("sampler off",),
)
