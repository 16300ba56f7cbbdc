"""How often identical code is called different at 5 %, on a quiet host, a busy one, and one of two-speed cores."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from tools.selfbench import arithmetic
from tools.selfbench.bench import Bench
from tools.selfbench.contest import PEERS, SETTINGS, Contest, Tool
from tools.selfbench.model import OURS, Failure, PeerFigure, Result, Row, Trial
from tools.selfbench.peers import Absent
from tools.selfbench.processes import Failed, busy_company

NAME = "identical"
MARGIN = 0.05
DWELLS_S = (0.02, 0.1, 0.5, 2.0, 5.0)
QUIET, BUSY, TWO_SPEEDS = "nothing else", "alongside two busy processes", "cores of two speeds"
CONDITIONS = (QUIET, BUSY, TWO_SPEEDS)
GOAL, HIGHEST = 0.01, 0.03
ENOUGH = 300
OURS_TO_A_PEER = 3  # checks of gilbench, which end when they know, to one comparison of a peer


def trials_of(
    bench: Bench,
    contest: Contest,
    peer: Tool,
    row: str,
    series: str,
    percent: int,
    margin: float,
    dwell_s: float,
) -> Iterator[list[Trial | Failure]]:
    """Trials of gilbench and one of a peer, in random order; none of a peer that is absent.

    What fails of one tool is written down, and the others go on.
    """
    ours: list[Tool] = [Contest.gilbench] * (1 if bench.is_quick else OURS_TO_A_PEER)
    for tool in bench.in_random_order([*ours, peer]):
        try:
            said = tool(contest, percent, margin, dwell_s)
        except Absent:
            yield []
            continue
        except Failed as error:
            yield [Failure(row=row, tool=tool.__name__, reason=str(error))]
            continue
        yield [
            Trial(row=row, series=series, tool=name, values=values) for name, values in said.items()
        ]


def turns(bench: Bench) -> Iterator[list[Trial | Failure]]:
    contest = Contest(bench, NAME)
    for peer in itertools.cycle(PEERS):
        for condition in bench.in_random_order(CONDITIONS):
            dwell_s = bench.random.choice(DWELLS_S) if condition == TWO_SPEEDS else 0.0
            with busy_company(2 if condition == BUSY else 0):
                yield from trials_of(bench, contest, peer, NAME, condition, 0, MARGIN, dwell_s)


def differs(trials: Sequence[Trial], series: str, tool: str) -> list[bool]:
    """Of each trial, whether the tool called the two different."""
    return [
        trial.values["slower"] + trial.values["faster"] > 0
        for trial in trials
        if trial.series == series and trial.tool == tool
    ]


def seconds_of_rounds(trials: Sequence[Trial], series: str) -> str:
    """After how many seconds of rounds gilbench answered."""
    spent = sorted(arithmetic.values_of(trials, "rounds_s", series, OURS))
    if not spent:
        return ""
    middle, most = spent[len(spent) // 2], spent[int(0.9 * (len(spent) - 1))]
    return (
        f"seconds of rounds until the answer: {middle:.1f} in the median, {most:.1f} in nine of ten"
    )


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for condition in CONDITIONS:
        ours = differs(trials, condition, OURS)
        figure = arithmetic.share(sum(ours), len(ours))
        peers = []
        for tool in SETTINGS:
            called = differs(trials, condition, tool)
            peers.append(PeerFigure(tool, arithmetic.share(sum(called), len(called))))
        spent = seconds_of_rounds(trials, condition)
        calls = arithmetic.values_of(trials, "calls_a_round", condition, OURS)
        open_ones = sum(arithmetic.values_of(trials, "undecided", condition, OURS))
        made.append(
            Result(
                quantity=f"identical code called different, {condition}",
                ours=figure,
                peers=tuple(peers),
                goal="at most 1 %, its upper end at most 3 %",
                standing=arithmetic.at_most(figure, GOAL, HIGHEST),
                note=f"{open_ones:.0f} of {len(ours)} checks stayed undecided; {spent}; "
                f"a round had one call in {calls.count(1)} of them, and two in the others"
                if ours
                else "",
            )
        )
    return made


ROW = Row(
    name=NAME,
    title="False alarms: identical code called different",
    method="One function of about 3 ms in two identical versions, three checks of gilbench (in part of the sessions nine or twelve) to one comparison of a peer, in random order; each is asked for 5 %. "
    "A peer has 3 s of measuring, half for each version; gilbench stops when it knows, and the notes say when. Cores of two speeds are simulated within the function, by core and time (dwell 20 ms to 5 s).",
    minutes=9.0,
    turns=turns,
    results=results,
    enough=lambda trials: sum(trial.tool == OURS for trial in trials) >= ENOUGH * len(CONDITIONS),
    peers=("pytest-benchmark", "pyperf", "asv"),
    parts=len(CONDITIONS) * len(PEERS) * 2,
)
