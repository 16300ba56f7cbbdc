"""Small multiples: a panel a workload and target, a line a strategy over the number of workers, labelled at its end.

One target has its panels in rows of a few; of several each has a column, and a workload a row, so that what the targets
make of it stands side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.report.drawing import series, style
from gilbench.report.drawing.style import Mark
from gilbench.summary.cases import CaseRow, Measured
from gilbench.summary.formatting import plural

COLUMNS = 3
PANEL_IN, HEIGHT_IN = (
    2.0,
    1.85,
)  # of the axes; beside them stand tick labels and the names of the lines
LEFT_IN, ABOVE_IN, BELOW_IN = 0.45, 0.4, 0.42
SLIM_IN, LOW_IN, GAP_IN = 1.25, 1.2, 0.12  # where each target has a column
HEADING_IN, HEADING_POINTS = (
    0.17,
    19.0,
)  # what the name of a workload takes above the names of the targets
DODGE = 0.035  # of a doubling of workers, so that lines that lie on each other are both seen


@dataclass(frozen=True)
class Panel:
    """The rows of one workload on one target, each paired with serial; ``named`` where its lines bear their names."""

    target: str
    workload: str
    rows: tuple[CaseRow, ...]
    named: bool = True

    @property
    def levels(self) -> list[int]:
        return sorted({row.case.workers for row in self.rows})

    def line(self, strategy: str) -> list[CaseRow]:
        return sorted(
            (row for row in self.rows if row.case.strategy == strategy),
            key=lambda row: row.case.workers,
        )

    @property
    def strategies(self) -> list[str]:
        """Those with workers to choose; serial is what they are held against."""
        return list(
            dict.fromkeys(row.case.strategy for row in self.rows if row.case.strategy != "serial")
        )


def split(case_rows: Iterable[CaseRow]) -> list[Panel]:
    """Panels by workload, then target, in the order of the rows, the last one of a workload named; without those that
    have nothing but serial."""
    found: dict[tuple[str, str], list[CaseRow]] = {}
    for row in case_rows:
        if row.against_serial and row.speedup is not None:
            found.setdefault((row.case.target, row.case.workload), []).append(row)
    panels = [Panel(target, workload, tuple(rows)) for (target, workload), rows in found.items()]
    by_workload: dict[str, list[Panel]] = {}
    for panel in panels:
        if panel.strategies:
            by_workload.setdefault(panel.workload, []).append(panel)
    return [replace(one, named=one is row[-1]) for row in by_workload.values() for one in row]


def lay_out(panels: Sequence[Panel]) -> tuple[Figure, list[Axes]]:
    """A figure with axes for each panel, titled."""
    if len({panel.target for panel in panels}) > 1:
        return _lay_out_by_target(panels)
    columns = min(COLUMNS, len(panels))
    names_in = max(style.text_in(strategy) for panel in panels for strategy in panel.strategies)
    width_in, height_in = (
        LEFT_IN + PANEL_IN + series.LABEL_OFF_IN + names_in + 0.1,
        ABOVE_IN + HEIGHT_IN + BELOW_IN,
    )
    figure = style.new_figure(columns * width_in, math.ceil(len(panels) / columns) * height_in)
    made = []
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        axes = style.add_axes(
            figure, column * width_in + LEFT_IN, row * height_in + ABOVE_IN, PANEL_IN, HEIGHT_IN
        )
        style.panel_title(axes, panel.workload)
        made.append(axes)
    return figure, made


def _lay_out_by_target(panels: Sequence[Panel]) -> tuple[Figure, list[Axes]]:
    """A column a target and a row a workload, named above its first panel."""
    targets = list(dict.fromkeys(panel.target for panel in panels))
    workloads = list(dict.fromkeys(panel.workload for panel in panels))
    names_in = max(style.text_in(strategy) for panel in panels for strategy in panel.strategies)
    column_in = LEFT_IN + max(SLIM_IN, *(style.text_in(target) for target in targets)) + GAP_IN
    row_in = HEADING_IN + ABOVE_IN + LOW_IN + BELOW_IN
    width_in = len(targets) * column_in + series.LABEL_OFF_IN + names_in
    figure = style.new_figure(width_in, len(workloads) * row_in)
    made: list[Axes] = []
    headed: set[str] = set()
    for panel in panels:
        column, row = targets.index(panel.target), workloads.index(panel.workload)
        left_in, top_in = column * column_in + LEFT_IN, row * row_in + HEADING_IN + ABOVE_IN
        axes = style.add_axes(figure, left_in, top_in, column_in - LEFT_IN - GAP_IN, LOW_IN)
        style.above(axes, 0, panel.target, fontsize=style.TINY, color=style.QUIET)
        if panel.workload not in headed:
            headed.add(panel.workload)
            look = {"fontsize": 9, "fontweight": "bold", "color": style.INK}
            style.above(axes, 0, panel.workload, off=HEADING_POINTS, **look)
        made.append(axes)
    return figure, made


def worker_axis(axes: Axes, levels: Sequence[int], name: str = "workers") -> None:
    """Doublings of workers at equal distances, from one worker on, since that is where reference lines begin. The
    logarithm is taken here: matplotlib's log scales are slow."""
    shown = sorted({1, *levels})
    axes.set_xlim(-0.18, math.log2(shown[-1]) + 0.18)
    axes.set_xticks([math.log2(level) for level in shown], [str(level) for level in shown])
    style.below(axes, name)


def draw_lines(
    axes: Axes,
    panel: Panel,
    marks: dict[str, Mark],
    value: Callable[[CaseRow], Measured | None],
    scale: Callable[[float], float],
) -> None:
    """A line a strategy over the number of workers."""
    lines = []
    for index, strategy in enumerate(panel.strategies):
        shift = DODGE * (index - (len(panel.strategies) - 1) / 2)
        points = [
            (math.log2(row.case.workers) + shift, found)
            for row in panel.line(strategy)
            if (found := value(row)) is not None
        ]
        lines.append(series.Line(strategy, marks[strategy], points))
    series.draw_lines(axes, lines, scale, named=panel.named)


def at_most_workers(panels: Iterable[Panel], told: Callable[[CaseRow], str | None]) -> list[str]:
    """A sentence a panel: what is told of each strategy at the panel's highest number of workers."""
    sentences = []
    for panel in panels:
        most = panel.levels[-1]
        last = [(strategy, panel.line(strategy)[-1]) for strategy in panel.strategies]
        ends = [
            f"{strategy} {words}"
            for strategy, row in last
            if row.case.workers == most and (words := told(row))
        ]
        sentences.append(
            f"{panel.workload} on {panel.target} at {plural(most, 'worker')}: {', '.join(ends)}."
        )
    return sentences
