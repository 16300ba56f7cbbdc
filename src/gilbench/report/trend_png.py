"""Draws a trend: one panel per quantity, one point per run with its interval.

A dashed line marks each certain step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gilbench.report.drawing import png, style
from gilbench.summary import formatting
from gilbench.summary.trend import SPEEDUP, TIME, Line, Trend, value_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 12
MOST_LETTERS = 54  # of a title, which then ends before that of the next panel
QUANTITIES = {SPEEDUP: "speedup", TIME: "time of a unit of work"}
COLUMNS = 2
PANEL_IN, HEIGHT_IN = 4.1, 1.15
LEFT_IN, GAP_IN, TOP_IN, BETWEEN_IN, BOTTOM_IN = 0.6, 0.6, 0.35, 0.62, 0.35


def shown(trend: Trend) -> Sequence[Line]:
    """The lines that have a panel: those that stepped, then speedups, the most changed first."""
    ranked = sorted(trend.lines, key=lambda line: (not line.marks, line.quantity != SPEEDUP))
    return ranked[:MOST_PANELS]


def draw(trend: Trend) -> bytes | None:
    """The figure as PNG; None where no quantity has two runs."""
    figure = laid_out(trend)
    return None if figure is None else png.rendered(figure)


def laid_out(trend: Trend) -> Figure | None:
    """The figure; None where no quantity has two runs."""
    lines = shown(trend)
    if not lines:
        return None
    rows = -(-len(lines) // COLUMNS)
    width_in = LEFT_IN + COLUMNS * PANEL_IN + (COLUMNS - 1) * GAP_IN + 0.15
    row_in = HEIGHT_IN + BETWEEN_IN
    figure = style.new_figure(width_in, TOP_IN + rows * row_in - BETWEEN_IN + BOTTOM_IN)
    for number, line in enumerate(lines):
        row, column = divmod(number, COLUMNS)
        left_in = LEFT_IN + column * (PANEL_IN + GAP_IN)
        axes = style.add_axes(figure, left_in, TOP_IN + row * row_in, PANEL_IN, HEIGHT_IN)
        _panel(axes, line, trend.runs)
    return figure


def _panel(axes: Axes, line: Line, runs: Sequence[str]) -> None:
    place_of_run = {run: number for number, run in enumerate(runs)}
    places = [place_of_run[point.run] for point in line.points]
    colour = style.VERMILION if line.marks else style.BLUE
    for place, point in zip(places, line.points, strict=True):
        if point.lo is not None and point.hi is not None:
            axes.plot((place, place), (point.lo, point.hi), color=colour, linewidth=0.8, alpha=0.6)
    axes.plot(places, [point.center for point in line.points], "o", color=colour, markersize=3)
    _levels(axes, line, place_of_run, places[-1])
    centers = [point.center for point in line.points]
    middle = (max(centers) + min(centers)) / 2
    reach = max((max(centers) - min(centers)) * 0.9, 0.05 * middle)
    axes.set_ylim(max(0.0, middle - reach), middle + reach)
    axes.set_xlim(-0.6, len(runs) - 0.4)
    axes.set_xticks([])
    count = formatting.plural(len(line.points), "run")
    style.panel_title(axes, style.cut(line.name, MOST_LETTERS))
    first, last = line.points[0].started_utc[:10], line.points[-1].started_utc[:10]
    dates = first if first == last else f"{first} to {last}"
    what = QUANTITIES[line.quantity]
    style.below(axes, f"{what} in {count}, {dates}; latest {value_in_words(line, -1)}")


def _levels(axes: Axes, line: Line, places: dict[str, int], end: int) -> None:
    """The median of each part of the line between certain steps, and a dashed line at each step."""
    if line.marks:
        starts = [places[line.points[0].run], *(places[mark.run] for mark in line.marks)]
        ends = [*starts[1:], end + 1]
        levels = [line.marks[0].before, *(mark.after for mark in line.marks)]
        for start, stop, level in zip(starts, ends, levels, strict=True):
            axes.plot((start - 0.4, stop - 0.6), (level, level), color=style.INK, linewidth=1.0)
    for mark in line.marks:
        dashes: Any = (0, (3, 2))
        axes.axvline(places[mark.run] - 0.5, color=style.QUIET, linewidth=0.8, linestyle=dashes)


def in_words(trend: Trend) -> str:
    """The alternative text: for each panel's line its first value, its latest and its steps."""
    sentences = []
    for line in shown(trend):
        first, latest = (value_in_words(line, place) for place in (0, -1))
        steps = "".join(f", a step at run {mark.run}" for mark in line.marks)
        values = f"{first} at first, {latest} at last of {len(line.points)} runs"
        sentences.append(f"{line.name}: {values}{steps}.")
    return style.alt_text("Quantities over the runs of this folder, one panel each.", sentences)
