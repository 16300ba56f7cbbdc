"""Small multiples: one panel per workload and target, one line per strategy.

The horizontal axis is the number of workers.

One target has its panels in rows of a few. Several targets have a column each, and each workload a
row, so that the targets can be compared; of many targets a row has a few, and a workload some rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.report.drawing import series, style
from gilbench.report.drawing.style import Mark
from gilbench.results.tables import Tables
from gilbench.summary.cases import CaseRow, Measured
from gilbench.summary.formatting import plural

COLUMNS = 3
MOST_ABREAST = 5  # targets in a row: of more, the letters would be too small on a page
PANEL_IN, HEIGHT_IN = 1.5, 1.6  # of the axes, without tick labels and the names of lines
LEFT_IN, ABOVE_IN, BELOW_IN = 0.45, 0.4, 0.42
SLIM_IN, LOW_IN, GAP_IN = 1.25, 1.2, 0.12  # where each target has a column
HEADING_IN = 0.17  # what the name of a workload takes above the names of the targets
HEADING_POINTS = 19.0  # where that name stands above the axes
HEADING: dict[str, Any] = {"fontsize": 9, "fontweight": "bold", "color": style.INK}
DODGE = 0.035  # of a doubling of workers, so that lines at the same height are both seen


@dataclass(frozen=True)
class Panel:
    """The cases of one workload on one target, each paired with serial code.

    Attributes:
        named: Whether the lines have their names at their ends.
    """

    target: str
    workload: str
    rows: tuple[CaseRow, ...]
    named: bool = True

    @property
    def levels(self) -> list[int]:
        """The numbers of workers, ascending."""
        return sorted({row.case.workers for row in self.rows})

    def line(self, strategy: str) -> list[CaseRow]:
        """The cases of a strategy by the number of workers."""
        rows = [row for row in self.rows if row.case.strategy == strategy]
        return sorted(rows, key=lambda row: row.case.workers)

    @property
    def strategies(self) -> list[str]:
        """All but serial, the reference."""
        names = dict.fromkeys(row.case.strategy for row in self.rows)
        names.pop("serial", None)
        return list(names)


def split(case_rows: Iterable[CaseRow]) -> list[Panel]:
    """A panel for each workload and target that has more than serial cases.

    Returns:
        Panels by workload, then by target, in the order of the rows. The last panel of a workload
        names its lines.
    """
    by_panel: dict[tuple[str, str], list[CaseRow]] = {}
    for row in case_rows:
        if row.against_serial and row.speedup is not None:
            by_panel.setdefault((row.case.workload, row.case.target), []).append(row)
    by_workload: dict[str, list[Panel]] = {}
    for (workload, target), rows in by_panel.items():
        panel = Panel(target, workload, tuple(rows), named=False)
        if panel.strategies:
            by_workload.setdefault(workload, []).append(panel)
    panels = [panel for of_workload in by_workload.values() for panel in of_workload]
    return _with_names(panels)


def without_twins(tables: Tables, panels: Iterable[Panel]) -> list[Panel]:
    """The panels without strategies that only write another one differently.

    They are measured to show that they cost the same, and hide what differs.
    """
    kept = []
    for panel in panels:
        target = tables.run.target(panel.target)
        rows = []
        for row in panel.rows:
            if not target.strategy(row.case.strategy).equivalent_to:
                rows.append(row)
        left = replace(panel, rows=tuple(rows))
        if left.strategies:
            kept.append(left)
    return _with_names(kept)


def with_lines(panels: Iterable[Panel]) -> list[Panel]:
    """The panels in which some strategy was measured with several numbers of workers."""
    kept = []
    for panel in panels:
        if any(len(panel.line(strategy)) > 1 for strategy in panel.strategies):
            kept.append(panel)
    return _with_names(kept)


def _with_names(panels: Sequence[Panel]) -> list[Panel]:
    """The same panels; the last one of each workload names its lines."""
    last = {panel.workload: panel.target for panel in panels}
    return [replace(panel, named=panel.target == last[panel.workload]) for panel in panels]


def lay_out(panels: Sequence[Panel]) -> tuple[Figure, list[Axes]]:
    """A figure with titled axes for each panel."""
    if len({panel.target for panel in panels}) > 1:
        return _lay_out_by_target(panels)
    columns = min(COLUMNS, len(panels))
    rows = math.ceil(len(panels) / columns)
    width_in = LEFT_IN + PANEL_IN + series.LABEL_OFF_IN + _longest_name_in(panels) + 0.1
    height_in = ABOVE_IN + HEIGHT_IN + BELOW_IN
    figure = style.new_figure(columns * width_in, rows * height_in)
    all_axes = []
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        left_in, top_in = column * width_in + LEFT_IN, row * height_in + ABOVE_IN
        axes = style.add_axes(figure, left_in, top_in, PANEL_IN, HEIGHT_IN)
        style.panel_title(axes, panel.workload)
        all_axes.append(axes)
    return figure, all_axes


def _lay_out_by_target(panels: Sequence[Panel]) -> tuple[Figure, list[Axes]]:
    """A column for each target and a row for each workload, named above its first panel."""
    targets = list(dict.fromkeys(panel.target for panel in panels))
    workloads = list(dict.fromkeys(panel.workload for panel in panels))
    column_in = LEFT_IN + max(SLIM_IN, *map(style.text_in, targets)) + GAP_IN
    row_in = HEADING_IN + ABOVE_IN + LOW_IN + BELOW_IN
    columns = columns_for(len(targets))
    lines = math.ceil(len(targets) / columns)
    width_in = columns * column_in + series.LABEL_OFF_IN + _longest_name_in(panels)
    figure = style.new_figure(width_in, len(workloads) * lines * row_in)
    all_axes: list[Axes] = []
    headed: set[str] = set()
    for panel in panels:
        line, column = divmod(targets.index(panel.target), columns)
        row = workloads.index(panel.workload) * lines + line
        left_in, top_in = column * column_in + LEFT_IN, row * row_in + HEADING_IN + ABOVE_IN
        axes = style.add_axes(figure, left_in, top_in, column_in - LEFT_IN - GAP_IN, LOW_IN)
        style.above(axes, 0, panel.target, fontsize=style.TINY, color=style.QUIET)
        if panel.workload not in headed:
            headed.add(panel.workload)
            style.above(axes, 0, panel.workload, off=HEADING_POINTS, **HEADING)
        all_axes.append(axes)
    return figure, all_axes


def columns_for(targets: int) -> int:
    """How many targets stand in a row, so that all rows are nearly as long: 9 in rows of 5."""
    return math.ceil(targets / math.ceil(targets / MOST_ABREAST))


def _longest_name_in(panels: Sequence[Panel]) -> float:
    """The width of the longest name of a strategy, in inches."""
    strategies: set[str] = set()
    for panel in panels:
        strategies.update(panel.strategies)
    return max(map(style.text_in, strategies))


def worker_axis(axes: Axes, levels: Sequence[int], name: str = "workers") -> None:
    """Doublings of workers at equal distances, from one worker on, where reference lines begin.

    The logarithm is taken here since matplotlib's log scales are slow.
    """
    ticks = sorted({1, *levels})
    axes.set_xlim(-0.18, math.log2(ticks[-1]) + 0.18)
    axes.set_xticks([math.log2(tick) for tick in ticks], [str(tick) for tick in ticks])
    style.below(axes, name)


def draw_lines(
    axes: Axes,
    panel: Panel,
    marks: dict[str, Mark],
    value: Callable[[CaseRow], Measured | None],
    scale: Callable[[float], float],
) -> None:
    """Draw a line for each strategy over the number of workers.

    Args:
        axes: Where to draw; their limits are set already.
        panel: What to draw.
        marks: Strategy → its look.
        value: What of a case is drawn; cases without it are left out.
        scale: From a value to its place on the vertical axis.
    """
    lines = []
    for index, strategy in enumerate(panel.strategies):
        shift = DODGE * (index - (len(panel.strategies) - 1) / 2)
        points, places = [], []
        for row in panel.line(strategy):
            point = value(row)
            if point is not None:
                points.append((math.log2(row.case.workers) + shift, point))
                places.append(plural(row.case.workers, "worker"))
        lines.append(series.Line(strategy, marks[strategy], points, places))
    series.draw_lines(axes, lines, scale, named=panel.named)


def at_most_workers(
    panels: Iterable[Panel], describe: Callable[[CaseRow], str | None]
) -> list[str]:
    """A sentence for each panel: its strategies at its highest number of workers.

    Args:
        panels: What to describe.
        describe: The words on a case; None leaves it out.
    """
    sentences = []
    for panel in panels:
        most = panel.levels[-1]
        ends = []
        for strategy in panel.strategies:
            row = panel.line(strategy)[-1]
            words = describe(row) if row.case.workers == most else None
            if words:
                ends.append(f"{strategy} {words}")
        place = f"{panel.workload} on {panel.target} at {plural(most, 'worker')}"
        sentences.append(f"{place}: {', '.join(ends)}.")
    return sentences
