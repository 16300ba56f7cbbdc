"""What it costs to start and join a thread, a process by each start method, and a pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.experiments import start
from gilbench.model import Verdict
from gilbench.report.drawing import layout, log_axes, series, style
from gilbench.report.drawing.launches import TargetLaunches, drawn_by_target
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured

ROW_IN = 0.27
PROCESS_MARK = Mark(style.VERMILION, "D")
MARKS = {"thread": Mark(style.BLUE, "o"), "pool": Mark(style.PURPLE, "^")}


@dataclass(frozen=True)
class Start:
    """The cost of one way to start a worker, in milliseconds.

    Attributes:
        first: Of the first start in a launch.
        steady: Of the later ones.
    """

    way: str
    first: Measured | None
    steady: Measured

    @property
    def mark(self) -> Mark:
        """The mark of the way of starting."""
        return MARKS.get(self.way, PROCESS_MARK)


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Start]], ...]:
    """The ways to start that were measured to the end, of each target that has one."""
    return drawn_by_target(tables, start.experiment, _starts)


def _starts(launches: TargetLaunches) -> list[Start]:
    starts = []
    for way in start.WAYS:
        steady = launches.over_launches(start.steady_ms, way, unit=" ms", log=False)
        first = launches.over_launches(start.first_ms, way, unit=" ms", log=False)
        if steady:
            starts.append(Start(way, first, steady))
    return starts


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    measured = rows(tables)
    if not measured:
        return None
    costs: list[Measured | None] = []
    for _, starts in measured:
        for start_cost in starts:
            costs += (start_cost.first, start_cost.steady)
    limits = log_axes.log_limits(costs)
    shape = layout.Shape("to start and join", 0.85, 6.4, 1.9)
    height_in = ROW_IN * max(len(starts) for _, starts in measured)
    figure, all_axes = layout.lay_out([target for target, _ in measured], [shape], height_in)
    for (axes,), (_, starts) in zip(all_axes, measured, strict=True):
        log_axes.log_axis(axes, limits, "s", 1e-3, vertical=False)
        _draw_starts(axes, starts)
    return figure


def _draw_starts(axes: Axes, starts: Sequence[Start]) -> None:
    style.name_rows(axes, [each.way for each in starts])
    marks = [each.mark for each in starts]
    colours = [mark.colour for mark in marks]
    first, steady = [each.first for each in starts], [each.steady for each in starts]
    series.draw_rows(axes, first, marks, 0.16, facecolors="white")
    series.draw_rows(axes, steady, marks, -0.16)
    series.column(axes, 0.85, "● usually", [*map(_in_words, steady)], colours)
    series.column(axes, 1.7, "○ first time", [*map(_in_words, first)], colours)


def _in_words(cost: Measured | None) -> str:
    return log_axes.prefixed(cost.center * 1e-3, "s", padded=True) if cost else "–"


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for target, starts in rows(tables):
        for each in starts:
            first = each.first or "unknown"
            sentences.append(f"{each.way} on {target}: {each.steady}, the first time {first}.")
    return style.alt_text("Time to start and join a worker that does nothing.", sentences)


CHART = Chart(
    title="What a start costs",
    stem="start-cost",
    caption=(
        "Time to start a worker that does nothing and to wait for its end, on a log scale, with "
        "95 % intervals over launches. Filled: the median of a launch without its first start. "
        "Hollow: that first start, which includes what is started once, such as the fork server. "
        "Work much shorter than this is not worth a worker. The pool has one process, by the "
        "default method."
    ),
    draw=draw,
    alt=alt,
    order=100,
)
