"""Cores used by the number of workers: the direct sign of whether work ran in parallel."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.report.drawing import panels, style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    workload_panels = panels.split(cases.rows(tables))
    if not workload_panels:
        return None
    marks, usable = style.marks(tables), tables.run.host.usable_cores
    most = max(
        row.cores_used.center for panel in workload_panels for row in panel.rows if row.cores_used
    )
    top = 1.12 * max(most, usable)
    figure, all_axes = panels.lay_out(workload_panels)
    for axes, panel in zip(all_axes, workload_panels, strict=True):
        axes.set_ylim(0, top)
        panels.worker_axis(axes, panel.levels)
        axes.axhline(usable, color=style.QUIET, linewidth=0.7, linestyle=(0, (1, 2)))
        axes.axhline(1, color=style.QUIET, linewidth=0.7)
        panels.draw_lines(axes, panel, marks, lambda row: row.cores_used, float)
        step = max(1, usable // 4)
        ticks = range(0, int(top) + 1, step)
        axes.set_yticks(
            list(ticks), [f"{tick} cores" if tick == ticks[-1] else str(tick) for tick in ticks]
        )
    return figure


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    workload_panels = panels.split(cases.rows(tables))
    used = panels.at_most_workers(
        workload_panels,
        lambda row: formatting.fixed(row.cores_used.center) if row.cores_used else None,
    )
    return style.alt_text(f"Cores used, of {tables.run.host.usable_cores}.", used)


CHART = Chart(
    title="Cores used",
    stem="cores-used",
    caption=(
        "CPU seconds over wall seconds, children included, with 95 % intervals over launches. The level line is one "
        "core, the dotted one all usable cores. Threads that hold the GIL stay at one core however many they are; "
        "waiting uses next to none; what lies between the work's share and the cores is the price of starting workers."
    ),
    draw=draw,
    alt=alt,
    order=30,
)
