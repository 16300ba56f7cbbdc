"""What gilbench's pytest plugin costs a session of pytest that does not use it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path

from tools.selfbench import arithmetic, processes
from tools.selfbench.bench import SCRIPTS, Bench
from tools.selfbench.model import OURS, Result, Row, Trial

NAME, SERIES = "plugin", "pytest.main"
OURS_IN_PYTEST = "gilbench"
WITHOUT = ("-p", f"no:{OURS_IN_PYTEST}")
GOAL_MS = 5.0
LONGEST_S = 60.0
PAIRS = 5  # of a turn
ENOUGH = 400
CLOCKS = {"cpu_ms": "CPU time", "wall_ms": "wall-clock time"}


def without_others() -> list[str]:
    """The options that leave out the plugins of other packages, whose time varies by more than ours takes."""
    words = ["-p", "no:cacheprovider"]
    for plugin in entry_points(group="pytest11"):
        if plugin.name != OURS_IN_PYTEST:
            words += ["-p", f"no:{plugin.name}"]
    return words


def session(folder: Path, *options: str) -> dict[str, float]:
    """The CPU time, user and system, and the wall-clock time of one session.

    Raises:
        Failed: pytest failed.
    """
    command = [sys.executable, str(SCRIPTS / "session.py"), "-q", *without_others(), *options]
    completed = processes.run(command, folder, timeout_s=LONGEST_S)
    cpu_s, wall_s = json.loads(completed.stdout.splitlines()[-1])
    return {"cpu_ms": 1000 * cpu_s, "wall_ms": 1000 * wall_s}


def difference(bench: Bench, folder: Path) -> dict[str, float]:
    """What a session with the plugin takes more than one without, by clock."""
    taken = {}
    for options in bench.in_random_order([(), WITHOUT]):
        taken[options] = session(folder, *options)
    return {clock: taken[()][clock] - taken[WITHOUT][clock] for clock in CLOCKS}


def turns(bench: Bench) -> Iterator[list[Trial]]:
    folder = bench.make_folder(NAME)
    (folder / "test_nothing.py").write_text("def test(): pass\n", encoding="utf-8")
    session(folder)  # compiles the test file
    session(folder, *WITHOUT)
    while True:
        yield [
            Trial(row=NAME, series=SERIES, tool=OURS, values=difference(bench, folder))
            for _ in range(PAIRS)
        ]


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for clock, meaning in CLOCKS.items():
        figure = arithmetic.mean(arithmetic.values_of(trials, clock, SERIES), "signed ms")
        decides = (
            clock == "cpu_ms"
        )  # of a session next to other work, the time on the wall is theirs too
        made.append(
            Result(
                quantity=f"session of one empty test, {meaning}: with the plugin minus without",
                ours=figure,
                goal=f"at most {GOAL_MS:g} ms" if decides else "",
                standing=arithmetic.at_most(figure, GOAL_MS) if decides else None,
            )
        )
    return made


ROW = Row(
    name=NAME,
    title="The plugin in a pytest session of someone else",
    method="Sessions of one empty test with and without `-p no:gilbench`, in pairs of random order, without the plugins of "
    "other packages. The clocks are read in each process, after it has imported pytest; CPU time is that of user and system, and decides.",
    minutes=1.2,
    turns=turns,
    results=results,
    enough=lambda trials: len(arithmetic.values_of(trials, "cpu_ms", SERIES)) >= ENOUGH,
    peers=("pytest without it",),
)
