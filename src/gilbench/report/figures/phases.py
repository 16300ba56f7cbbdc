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
from gilbench.report.drawing import panels, style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.cases import CaseRow

PHASES = ("launch_s", "compute_s", "join_s")
PHASE_NAMES = {"launch_s": "start-up", "compute_s": "compute", "join_s": "join"}
SHADES = {"launch_s": 1.0, "compute_s": 0.38, "join_s": 0.7}  # opacity of the strategy's colour
BAR_IN, LEFT_IN, RIGHT_IN, PANEL_IN = 0.2, 1.1, 0.66, 1.75
SLIM_IN = 1.2  # of a panel where each target has a column
ABOVE_IN, BELOW_IN, KEY_IN = 0.38, 0.45, 0.32


def chosen(tables: Tables) -> list[panels.Panel]:
    """The cases of each workload and target at one worker per core, or at the nearest level."""
    usable = tables.run.host.usable_cores

    def distance(level: int) -> tuple[float, int]:
        return abs(math.log2(level / usable)), -level

    chosen_panels = []
    for panel in panels.split(cases.rows(tables)):
        level = min(panel.levels, key=distance)
        rows = [row for row in panel.rows if row.case.workers == level]
        parallel = tuple(row for row in rows if row.case.strategy != "serial")
        if parallel:
            chosen_panels.append(panels.Panel(panel.target, panel.workload, parallel))
    return chosen_panels


def shares(row: CaseRow) -> dict[str, float]:
    """Each phase over the wall time of the serial reference."""
    return {phase: row.mean(phase) / row.mean("reference_wall_s") for phase in PHASES}


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    workload_panels = chosen(tables)
    if not workload_panels:
        return None
    marks = style.marks(tables)
    if len({panel.target for panel in workload_panels}) > 1:
        figure = _draw_by_target(workload_panels, marks)
    else:
        figure = _draw_in_rows(workload_panels, marks)
    _key(figure)
    return figure


def _draw_in_rows(workload_panels: Sequence[panels.Panel], marks: dict[str, style.Mark]) -> Figure:
    """One target's panels, a few in a row."""
    columns = min(panels.COLUMNS, len(workload_panels))
    starts = range(0, len(workload_panels), columns)
    grid = [workload_panels[start : start + columns] for start in starts]
    heights_in = [_bars_in(line) for line in grid]
    column_in = LEFT_IN + PANEL_IN + RIGHT_IN
    height_in = KEY_IN + sum(heights_in) + len(grid) * (ABOVE_IN + BELOW_IN)
    figure = style.new_figure(columns * column_in, height_in)
    top_in = KEY_IN
    for line, bars_in in zip(grid, heights_in, strict=True):
        for column, panel in enumerate(line):
            left_in = column * column_in + LEFT_IN
            axes = style.add_axes(figure, left_in, top_in + ABOVE_IN, PANEL_IN, bars_in)
            style.panel_title(axes, panel.workload)
            _detail(axes, formatting.plural(panel.levels[0], "worker"), PANEL_IN)
            strategies = [row.case.strategy for row in panel.rows]
            _bars(axes, panel, marks, strategies, _longest([panel]))
            style.name_rows(axes, strategies)
        top_in += bars_in + ABOVE_IN + BELOW_IN
    return figure


def _bars_in(line: Sequence[panels.Panel]) -> float:
    """The height in inches that the bars of panels next to each other take."""
    return BAR_IN * max(len(panel.rows) for panel in line)


def _draw_by_target(
    workload_panels: Sequence[panels.Panel], marks: dict[str, style.Mark]
) -> Figure:
    """One row per workload, on one scale, and one column per target."""
    targets = list(dict.fromkeys(panel.target for panel in workload_panels))
    lines: dict[str, list[panels.Panel]] = {}
    for panel in workload_panels:
        lines.setdefault(panel.workload, []).append(panel)
    strategies = {workload: _strategies(line) for workload, line in lines.items()}
    longest_name_in = max(style.text_in(target) for target in targets)
    column_in = RIGHT_IN + max(SLIM_IN, longest_name_in + 0.1 - RIGHT_IN)
    above_in = ABOVE_IN + panels.HEADING_IN
    height_in = KEY_IN
    for names in strategies.values():
        height_in += BAR_IN * len(names) + above_in + BELOW_IN
    figure = style.new_figure(LEFT_IN + len(targets) * column_in, height_in)
    top_in = KEY_IN
    for workload, line in lines.items():
        names = strategies[workload]
        bars_in = BAR_IN * len(names)
        for panel in line:
            left_in = LEFT_IN + targets.index(panel.target) * column_in
            width_in = column_in - RIGHT_IN
            axes = style.add_axes(figure, left_in, top_in + above_in, width_in, bars_in)
            _bars(axes, panel, marks, names, _longest(line))
            style.above(axes, 0, panel.target, fontsize=style.TINY, color=style.QUIET)
            is_first = panel is line[0]
            style.name_rows(axes, names if is_first else [""] * len(names))
            if is_first:
                heading = f"{workload}, {_workers_in_words(line)}"
                style.above(axes, 0, heading, off=panels.HEADING_POINTS, **panels.HEADING)
        top_in += bars_in + above_in + BELOW_IN
    return figure


def _strategies(line: Sequence[panels.Panel]) -> list[str]:
    """All strategies of some panels, in their order."""
    names: dict[str, None] = {}
    for panel in line:
        names |= dict.fromkeys(row.case.strategy for row in panel.rows)
    return list(names)


def _workers_in_words(line: Sequence[panels.Panel]) -> str:
    levels = {panel.levels[0] for panel in line}
    if len(levels) > 1:
        return "one worker per core"
    return formatting.plural(min(levels), "worker")


def _detail(axes: Axes, text: str, width_in: float) -> None:
    """A detail that ends where the milliseconds end: next to a long title there is no room."""
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
        axes.barh(places, widths, 0.68, starts, color=colours, alpha=SHADES[phase], linewidth=0)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axes.set_xlim(0, longest * 1.02)
    # The milliseconds end well before the next panel, to which they would seem to belong.
    right = longest * 1.02 * (1 + 0.74 * RIGHT_IN * style.DPI / axes.bbox.width)
    look: dict[str, Any] = {"fontsize": style.TINY, "va": "center", "ha": "right"}
    for place, row in zip(places, panel.rows, strict=True):
        length = f"{row.mean('wall_s') * 1e3:.3g} ms"
        axes.text(right, place, length, color=style.QUIET, **look)
    axes.axvline(1, color=style.INK, linewidth=0.8, linestyle=(0, (3, 2)))
    step = 0.5 if longest < 2.5 else math.ceil(longest / 5)
    ticks = [index * step for index in range(int(longest / step) + 1)]
    axes.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    style.below(axes, "of serial time")


def _key(figure: Figure) -> None:
    """The three phases by shade, in place of a legend in each panel."""
    width, _ = figure.get_size_inches()
    axes = style.add_axes(figure, LEFT_IN, 0.1, width - LEFT_IN - 0.1, 0.16)
    axes.set_axis_off()
    axes.set_xlim(0, width - LEFT_IN - 0.1)
    axes.set_ylim(0, 1)
    look: dict[str, Any] = {"fontsize": style.SMALL, "va": "center", "color": style.INK}
    for index, phase in enumerate(PHASES):
        left = 1.0 * index
        axes.barh(0.5, 0.22, 0.9, left, color=style.QUIET, alpha=SHADES[phase], linewidth=0)
        axes.text(left + 0.28, 0.45, PHASE_NAMES[phase], **look)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for panel in chosen(tables):
        for row in panel.rows:
            phases = [f"{PHASE_NAMES[phase]} {share:.1%}" for phase, share in shares(row).items()]
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
        "The milliseconds are the length of a round; rounds of different strategies may hold "
        "different amounts of work, shares can be compared."
    ),
    draw=draw,
    alt=alt,
    order=40,
)
