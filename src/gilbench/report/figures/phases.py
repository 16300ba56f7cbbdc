"""Where the time of a case goes: starting workers, computing and joining them.

Phases are shares of the serial time of the same work.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.report.drawing import bars, panels, style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import formatting
from gilbench.summary.cases import CaseRow

PHASES = ("launch_s", "compute_s", "join_s")
PHASE_NAMES = {"launch_s": "start-up", "compute_s": "compute", "join_s": "join"}
SHADES = {"launch_s": 1.0, "compute_s": 0.38, "join_s": 0.7}  # opacity of the strategy's colour
KEY_IN = 0.32
KEY_WIDTH_IN = 2.75


def shares(row: CaseRow) -> dict[str, float]:
    """Each phase over the wall time of the serial reference."""
    return {phase: row.mean(phase) / row.mean("reference_wall_s") for phase in PHASES}


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    workload_panels = bars.at_one_worker_per_core(tables)
    if not workload_panels:
        return None
    marks = style.marks(tables)
    figure, laid_out = bars.lay_out(workload_panels, KEY_IN)
    for axes, panel, strategies in laid_out:
        of_workload = [other for other in workload_panels if other.workload == panel.workload]
        _bars(axes, panel, marks, strategies, _longest(of_workload))
    _key(figure)
    return figure


def _longest(workload_panels: Sequence[panels.Panel]) -> float:
    """The longest bar of all, in serial times; one at least."""
    longest = 1.0
    for panel in workload_panels:
        for row in panel.rows:
            longest = max(longest, sum(shares(row).values()))
    return longest


def _bars(
    axes: Axes,
    panel: panels.Panel,
    marks: dict[str, style.Mark],
    strategies: Sequence[str],
    longest: float,
) -> None:
    """A bar for each case, in the row of its strategy."""
    places = [strategies.index(row.case.strategy) for row in panel.rows]
    colours = [marks[row.case.strategy].colour for row in panel.rows]
    starts = [0.0] * len(panel.rows)
    for phase in PHASES:
        widths = [shares(row)[phase] for row in panel.rows]
        shade: dict[str, Any] = {"alpha": SHADES[phase], "linewidth": 0}
        drawn = axes.barh(places, widths, 0.68, starts, color=colours, **shade)
        for bar, row, width in zip(drawn, panel.rows, widths, strict=True):
            sample = formatting.plural(len(row.launches), "launch")
            share = formatting.percent(width, 1)
            tip = f"{PHASE_NAMES[phase]} {share} of serial time, {sample}"
            style.with_tip(bar, row.case.strategy, f"{row.case.strategy}: {tip}")
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axes.set_xlim(0, longest * 1.02)
    # The milliseconds end well before the next panel, to which they would seem to belong.
    right = longest * 1.02 * (1 + 0.74 * bars.RIGHT_IN * style.DPI / axes.bbox.width)
    look: dict[str, Any] = {"fontsize": style.TINY, "va": "center", "ha": "right"}
    for place, row in zip(places, panel.rows, strict=True):
        length = formatting.number(row.mean("wall_s") * 1e3, " ms")
        axes.text(right, place, length, color=style.QUIET, **look)
    axes.axvline(1, color=style.INK, linewidth=0.8, linestyle=(0, (3, 2)))
    step = 0.5 if longest < 2.5 else math.ceil(longest / 5)
    ticks = [index * step for index in range(int(longest / step) + 1)]
    axes.set_xticks(ticks, [*map(formatting.percent, ticks)])
    style.below(axes, "of serial time")


def _key(figure: Figure) -> None:
    """The three phases by shade, in place of a legend in each panel."""
    width, _ = figure.get_size_inches()
    left_in = min(bars.LEFT_IN, width - KEY_WIDTH_IN)
    axes = style.add_axes(figure, left_in, 0.1, width - left_in - 0.1, 0.16)
    axes.set_axis_off()
    axes.set_xlim(0, width - left_in - 0.1)
    axes.set_ylim(0, 1)
    look: dict[str, Any] = {"fontsize": style.SMALL, "va": "center", "color": style.INK}
    for index, phase in enumerate(PHASES):
        left = 1.0 * index
        axes.barh(0.5, 0.22, 0.9, left, color=style.QUIET, alpha=SHADES[phase], linewidth=0)
        axes.text(left + 0.28, 0.45, PHASE_NAMES[phase], **look)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for panel in bars.at_one_worker_per_core(tables):
        for row in panel.rows:
            phases = []
            for phase, share in shares(row).items():
                phases.append(f"{PHASE_NAMES[phase]} {formatting.percent(share, 1)}")
            sentences.append(f"{row.case.label} on {row.case.target}: {', '.join(phases)}.")
    return style.alt_text(
        "Time of each case as a share of the serial time of the same work.", sentences
    )


CHART = Chart(
    title="Where the time goes",
    stem="phases",
    caption=(
        "Each bar is one case, at one worker per core: starting its workers, computing, and "
        "waiting for them to end, as a share of the time that serial code took for the same "
        "work in the same launches (dashed line). A bar that ends left of the line is a gain. "
        "The milliseconds are the length of a round. Rounds of different strategies may have "
        "different amounts of work: compare shares, not milliseconds."
    ),
    draw=draw,
    alt=alt,
    order=40,
)
