"""Seconds from the command to the first proved claim, and to A16, A17 and A18."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace
from tools.selfbench import arithmetic, peer_claims, processes
from tools.selfbench.bench import SCRIPTS, Bench
from tools.selfbench.model import NEVER_S, OURS, Failure, Figure, PeerFigure, Result, Row, Trial
from tools.selfbench.peers import Absent
from tools.selfbench.processes import Failed

NAME = "first_claim"
CLAIMS = ("A16", "A17", "A18")
FIRST, ALL = "first_s", "all_s"
GOALS_S = {FIRST: 4.0, ALL: 10.0}
QUANTITIES = {FIRST: "the first proved claim", ALL: "A16, A17 and A18"}
SETTLED = re.compile(r"^(PROVED|REFUTED) (\w+): ")  # as the live view prints it without a terminal
LONGEST_S = 120.0
UNIT = "s or never"
SCRIPTS_USED = ("claims_work.py", "claims_by_hand.py", "test_claims.py", "claims_pyperf.py")
ENOUGH = 30


def by_gilbench(_: Bench, folder: Path) -> Generator[str]:
    """A glance, whose lines are read as they come; ends when it has written the page."""
    command = [sys.executable, "-u", "-m", "gilbench", "run", "--profile", "glance"]
    command += ["--out", str(folder / "runs")]
    lines = processes.lines_of(command, folder, timeout_s=LONGEST_S, fine=(0, 1, 3))
    with contextlib.closing(lines):
        for line in lines:
            settled = SETTLED.match(line)
            if settled:
                yield settled.group(2)


def trial(name: str, claims: Generator[str]) -> Trial:
    """When each claim came, in seconds from the command."""
    began_s = time.monotonic()
    came_s: dict[str, float] = {}
    with contextlib.closing(claims):
        for claim in claims:
            came_s.setdefault(claim, time.monotonic() - began_s)
            if time.monotonic() - began_s > LONGEST_S or set(CLAIMS) <= set(came_s):
                break
    values = {f"{claim}_s": came_s.get(claim, NEVER_S) for claim in CLAIMS}
    values[FIRST] = min(came_s.values(), default=NEVER_S)
    values[ALL] = max(values[f"{claim}_s"] for claim in CLAIMS)
    return Trial(row=NAME, series="claims", tool=name, values=values)


def turns(bench: Bench) -> Iterator[list[Trial | Failure]]:
    folder = bench.make_folder(NAME)
    for script in SCRIPTS_USED:
        shutil.copy(SCRIPTS / script, folder)
    ways = {OURS: by_gilbench, **peer_claims.WAYS}
    while True:
        for name in bench.in_random_order(list(ways)):
            try:
                yield [trial(name, ways[name](bench, folder))]
            except Absent:
                yield []
            except Failed as error:
                yield [Failure(row=NAME, tool=name, reason=str(error))]
            shutil.rmtree(folder / "runs", ignore_errors=True)


def seconds(trials: Sequence[Trial], value: str, tool: str) -> Figure | None:
    """The median; never where half of the trials or more did not decide it."""
    figure = arithmetic.median(arithmetic.values_of(trials, value, tool=tool), UNIT)
    if figure is None or figure.center <= LONGEST_S:
        return figure
    return replace(figure, center=NEVER_S)


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for value, goal_s in GOALS_S.items():
        peers = [PeerFigure(tool, seconds(trials, value, tool)) for tool in peer_claims.WAYS]
        ours = seconds(trials, value, OURS)
        measured = arithmetic.values_of(trials, value, tool=OURS)
        in_time = sum(elapsed_s <= goal_s for elapsed_s in measured)
        made.append(
            Result(
                quantity=f"from the command to {QUANTITIES[value]}",
                ours=ours,
                peers=tuple(peers),
                goal=f"at most {goal_s:g} s",
                standing=arithmetic.at_most(ours, goal_s, fewest=arithmetic.OF_MEDIAN),
                note=f"{in_time} of {len(measured)} glances within {goal_s:g} s"
                if measured
                else "",
            )
        )
    return made


ROW = Row(
    name=NAME,
    title="Seconds from the command to a proved claim",
    method="`gilbench run --profile glance` next to the shortest script with each peer that has an interval over processes "
    "(99 %), on the same three questions; medians. A peer's script has no controls of the host and no ceiling: it takes "
    "75 % of two cores for A17. Never: not decided by half of the trials or more.",
    minutes=3.5,
    turns=turns,
    results=results,
    enough=lambda trials: sum(one.tool == OURS for one in trials) >= ENOUGH,
    peers=("standard library", "pytest-benchmark", "pyperf", "hyperfine"),
    parts=1 + len(peer_claims.WAYS),
)
