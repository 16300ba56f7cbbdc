"""Speedup over serial code by the number of workers.

The ideal and what the host's cores can reach are drawn too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.report.drawing import panels, style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import cases

# Of a doubling: the height of a name, which stands between the ceiling and the ideal if it fits.
NAME_HIGH = 0.4


def shown(tables: Tables) -> list[panels.Panel]:
    """The workloads that were measured with several numbers of workers, without twins."""
    return panels.with_lines(panels.without_twins(tables, panels.split(cases.rows(tables))))


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    workload_panels = shown(tables)
    if not workload_panels:
        return None
    marks = style.marks(tables)
    low, high = _limits(workload_panels)
    figure, all_axes = panels.lay_out(workload_panels)
    named: set[str] = set()
    for axes, panel in zip(all_axes, workload_panels, strict=True):
        axes.set_ylim(low, high)
        panels.worker_axis(axes, panel.levels)
        _reference_lines(axes, panel, named)
        panels.draw_lines(axes, panel, marks, lambda row: row.speedup, math.log2)
        ticks = range(math.ceil(low), math.floor(high) + 1)
        axes.set_yticks(list(ticks), [f"{2.0**tick:g}×" for tick in ticks])
    return figure


def _limits(workload_panels: Iterable[panels.Panel]) -> tuple[float, float]:
    """One scale for all panels, in doublings, so that they can be compared.

    Intervals do not set it, since they may have no end.
    """
    centers: list[float] = []
    for panel in workload_panels:
        centers += [row.speedup.center for row in panel.rows if row.speedup]
    most_workers = max(panel.levels[-1] for panel in workload_panels)
    low = min(-1.0, math.log2(min(centers)) - 0.25)
    high = math.log2(max(2, most_workers, *centers)) + 0.25
    return low, high


def _reference_lines(axes: Axes, panel: panels.Panel, named: set[str]) -> None:
    """Serial, ideal and ceiling; each is named in the first panel that has it."""
    right = axes.get_xlim()[1]
    axes.axhline(0, color=style.QUIET, linewidth=0.7)
    axes.plot((0, right), (0, right), color=style.QUIET, linewidth=0.7, linestyle=(0, (1, 2)))
    _name(axes, named, "ideal", 0.86 * right, 0.86 * right, {"xytext": (-3, 2), "ha": "right"})
    ceilings = cases.ceilings(panel.rows)
    if not ceilings:
        return
    xs, centers, lows, highs = [0.0], [0.0], [0.0], [0.0]  # one worker reaches 1
    for workers, ceiling in ceilings.items():
        lo, hi = ceiling.span
        xs.append(math.log2(workers))
        centers.append(math.log2(ceiling.center))
        lows.append(math.log2(lo))
        highs.append(math.log2(hi))
    axes.fill_between(xs, lows, highs, color=style.GREY, alpha=0.35, linewidth=0)
    axes.plot(xs, centers, color="#4b5563", linewidth=1.0)
    x = (xs[-1] + xs[-2]) / 2  # where no marks are
    top = float(np.interp(x, xs, highs))
    if x - top > NAME_HIGH:
        _name(axes, named, "ceiling", x, top, {"xytext": (0, 2), "ha": "center"})
    else:
        # It ends within the axes: the names of the lines stand next to them.
        wide = style.text_in("ceiling") * style.DPI / axes.bbox.width * (right - axes.get_xlim()[0])
        x = min(x, right - 1.3 * wide)
        below = {"xytext": (4, -3), "ha": "left", "va": "top"}
        _name(axes, named, "ceiling", x, float(np.interp(x, xs, lows)), below)


def _name(
    axes: Axes, named: set[str], name: str, x: float, y: float, place: dict[str, Any]
) -> None:
    if name not in named:
        named.add(name)
        axes.annotate(
            name,
            (x, y),
            textcoords="offset points",
            fontsize=style.TINY,
            color=style.QUIET,
            style="italic",
            **place,
        )


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    workload_panels = shown(tables)
    sentences = panels.at_most_workers(workload_panels, lambda row: str(row.speedup))
    return style.alt_text("Speedup over serial code.", sentences)


CHART = Chart(
    title="Speedup by workers",
    stem="speedup",
    caption=(
        "Each panel is a workload, each line a strategy; bars are 95 % intervals over launches. "
        "Both axes double from tick to tick. The level line is serial code, the dotted one an "
        "ideal in which every worker counts in full. The grey line, a band where it is uncertain, "
        "is the ceiling: what processes that do nothing but spin reached on this host in the same "
        "launches. No strategy can be expected above it on CPU-bound work."
    ),
    draw=draw,
    alt=alt,
    order=2,
    opens=True,
)
