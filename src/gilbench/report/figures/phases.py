"""Where the time of a case goes: launching workers, computing, joining them, beside the serial time of that work."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.report import cases, words
from gilbench.report.cases import CaseRow
from gilbench.report.figures import Chart, _panels, _style
from gilbench.results.tables import Tables

PHASES = ("launch_s", "compute_s", "join_s")
SHADES = {"launch_s": 1.0, "compute_s": 0.38, "join_s": 0.7}  # opacity of the strategy's colour
BAR_IN, LEFT_IN, RIGHT_IN, PANEL_IN = 0.2, 1.1, 0.66, 1.75
ABOVE_IN, BELOW_IN, KEY_IN = 0.38, 0.45, 0.32


def chosen(tables: Tables) -> list[_panels.Panel]:
    """Of each workload and target the cases at one worker a core, or the level nearest to it."""
    panels = []
    for panel in _panels.split(cases.rows(tables)):
        usable = tables.run.host.usable_cores
        level = min((one for one in panel.levels), key=lambda one: (abs(math.log2(one / usable)), -one))
        rows = tuple(row for row in panel.rows if row.case.workers == level and row.case.strategy != "serial")
        if rows:
            panels.append(_panels.Panel(panel.target, panel.workload, rows))
    return panels


def shares(row: CaseRow) -> dict[str, float]:
    """Each phase over the wall time of the serial reference."""
    return {phase: row.mean(phase) / row.mean("reference_wall_s") for phase in PHASES}


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    panels = chosen(tables)
    if not panels:
        return None
    columns = min(_panels.COLUMNS, len(panels))
    grid = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    heights = [BAR_IN * max(len(panel.rows) for panel in line) for line in grid]
    figure = _style.new_figure(
        columns * (LEFT_IN + PANEL_IN + RIGHT_IN), KEY_IN + sum(height + ABOVE_IN + BELOW_IN for height in heights)
    )
    marks, several = _style.marks(tables), len({panel.target for panel in panels}) > 1
    top = KEY_IN
    for line, height in zip(grid, heights, strict=True):
        for column, panel in enumerate(line):
            left = column * (LEFT_IN + PANEL_IN + RIGHT_IN) + LEFT_IN
            axes = _style.add_axes(figure, left, top + ABOVE_IN, PANEL_IN, height)
            level = words.plural(panel.levels[0], "worker")
            _style.panel_title(axes, panel.workload)
            detail = f"{panel.target}, {level}" if several else level
            # Up to the right end of the milliseconds: beside a long title there is no room above the axes.
            _style.above(
                axes, 1 + 0.9 * RIGHT_IN / PANEL_IN, detail, fontsize=_style.TINY, color=_style.QUIET, ha="right"
            )
            _bars(axes, panel, marks)
        top += height + ABOVE_IN + BELOW_IN
    _key(figure)
    return figure


def _bars(axes: Axes, panel: _panels.Panel, marks: dict[str, _style.Mark]) -> None:
    strategies = [row.case.strategy for row in panel.rows]
    colours = [marks[strategy].colour for strategy in strategies]
    starts = [0.0] * len(panel.rows)
    for phase in PHASES:
        widths = [shares(row)[phase] for row in panel.rows]
        axes.barh(range(len(strategies)), widths, 0.68, starts, color=colours, alpha=SHADES[phase], linewidth=0)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    longest = max(1.0, *starts)
    axes.set_xlim(0, longest * 1.02)
    for place, row in enumerate(panel.rows):
        length = f"{row.mean('wall_s') * 1e3:.3g} ms"
        axes.text(longest * 1.3, place, length, fontsize=_style.TINY, va="center", ha="right", color=_style.QUIET)
    axes.axvline(1, color=_style.INK, linewidth=0.8, linestyle=(0, (3, 2)))
    _style.name_rows(axes, strategies)
    step = 0.5 if longest < 2.5 else math.ceil(longest / 5)
    ticks = [index * step for index in range(int(longest / step) + 1)]
    axes.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    _style.below(axes, "of serial time")


def _key(figure: Figure) -> None:
    """The three phases by shade, in place of a legend a panel."""
    width, _ = figure.get_size_inches()
    axes = _style.add_axes(figure, LEFT_IN, 0.1, width - LEFT_IN - 0.1, 0.16)
    axes.set_axis_off()
    axes.set_xlim(0, width - LEFT_IN - 0.1)
    axes.set_ylim(0, 1)
    for index, phase in enumerate(PHASES):
        left = 1.0 * index
        axes.barh(0.5, 0.22, 0.9, left, color=_style.QUIET, alpha=SHADES[phase], linewidth=0)
        axes.text(left + 0.28, 0.45, phase.removesuffix("_s"), fontsize=_style.SMALL, va="center", color=_style.INK)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = []
    for panel in chosen(tables):
        for row in panel.rows:
            launch, compute, join = (f"{share:.1%}" for share in shares(row).values())
            sentences.append(f"{row.case.label} on {row.case.target}: launch {launch}, compute {compute}, join {join}.")
    return _style.told("Time of each case as a share of the serial time of the same work.", sentences)


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
