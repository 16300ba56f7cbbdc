"""Panels of bars: one panel per workload and target, one bar per strategy.

One target has its panels in rows of a few. Several targets have a column each, and each workload a
row, so that the targets can be compared; of many targets a row has a few, and a workload some rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.report.drawing import panels, style
from gilbench.report.drawing.panels import Panel
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.cases import CaseRow
from gilbench.summary.formatting import plural

BAR_IN, LEFT_IN, RIGHT_IN, PANEL_IN = 0.2, 1.02, 0.64, 1.4  # three fit a page
SLIM_IN = 1.2  # of a panel where each target has a column
ABOVE_IN, BELOW_IN = 0.38, 0.45

LaidOut = tuple[Axes, Panel, list[str]]


def at_one_worker_per_core(tables: Tables) -> list[Panel]:
    """The parallel cases of each workload and target at one worker per core.

    Where a workload was not measured so, its cases at the nearest number of workers.
    """
    usable = tables.run.host.usable_cores

    def distance(level: int) -> tuple[float, int]:
        return abs(math.log2(level / usable)), -level

    chosen = []
    for panel in panels.split(cases.rows(tables)):
        level = min(panel.levels, key=distance)
        rows = [row for row in panel.rows if row.case.workers == level]
        parallel = [row for row in rows if row.case.strategy != "serial"]
        parallel.sort(key=_place_of_strategy)
        if parallel:
            chosen.append(Panel(panel.target, panel.workload, tuple(parallel)))
    return chosen


def _place_of_strategy(row: CaseRow) -> tuple[int, str]:
    """Sorts a strategy to the same place in every panel: the known ones first."""
    known = list(style.KNOWN)
    strategy = row.case.strategy
    return known.index(strategy) if strategy in known else len(known), strategy


def lay_out(workload_panels: Sequence[Panel], key_in: float = 0.0) -> tuple[Figure, list[LaidOut]]:
    """A figure with titled axes for each panel, and the strategies that its rows are named by.

    Args:
        workload_panels: One or more; the panels of a workload are adjacent.
        key_in: How much is left free at the top, in inches.
    """
    if len({panel.target for panel in workload_panels}) > 1:
        return _by_target(workload_panels, key_in)
    return _in_rows(workload_panels, key_in)


def _in_rows(workload_panels: Sequence[Panel], key_in: float) -> tuple[Figure, list[LaidOut]]:
    """One target's panels, a few in a row."""
    columns = min(panels.COLUMNS, len(workload_panels))
    starts = range(0, len(workload_panels), columns)
    grid = [workload_panels[start : start + columns] for start in starts]
    heights_in = [BAR_IN * max(len(panel.rows) for panel in line) for line in grid]
    column_in = LEFT_IN + PANEL_IN + RIGHT_IN
    height_in = key_in + sum(heights_in) + len(grid) * (ABOVE_IN + BELOW_IN)
    figure = style.new_figure(columns * column_in, height_in)
    laid_out = []
    top_in = key_in
    for line, bars_in in zip(grid, heights_in, strict=True):
        for column, panel in enumerate(line):
            left_in = column * column_in + LEFT_IN
            panel_in = BAR_IN * len(panel.rows)
            axes = style.add_axes(figure, left_in, top_in + ABOVE_IN, PANEL_IN, panel_in)
            style.panel_title(axes, panel.workload)
            _detail(axes, plural(panel.levels[0], "worker"), PANEL_IN)
            strategies = [row.case.strategy for row in panel.rows]
            style.name_rows(axes, strategies)
            laid_out.append((axes, panel, strategies))
        top_in += bars_in + ABOVE_IN + BELOW_IN
    return figure, laid_out


def _by_target(workload_panels: Sequence[Panel], key_in: float) -> tuple[Figure, list[LaidOut]]:
    """One row per workload, on one scale, and one column per target."""
    targets = list(dict.fromkeys(panel.target for panel in workload_panels))
    panels_by_workload: dict[str, list[Panel]] = {}
    for panel in workload_panels:
        panels_by_workload.setdefault(panel.workload, []).append(panel)
    strategies = {workload: _strategies(line) for workload, line in panels_by_workload.items()}
    longest_name_in = max(style.text_in(target) for target in targets)
    column_in = RIGHT_IN + max(SLIM_IN, longest_name_in + 0.1 - RIGHT_IN)
    columns = panels.columns_for(len(targets))
    lines = math.ceil(len(targets) / columns)
    above_in = ABOVE_IN + panels.HEADING_IN
    bars_in = {workload: BAR_IN * len(names) for workload, names in strategies.items()}
    rows_in = {workload: above_in + height_in + BELOW_IN for workload, height_in in bars_in.items()}
    height_in = key_in + lines * sum(rows_in.values())
    figure = style.new_figure(LEFT_IN + columns * column_in, height_in)
    laid_out = []
    top_in = key_in
    for workload, of_workload in panels_by_workload.items():
        names = strategies[workload]
        named: set[int] = set()
        for panel in of_workload:
            line, column = divmod(targets.index(panel.target), columns)
            left_in = LEFT_IN + column * column_in
            axes_top_in = top_in + line * rows_in[workload] + above_in
            width_in = column_in - RIGHT_IN
            axes = style.add_axes(figure, left_in, axes_top_in, width_in, bars_in[workload])
            style.above(axes, 0, panel.target, fontsize=style.TINY, color=style.QUIET)
            is_first = line not in named
            named.add(line)
            style.name_rows(axes, names if is_first else [""] * len(names))
            if panel is of_workload[0]:
                heading = f"{workload}, {_workers_in_words(of_workload)}"
                style.above(axes, 0, heading, off=panels.HEADING_POINTS, **panels.HEADING)
            laid_out.append((axes, panel, names))
        top_in += lines * rows_in[workload]
    return figure, laid_out


def _strategies(line: Sequence[Panel]) -> list[str]:
    """All strategies of some panels, in their order."""
    rows = {row.case.strategy: row for panel in line for row in panel.rows}
    return sorted(rows, key=lambda strategy: _place_of_strategy(rows[strategy]))


def _workers_in_words(line: Sequence[Panel]) -> str:
    levels = {panel.levels[0] for panel in line}
    if len(levels) > 1:
        return "one worker per core"
    return plural(min(levels), "worker")


def _detail(axes: Axes, text: str, width_in: float) -> None:
    """A detail that ends where the numbers next to the bars do: next to a title is no room."""
    place = 1 + 0.9 * RIGHT_IN / width_in
    style.above(axes, place, text, fontsize=style.TINY, color=style.QUIET, ha="right")
