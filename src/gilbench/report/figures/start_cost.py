"""What it costs to start and join a thread, a process by each start method, and a pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.figure import Figure

from gilbench.experiments import start
from gilbench.model import Verdict
from gilbench.report.drawing import series, style
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured

ROW_IN = 0.27
PROCESS_MARK = Mark(style.VERMILION, "D")
MARKS = {"thread": Mark(style.BLUE, "o"), "pool": Mark(style.PURPLE, "^")}


@dataclass(frozen=True)
class Start:
    """The cost of one way to start: the first time in a launch, and later ones."""

    way: str
    first: Measured | None
    steady: Measured

    @property
    def mark(self) -> Mark:
        return MARKS.get(self.way, PROCESS_MARK)


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Start]], ...]:
    """The ways that were measured to the end, of each target that has one."""
    found = [(of.target, _starts(of)) for of in series.launches_by_target(tables, start.experiment)]
    return tuple((target, starts) for target, starts in found if starts)


def _starts(launches: series.TargetLaunches) -> list[Start]:
    starts = []
    for way in start.WAYS:
        steady = launches.over_launches(start.steady_ms, way, unit=" ms", log=False)
        first = launches.over_launches(start.first_ms, way, unit=" ms", log=False)
        if steady:
            starts.append(Start(way, first, steady))
    return starts


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    found = rows(tables)
    if not found:
        return None
    shape = series.Shape("to start and join", 0.85, 6.4, 1.9)
    height_in = ROW_IN * max(len(starts) for _, starts in found)
    every = [cost for _, starts in found for one in starts for cost in (one.first, one.steady)]
    limits = series.log_limits(every)
    figure, all_axes = series.lay_out([target for target, _ in found], [shape], height_in)
    for (axes,), (_, starts) in zip(all_axes, found, strict=True):
        style.name_rows(axes, [one.way for one in starts])
        series.log_axis(axes, limits, "s", 1e-3, vertical=False)
        marks = [one.mark for one in starts]
        colours = [mark.colour for mark in marks]
        series.draw_rows(axes, [one.first for one in starts], marks, 0.16, facecolors="white")
        series.draw_rows(axes, [one.steady for one in starts], marks, -0.16)
        series.column(axes, 0.85, "● usually", [_cost(one.steady) for one in starts], colours)
        series.column(axes, 1.7, "○ first time", [_cost(one.first) for one in starts], colours)
    return figure


def _cost(found: Measured | None) -> str:
    return series.prefixed(found.center * 1e-3, "s") if found else "–"


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = [
        f"{one.way} on {target}: {one.steady}, the first time {one.first or 'unknown'}."
        for target, starts in rows(tables)
        for one in starts
    ]
    return style.alt_text("Time to start and join what does nothing.", sentences)


CHART = Chart(
    title="What a start costs",
    stem="start-cost",
    caption=(
        "Time to start something that does nothing and to wait for its end, on a log scale, with 95 % intervals over "
        "launches. Filled: the median of a launch without its first start. Hollow: that first start, which also pays "
        "for what stays, such as the fork server. A task much shorter than this is not worth starting. The pool has "
        "one process, by the default method."
    ),
    draw=draw,
    alt=alt,
    order=100,
)
