"""How long commands take that measure nothing, next to ``pyperf --help``."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.selfbench import arithmetic, processes
from tools.selfbench.bench import Bench
from tools.selfbench.model import OURS, PeerFigure, Result, Row, Trial
from tools.selfbench.peers import Absent

NAME = "start_up"
GOALS_S = {"--version": 0.1, "list": 0.6, "explain A19": 0.1}
BARE, PYPERF = "python -c pass", "pyperf --help"  # it has no --version
ENOUGH = 60
VALUE = "compiled_s"  # older trials, of another name, compiled gilbench again where nothing is kept
# A shell may forbid it, and what pip installed, as the peers are, is compiled all the same
KEEPING_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


def took_s(command: Sequence[str], cwd: Path) -> float:
    began_s = time.perf_counter()
    processes.run(command, cwd, variables=KEEPING_BYTECODE)
    return time.perf_counter() - began_s


def commands(bench: Bench) -> dict[str, list[str]]:
    """The words of each command by its name, those of pyperf if it is there."""
    script = str(Path(sys.executable).with_name("gilbench"))
    made = {name: [script, *name.split()] for name in GOALS_S}
    made[BARE] = [sys.executable, "-c", "pass"]
    with contextlib.suppress(Absent):
        made[PYPERF] = [*bench.peers.program("pyperf"), "-m", "pyperf", "--help"]
    return made


def turns(bench: Bench) -> Iterator[list[Trial]]:
    words = commands(bench)
    folder = bench.make_folder(NAME)
    for name in words:  # so that everything is compiled and in memory
        took_s(words[name], folder)
    while True:
        yield [
            Trial(
                row=NAME,
                series=name,
                tool=OURS if name in GOALS_S else name,
                values={VALUE: took_s(words[name], folder)},
            )
            for name in bench.in_random_order(list(words))
        ]


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    others = tuple(
        PeerFigure(name, arithmetic.median(arithmetic.values_of(trials, VALUE, name), "s"))
        for name in (PYPERF, BARE)
    )
    for name, goal_s in GOALS_S.items():
        figure = arithmetic.median(arithmetic.values_of(trials, VALUE, name), "s")
        made.append(
            Result(
                quantity=f"gilbench {name}",
                ours=figure,
                peers=others,
                goal=f"at most {goal_s:g} s",
                standing=arithmetic.at_most(figure, goal_s, fewest=arithmetic.OF_MEDIAN),
            )
        )
    return made


ROW = Row(
    name=NAME,
    title="Start-up of the command",
    method="The median wall-clock time of the whole command, interleaved in random order, its files in memory.",
    minutes=0.7,
    turns=turns,
    results=results,
    enough=lambda trials: sum(VALUE in trial.values for trial in trials) >= ENOUGH * 5,
    peers=("pyperf",),
)
