"""Small multiples: a panel a workload and target, a line a strategy over the number of workers, labelled at its end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from gilbench.report.cases import CaseRow, Measured
from gilbench.report.figures import _style
from gilbench.report.figures._style import Mark

COLUMNS = 3
PANEL_IN, HEIGHT_IN = 2.0, 1.85  # of the axes; beside them stand tick labels and the names of the lines
LEFT_IN, ABOVE_IN, BELOW_IN = 0.45, 0.4, 0.42
LABEL_OFF_IN = 0.14  # from the axes to the names of the lines
LABEL_GAP_IN = 0.125
DODGE = 0.035  # of a doubling of workers, so that lines that lie on each other are both seen


@dataclass(frozen=True)
class Panel:
    """The rows of one workload on one target, each paired with serial."""

    target: str
    workload: str
    rows: tuple[CaseRow, ...]

    @property
    def levels(self) -> list[int]:
        return sorted({row.case.workers for row in self.rows})

    def line(self, strategy: str) -> list[CaseRow]:
        return sorted((row for row in self.rows if row.case.strategy == strategy), key=lambda row: row.case.workers)

    @property
    def strategies(self) -> list[str]:
        """Those with workers to choose; serial is what they are held against."""
        return list(dict.fromkeys(row.case.strategy for row in self.rows if row.case.strategy != "serial"))


def split(case_rows: Iterable[CaseRow]) -> list[Panel]:
    """Panels by target, then workload, in the order of the rows; without those that have nothing but serial."""
    found: dict[tuple[str, str], list[CaseRow]] = {}
    for row in case_rows:
        if row.against_serial and row.speedup is not None:
            found.setdefault((row.case.target, row.case.workload), []).append(row)
    panels = [Panel(target, workload, tuple(rows)) for (target, workload), rows in found.items()]
    return [panel for panel in panels if panel.strategies]


def lay_out(panels: Sequence[Panel]) -> tuple[Figure, list[Axes]]:
    """A figure with axes for each panel, titled; the target is named where there are several."""
    columns = min(COLUMNS, len(panels))
    names_in = max(_style.text_in(strategy) for panel in panels for strategy in panel.strategies)
    width_in, height_in = LEFT_IN + PANEL_IN + LABEL_OFF_IN + names_in + 0.1, ABOVE_IN + HEIGHT_IN + BELOW_IN
    figure = _style.new_figure(columns * width_in, math.ceil(len(panels) / columns) * height_in)
    several = len({panel.target for panel in panels}) > 1
    made = []
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        axes = _style.add_axes(figure, column * width_in + LEFT_IN, row * height_in + ABOVE_IN, PANEL_IN, HEIGHT_IN)
        _style.panel_title(axes, panel.workload, panel.target if several else "")
        made.append(axes)
    return figure, made


def worker_axis(axes: Axes, levels: Sequence[int]) -> None:
    """Doublings of workers at equal distances. The logarithm is taken here: matplotlib's log scales are slow."""
    axes.set_xlim(math.log2(levels[0]) - 0.18, math.log2(levels[-1]) + 0.18)
    axes.set_xticks([math.log2(level) for level in levels], [str(level) for level in levels])
    _style.below(axes, "workers")


def draw_lines(
    axes: Axes,
    panel: Panel,
    marks: dict[str, Mark],
    value: Callable[[CaseRow], Measured | None],
    scale: Callable[[float], float],
) -> None:
    """A line a strategy through its middles, with a bar for each interval, and its name at the end."""
    ends = []
    for index, strategy in enumerate(panel.strategies):
        shift = DODGE * (index - (len(panel.strategies) - 1) / 2)
        points = [
            (math.log2(row.case.workers) + shift, found)
            for row in panel.line(strategy)
            if (found := value(row)) is not None
        ]
        if not points:
            continue
        mark = marks[strategy]
        xs, ys = [x for x, _ in points], [scale(found.center) for _, found in points]
        axes.plot(
            xs, ys, color=mark.colour, marker=mark.marker, markersize=3.2, linewidth=1.3,
            linestyle=(0, (3, 1.5)) if mark.dashed else "solid", markeredgewidth=0,
        )  # fmt: skip
        bars = [[(x, scale(end)) for end in found.span] for x, found in points]
        axes.add_collection(LineCollection(bars, colors=mark.colour, linewidths=0.9), autolim=False)
        ends.append((xs[-1], ys[-1], strategy))
    _label_ends(axes, ends, marks)


def _label_ends(axes: Axes, ends: list[tuple[float, float, str]], marks: dict[str, Mark]) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    off = LABEL_OFF_IN * (right - left) / PANEL_IN
    places = _style.spread_out((y for _, y, _ in ends), LABEL_GAP_IN * (top - bottom) / HEIGHT_IN)
    for (_, _, strategy), place in zip(ends, places, strict=True):
        colour = _style.darker(marks[strategy].colour)
        axes.text(right + off, place, strategy, color=colour, fontsize=_style.TINY, va="center", parse_math=False)
    leads = [[(x, y), (right + 0.8 * off, place)] for (x, y, _), place in zip(ends, places, strict=True)]
    colours = [marks[strategy].colour for _, _, strategy in ends]
    axes.add_collection(LineCollection(leads, colors=colours, linewidths=0.4, clip_on=False), autolim=False)
