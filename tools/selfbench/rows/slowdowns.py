"""How often 2, 5 and 10 % more work is found within equal seconds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from tools.selfbench import arithmetic
from tools.selfbench.bench import Bench
from tools.selfbench.contest import LIMIT_S, PEERS, SETTINGS, Contest
from tools.selfbench.model import OURS, Failure, Figure, PeerFigure, Result, Row, Standing, Trial
from tools.selfbench.rows.identical import differs, seconds_of_rounds, trials_of

NAME = "slowdowns"
# Per cent of more work → the margin that every tool is asked for, and the goal.
ASKED = {2: (0.02, 0.90), 5: (0.05, 0.99), 10: (0.05, 1.00)}
NOTHING_AT_2 = "+0 %, asked for 2 %"
FEWEST = ENOUGH = 150  # cases of each


def series_of(percent: int) -> str:
    """The name of the trials with so much more work."""
    return f"+{percent} %"


def turns(bench: Bench) -> Iterator[list[Trial | Failure]]:
    contest = Contest(bench, NAME)
    for peer in itertools.cycle(PEERS):
        questions = [(series_of(percent), percent, ASKED[percent][0]) for percent in ASKED]
        questions.append((NOTHING_AT_2, 0, ASKED[2][0]))
        for series, percent, margin in bench.in_random_order(questions):
            yield from trials_of(bench, contest, peer, NAME, series, percent, margin, 0.0)


def found_in_time(trials: Sequence[Trial], series: str) -> list[bool]:
    """Of each trial, whether gilbench found it within the seconds that the others had."""
    return [
        trial.values["slower"] > 0 and trial.values["rounds_s"] <= LIMIT_S
        for trial in trials
        if trial.series == series and trial.tool == OURS
    ]


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for percent, (margin, goal) in ASKED.items():
        series = series_of(percent)
        in_time = found_in_time(trials, series)
        figure = arithmetic.share(sum(in_time), len(in_time))
        peers = tuple(PeerFigure(tool, _found(trials, series, tool)) for tool in SETTINGS)
        standing = arithmetic.at_least(figure, goal, FEWEST)
        if figure is not None:
            for peer in peers:
                standing = _next_to(standing, figure, peer.figure)
        made.append(
            Result(
                quantity=f"{series} work called slower within {LIMIT_S:g} s of rounds, asked for {margin * 100:.0f} %",
                ours=figure,
                peers=peers,
                goal=f"at least {goal * 100:.0f} %, and the highest",
                standing=standing,
                note=_seconds(trials, series),
            )
        )
    called = differs(trials, NOTHING_AT_2, OURS)
    others = []
    for tool in SETTINGS:
        of_tool = differs(trials, NOTHING_AT_2, tool)
        others.append(PeerFigure(tool, arithmetic.share(sum(of_tool), len(of_tool))))
    made.append(
        Result(
            quantity="identical code called different, asked for 2 %",
            ours=arithmetic.share(sum(called), len(called)),
            peers=tuple(others),
        )
    )
    return made


def _next_to(standing: Standing | None, ours: Figure, peer: Figure | None) -> Standing | None:
    """The standing, or a worse one where a peer found more."""
    if peer is None or peer.center <= ours.center or standing is Standing.MISSED:
        return standing
    return Standing.MISSED if peer.lo > ours.hi else Standing.OUTSIDE


def _found(trials: Sequence[Trial], series: str, tool: str) -> Figure | None:
    slower = arithmetic.values_of(trials, "slower", series, tool)
    return arithmetic.share(round(sum(slower)), len(slower))


def _seconds(trials: Sequence[Trial], series: str) -> str:
    """Whenever it was found, and after how long."""
    slower = _found(trials, series, OURS)
    if slower is None:
        return ""
    unlimited = f"without a limit of time {round(slower.center * slower.n)} of {slower.n}"
    in_time = sum(found_in_time(trials, series))
    if in_time < slower.center * slower.n:
        unlimited += f", so that the others took longer than {LIMIT_S:g} s of rounds to be sure"
    return f"{unlimited}; {seconds_of_rounds(trials, series)}"


ROW = Row(
    name=NAME,
    title="Power: more work found within equal seconds",
    method="As above (25 checks to one comparison in the sessions of 29 November, one in that of 30 November), with 2, 5 and 10 % more of "
    "the same loop in the second version. A peer has 3 s of measuring, half for each version; gilbench stops when it knows, and what took it "
    "more than 3 s of rounds does not count as found.",
    minutes=9.0,
    turns=turns,
    results=results,
    enough=lambda trials: sum(trial.tool == OURS for trial in trials) >= ENOUGH * 4,
    peers=("pytest-benchmark", "pyperf", "asv"),
    parts=(len(ASKED) + 1) * len(PEERS) * 2,
)
