"""How time and memory of ``report``, ``check`` and ``trend`` grow with the rounds of a run, and with the runs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
from tools.selfbench import arithmetic, large_runs, processes
from tools.selfbench.bench import Bench
from tools.selfbench.model import OURS, Figure, Result, Row, Trial

NAME = "scale"
ROUNDS = (1_000, 10_000, 100_000, 1_000_000)
RUNS = (2, 10, 100, 1_000)
QUICK_LARGEST = 100_000
TO_MIB = 2**20 if sys.platform == "darwin" else 1024
GOALS = {("report", 1_000_000): (10.0, 700.0), ("trend", 1_000): (10.0, None)}
OF_WHAT = {"report": ("rounds", ROUNDS), "check": ("rounds", ROUNDS), "trend": ("runs", RUNS)}
LONGEST_S = 180.0
RUNS_OF = "runs-"  # with the id of the process that made them
ENOUGH = 7


def cost(arguments: Sequence[str], cwd: Path) -> dict[str, float]:
    """The wall-clock seconds of a command of gilbench, and the most memory of one of its processes.

    Raises:
        Failed: The command failed.
    """
    command = [sys.executable, "-m", "gilbench", *arguments]
    used = processes.usage(command, cwd, timeout_s=LONGEST_S, fine=(0, 1, 3))
    return {"wall_s": used.wall_s, "peak_mib": used.peak_rss / TO_MIB}


def remove_left(cache: Path) -> None:
    """Remove the runs of processes that were killed, which could not do it."""
    for folder in cache.glob(f"{RUNS_OF}*"):
        pid = folder.name.removeprefix(RUNS_OF)
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def turns(bench: Bench) -> Iterator[list[Trial]]:
    largest = QUICK_LARGEST if bench.is_quick else ROUNDS[-1]
    sizes = [rounds for rounds in ROUNDS if rounds <= largest]
    remove_left(bench.cache)
    folder = (
        bench.cache / f"{RUNS_OF}{os.getpid()}"
    )  # /tmp may be memory, and the largest is 700 MB
    try:
        large = {rounds: large_runs.write_run(folder / str(rounds), rounds) for rounds in sizes}
        cost(["report", str(large[sizes[0]])], bench.folder)
        histories = {}
        for runs in RUNS:
            histories[runs] = folder / f"history-{runs}"
            large_runs.history(large[sizes[0]], histories[runs], runs)
        while True:
            for rounds in reversed(sizes):
                run = str(large[rounds])
                commands = {"report": ["report", run], "check": ["check", "--baseline", run, run]}
                for name in bench.in_random_order(list(commands)):
                    yield [_trial(name, rounds, commands[name], bench)]
            for runs in bench.in_random_order(RUNS):
                yield [_trial("trend", runs, ["trend", "--out", str(histories[runs])], bench)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _trial(name: str, size: int, arguments: Sequence[str], bench: Bench) -> Trial:
    values = cost(arguments, bench.folder)
    return Trial(row=NAME, series=f"{name} {size}", tool=OURS, values=values)


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for name, (what, sizes) in OF_WHAT.items():
        for size in sizes:
            goal_s, goal_mib = GOALS.get((name, size), (None, None))
            counted = f"{size:,}".replace(",", "\u202f") + f" {what}"
            for value, unit, goal, quantity in (
                ("wall_s", "s", goal_s, "time"),
                ("peak_mib", "MiB", goal_mib, "memory"),
            ):
                measured = arithmetic.values_of(trials, value, f"{name} {size}")
                figure = arithmetic.median(measured, unit)
                made.append(
                    Result(
                        quantity=f"{name} of {counted}: {quantity}",
                        ours=figure,
                        goal="" if goal is None else f"at most {goal:g} {unit}",
                        standing=None
                        if goal is None
                        else arithmetic.at_most(figure, goal, fewest=arithmetic.OF_MEDIAN),
                    )
                )
        made.append(
            Result(
                quantity=f"{name}: power of its size with which the time grows, from the second size on",
                ours=growth(trials, name, sizes[1:]),
            )
        )
    return made


def growth(trials: Sequence[Trial], name: str, sizes: Sequence[int]) -> Figure | None:
    """The slope of the logarithm of the time over that of the size."""
    measured_at, times_s = [], []
    for size in sizes:
        for wall_s in arithmetic.values_of(trials, "wall_s", f"{name} {size}"):
            measured_at.append(float(size))
            times_s.append(wall_s)
    return arithmetic.slope(measured_at, times_s)


def is_enough(trials: Sequence[Trial]) -> bool:
    """Whether the largest report and trend were made often enough."""
    return all(
        len(arithmetic.values_of(trials, "wall_s", f"{name} {size}")) >= ENOUGH
        for name, (_, sizes) in OF_WHAT.items()
        for size in sizes
    )


ROW = Row(
    name=NAME,
    title="Scale: time and memory of report, check and trend",
    method="Synthetic runs in which every claim is measured, each command in a fresh process: wall-clock time, and the "
    "largest memory of one of its processes (medians). `check` compares a run with itself. Large journals are "
    "read by a process on each core (decision 32).",
    minutes=4.5,
    turns=turns,
    results=results,
    enough=is_enough,
    parts=2 * len(ROUNDS) + len(RUNS),
)
