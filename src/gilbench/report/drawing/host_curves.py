"""Speedup curves by host: one panel per workload and strategy, one line per host."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.figure import Figure
from msgspec.structs import replace

from gilbench.report.drawing import panels, style
from gilbench.report.drawing.panels import Panel
from gilbench.summary.cases import CaseRow
from gilbench.summary.fleet import HostColumn

MOST_HOSTS = 8  # whose lines can be told apart


def host_panels(columns: Sequence[HostColumn]) -> list[Panel]:
    """The panels; hosts stand where the panels of one run have strategies."""
    by_panel: dict[str, list[CaseRow]] = {}
    for column in columns:
        for row in column.rows:
            case = row.case
            if row.against_serial and row.speedup is not None and case.strategy != "serial":
                name = f"{case.workload}, {case.strategy}"
                of_host = replace(case, strategy=_line_name(column, columns))
                comparison = replace(row.comparison, case=of_host)
                by_panel.setdefault(name, []).append(
                    CaseRow(comparison, row.launches, row.analyses)
                )
    return panels.with_lines([Panel("", name, tuple(rows)) for name, rows in by_panel.items()])


def _line_name(column: HostColumn, columns: Sequence[HostColumn]) -> str:
    several = any(other.place for other in columns if other.host.name == column.host.name)
    return f"{column.host.name} {column.target}" if several else column.host.name


def draw(columns: Sequence[HostColumn]) -> Figure | None:
    """The figure; None where no host measured a case with several numbers of workers."""
    shown = host_panels(columns)
    if not shown:
        return None
    names = dict.fromkeys(name for panel in shown for name in panel.strategies)
    marks = {name: style.FURTHER[index % len(style.FURTHER)] for index, name in enumerate(names)}
    centers = [row.speedup.center for panel in shown for row in panel.rows if row.speedup]
    most_workers = max(panel.levels[-1] for panel in shown)
    low = min(-1.0, math.log2(min(centers)) - 0.25)
    high = math.log2(max(2, most_workers, *centers)) + 0.25
    figure, all_axes = panels.lay_out(shown)
    for axes, panel in zip(all_axes, shown, strict=True):
        axes.set_ylim(low, high)
        panels.worker_axis(axes, panel.levels)
        axes.axhline(0, color=style.QUIET, linewidth=0.7)
        panels.draw_lines(axes, panel, marks, lambda row: row.speedup, math.log2)
        ticks = range(math.ceil(low), math.floor(high) + 1)
        axes.set_yticks(list(ticks), [f"{2.0**tick:g}×" for tick in ticks])
    return figure


def alt(columns: Sequence[HostColumn]) -> str:
    """What the figure shows, in words."""
    sentences = panels.at_most_workers(host_panels(columns), lambda row: str(row.speedup))
    sentences = [sentence.replace(" on  at ", " at ") for sentence in sentences]
    return style.alt_text("Speedup over serial code by host.", sentences)
