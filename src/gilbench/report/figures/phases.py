"""Where the time of a case goes: launching workers, computing, joining them; and the serial time of that work."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.report.drawing import panels, style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.cases import CaseRow

PHASES = ("launch_s", "compute_s", "join_s")
SHADES = {"launch_s": 1.0, "compute_s": 0.38, "join_s": 0.7}  # opacity of the strategy's colour
BAR_IN, LEFT_IN, RIGHT_IN, PANEL_IN = 0.2, 1.1, 0.66, 1.75
SLIM_IN = 1.2  # of a panel where each target has a column
ABOVE_IN, BELOW_IN, KEY_IN = 0.38, 0.45, 0.32


def chosen(tables: Tables) -> list[panels.Panel]:
    """Of each workload and target the cases at one worker a core, or the level nearest to it."""
    workload_panels = []
    for panel in panels.split(cases.rows(tables)):
        usable = tables.run.host.usable_cores
        level = min(
            (one for one in panel.levels), key=lambda one: (abs(math.log2(one / usable)), -one)
        )
        rows = tuple(
            row for row in panel.rows if row.case.workers == level and row.case.strategy != "serial"
        )
        if rows:
            workload_panels.append(panels.Panel(panel.target, panel.workload, rows))
    return workload_panels


def shares(row: CaseRow) -> dict[str, float]:
    """Each phase over the wall time of the serial reference."""
    return {phase: row.mean(phase) / row.mean("reference_wall_s") for phase in PHASES}


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    workload_panels = chosen(tables)
    if not workload_panels:
        return None
    marks = style.marks(tables)
    by_target = len({panel.target for panel in workload_panels}) > 1
    figure = (
        _draw_by_target(workload_panels, marks)
        if by_target
        else _draw_in_rows(workload_panels, marks)
    )
    _key(figure)
    return figure


def _draw_in_rows(workload_panels: Sequence[panels.Panel], marks: dict[str, style.Mark]) -> Figure:
    """One target's panels, a few in a row."""
    columns = min(panels.COLUMNS, len(workload_panels))
    grid = [
        workload_panels[start : start + columns]
        for start in range(0, len(workload_panels), columns)
    ]
    heights = [BAR_IN * max(len(panel.rows) for panel in line) for line in grid]
    column_in = LEFT_IN + PANEL_IN + RIGHT_IN
    figure = style.new_figure(
        columns * column_in, KEY_IN + sum(height + ABOVE_IN + BELOW_IN for height in heights)
    )
    top = KEY_IN
    for line, height in zip(grid, heights, strict=True):
        for column, panel in enumerate(line):
            axes = style.add_axes(
                figure, column * column_in + LEFT_IN, top + ABOVE_IN, PANEL_IN, height
            )
            style.panel_title(axes, panel.workload)
            _detail(axes, formatting.plural(panel.levels[0], "worker"), PANEL_IN)
            strategies = [row.case.strategy for row in panel.rows]
            _bars(axes, panel, marks, strategies, _longest([panel]))
            style.name_rows(axes, strategies)
        top += height + ABOVE_IN + BELOW_IN
    return figure


def _draw_by_target(
    workload_panels: Sequence[panels.Panel], marks: dict[str, style.Mark]
) -> Figure:
    """One row per workload on one scale, one column per target; strategies are named once per row."""
    targets = list(dict.fromkeys(panel.target for panel in workload_panels))
    lines = {workload: [one for one in workload_panels if one.workload == workload] for workload in
             dict.fromkeys(panel.workload for panel in workload_panels)}  # fmt: skip
    named = {
        workload: list(dict.fromkeys(row.case.strategy for panel in line for row in panel.rows))
        for workload, line in lines.items()
    }
    slim_in = max(SLIM_IN, *(style.text_in(target) + 0.1 - RIGHT_IN for target in targets))
    heights = {workload: BAR_IN * len(strategies) for workload, strategies in named.items()}
    above_in = ABOVE_IN + panels.HEADING_IN
    figure = style.new_figure(
        LEFT_IN + len(targets) * (slim_in + RIGHT_IN),
        KEY_IN + sum(h + above_in + BELOW_IN for h in heights.values()),
    )
    top = KEY_IN
    heading = {"fontsize": 9, "fontweight": "bold", "color": style.INK}
    for workload, line in lines.items():
        levels = {panel.levels[0] for panel in line}
        for place, panel in enumerate(line):
            left = LEFT_IN + targets.index(panel.target) * (slim_in + RIGHT_IN)
            axes = style.add_axes(figure, left, top + above_in, slim_in, heights[workload])
            _bars(axes, panel, marks, named[workload], _longest(line))
            style.name_rows(axes, named[workload] if not place else [""] * len(named[workload]))
            style.above(axes, 0, panel.target, fontsize=style.TINY, color=style.QUIET)
            if not place:
                at = (
                    formatting.plural(min(levels), "worker")
                    if len(levels) == 1
                    else "a worker a core"
                )
                style.above(axes, 0, f"{workload}, {at}", off=panels.HEADING_POINTS, **heading)
        top += heights[workload] + above_in + BELOW_IN
    return figure


def _detail(axes: Axes, text: str, width_in: float) -> None:
    """Up to the right end of the milliseconds: next to a long title there is no room above the axes."""
    style.above(
        axes,
        1 + 0.9 * RIGHT_IN / width_in,
        text,
        fontsize=style.TINY,
        color=style.QUIET,
        ha="right",
    )


def _longest(workload_panels: Sequence[panels.Panel]) -> float:
    """The longest bar of all, in serial times; one at least."""
    return max(1.0, *(sum(shares(row).values()) for panel in workload_panels for row in panel.rows))


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
        axes.barh(places, widths, 0.68, starts, color=colours, alpha=SHADES[phase], linewidth=0)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axes.set_xlim(0, longest * 1.02)
    # The milliseconds end well before the next panel, to which they would seem to belong.
    right = longest * 1.02 * (1 + 0.74 * RIGHT_IN * style.DPI / axes.bbox.width)
    for place, row in zip(places, panel.rows, strict=True):
        length = f"{row.mean('wall_s') * 1e3:.3g} ms"
        axes.text(
            right, place, length, fontsize=style.TINY, va="center", ha="right", color=style.QUIET
        )
    axes.axvline(1, color=style.INK, linewidth=0.8, linestyle=(0, (3, 2)))
    step = 0.5 if longest < 2.5 else math.ceil(longest / 5)
    ticks = [index * step for index in range(int(longest / step) + 1)]
    axes.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    style.below(axes, "of serial time")


def _key(figure: Figure) -> None:
    """The three phases by shade, in place of a legend a panel."""
    width, _ = figure.get_size_inches()
    axes = style.add_axes(figure, LEFT_IN, 0.1, width - LEFT_IN - 0.1, 0.16)
    axes.set_axis_off()
    axes.set_xlim(0, width - LEFT_IN - 0.1)
    axes.set_ylim(0, 1)
    for index, phase in enumerate(PHASES):
        left = 1.0 * index
        axes.barh(0.5, 0.22, 0.9, left, color=style.QUIET, alpha=SHADES[phase], linewidth=0)
        axes.text(
            left + 0.28,
            0.45,
            phase.removesuffix("_s"),
            fontsize=style.SMALL,
            va="center",
            color=style.INK,
        )


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = []
    for panel in chosen(tables):
        for row in panel.rows:
            launch, compute, join = (f"{share:.1%}" for share in shares(row).values())
            sentences.append(
                f"{row.case.label} on {row.case.target}: launch {launch}, compute {compute}, join {join}."
            )
    return style.alt_text(
        "Time of each case as a share of the serial time of the same work.", sentences
    )


CHART = Chart(
    title="Where the time goes",
    stem="phases",
    caption=(
        "Each bar is one case, at one worker a core: starting its workers, computing, and waiting for them to end, as "
        "a share of the time that serial code took for the same work in the same launches (dashed line). What ends "
        "left of the line gained. The milliseconds are the length of a round; rounds of different strategies may hold "
        "different amounts of work, shares can be compared."
    ),
    draw=draw,
    alt=alt,
    order=40,
)
