"""One bar per strategy at one worker per core: its speedup, and what the cores can give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.report.drawing import bars, panels, series, style
from gilbench.report.drawing.panels import Panel
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.formatting import plural

BAR = 0.62  # of a row's height
NUMBER_AT = 0.6  # of the room at the right of a panel: where its numbers end
ROOM = 1.06  # the axis ends so much beyond the longest bar or line


def chosen(tables: Tables) -> list[Panel]:
    """The panels without strategies that only write another one differently."""
    return panels.without_twins(tables, bars.at_one_worker_per_core(tables))


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    workload_panels = chosen(tables)
    if not workload_panels:
        return None
    marks = style.marks(tables)
    figure, laid_out = bars.lay_out(workload_panels)
    for axes, panel, strategies in laid_out:
        # One scale for one number of workers, so that panels can be compared
        alike = [other for other in workload_panels if other.levels == panel.levels]
        _draw_panel(axes, panel, marks, strategies, max(map(_longest, alike)))
    return figure


def _longest(panel: Panel) -> float:
    """The longest speedup or ceiling of a panel; serial code's 1 at least."""
    lengths = [1.0]
    for row in panel.rows:
        lengths += [value.center for value in (row.speedup, row.ceiling) if value]
    return max(lengths)


def _draw_panel(
    axes: Axes,
    panel: Panel,
    marks: dict[str, style.Mark],
    strategies: Sequence[str],
    longest: float,
) -> None:
    right = ROOM * longest
    axes.set_xlim(0, right)
    measured = [row for row in panel.rows if row.speedup is not None]
    places = [strategies.index(row.case.strategy) for row in measured]
    speedups = [row.speedup for row in measured if row.speedup is not None]
    colours = [marks[row.case.strategy].colour for row in measured]
    drawn = axes.barh(places, [each.center for each in speedups], BAR, color=colours, linewidth=0)
    for bar, row, speedup in zip(drawn, measured, speedups, strict=True):
        workers = plural(row.case.workers, "worker")
        style.with_tip(bar, row.case.strategy, series.tip(row.case.strategy, speedup, workers))
    intervals = []
    for place, speedup in zip(places, speedups, strict=True):
        lo, hi = speedup.span
        intervals.append([(lo, place), (min(hi, right), place)])
    axes.add_collection(LineCollection(intervals, colors=style.INK, linewidths=1.1), autolim=False)
    cut = [
        place for place, speedup in zip(places, speedups, strict=True) if speedup.span[1] > right
    ]
    axes.plot([right] * len(cut), cut, ">", color=style.INK, markersize=3.5, clip_on=False)
    beside = right * (1 + NUMBER_AT * bars.RIGHT_IN * style.DPI / axes.bbox.width)
    look: dict[str, Any] = {"fontsize": style.TINY, "va": "center", "ha": "right"}
    for place, speedup in zip(places, speedups, strict=True):
        axes.text(beside, place, f"{speedup.center:.2f}×", color=style.INK, **look)
    _lines(axes, panel, len(strategies))
    step = max(1, math.ceil(longest / 5)) if longest >= 2.5 else 0.5
    ticks = [index * step for index in range(int(right / step) + 1)]
    axes.set_xticks(ticks, [f"{tick:g}×" for tick in ticks])


def _lines(axes: Axes, panel: Panel, rows: int) -> None:
    """Serial code at 1, and the mean ceiling where its control ran."""
    axes.axvline(1, color=style.INK, linewidth=0.8, linestyle=(0, (3, 2)))
    for ceiling in cases.ceilings(panel.rows).values():
        axes.axvline(ceiling.center, color=style.INK, linewidth=1.6)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    workload_panels = chosen(tables)
    sentences = panels.at_most_workers(workload_panels, lambda row: str(row.speedup))
    return style.alt_text("Speedup over serial code at one worker per core.", sentences)


CHART = Chart(
    title="Each strategy at one worker per core",
    stem="strategies",
    caption=(
        "Speedup over serial code at one worker per core, or at the nearest number that was "
        "measured, with 95 % intervals; those with an arrow end beyond the figure. The dashed line "
        "is serial code; the solid one is the ceiling, what the cores of this host gave to "
        "processes that do nothing but spin. I/O-bound work has no ceiling of cores."
    ),
    draw=draw,
    alt=alt,
    order=1,
    opens=True,
)
