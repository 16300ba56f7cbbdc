"""Cores used by the number of workers: the direct evidence of whether work ran in parallel."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.report.drawing import panels, style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.cases import CaseRow


def shown(tables: Tables) -> list[panels.Panel]:
    """The workloads with several numbers of workers, without twins; where none has, all."""
    workload_panels = panels.without_twins(tables, panels.split(cases.rows(tables)))
    return panels.with_lines(workload_panels) or workload_panels


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    workload_panels = shown(tables)
    if not workload_panels:
        return None
    marks, usable = style.marks(tables), tables.run.host.usable_cores
    top = 1.12 * max(usable, *map(_most_used, workload_panels))
    figure, all_axes = panels.lay_out(workload_panels)
    for axes, panel in zip(all_axes, workload_panels, strict=True):
        axes.set_ylim(0, top)
        panels.worker_axis(axes, panel.levels)
        axes.axhline(usable, color=style.QUIET, linewidth=0.7, linestyle=(0, (1, 2)))
        axes.axhline(1, color=style.QUIET, linewidth=0.7)
        panels.draw_lines(axes, panel, marks, lambda row: row.cores_used, float)
        ticks = range(0, int(top) + 1, max(1, usable // 4))
        gap = " " if ticks[-1] < 10 else "\n"  # in one line the unit would not fit next to the axis
        axes.set_yticks(list(ticks), [*map(str, ticks[:-1]), f"{ticks[-1]}{gap}cores"])
    return figure


def _most_used(panel: panels.Panel) -> float:
    return max((row.cores_used.center for row in panel.rows if row.cores_used), default=0.0)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = panels.at_most_workers(shown(tables), _cores_in_words)
    return style.alt_text(f"Cores used, of {tables.run.host.usable_cores}.", sentences)


def _cores_in_words(row: CaseRow) -> str | None:
    return formatting.fixed(row.cores_used.center) if row.cores_used else None


CHART = Chart(
    title="Cores used",
    stem="cores-used",
    caption=(
        "CPU seconds per wall-clock second, child processes included, with 95 % intervals over "
        "launches. The level line is one core, the dotted one all usable cores. Threads that need "
        "the GIL stay at one core, however many they are; waiting uses almost none. What CPU-bound "
        "processes lack to the dotted line goes into starting them."
    ),
    draw=draw,
    alt=alt,
    order=30,
)
