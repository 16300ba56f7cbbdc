"""What figures of experiments share: launches of a probe, lines, rows and log scales.

A launch without a number, because what it waited for never happened, is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from gilbench.model import Experiment, Target
from gilbench.report.drawing import style
from gilbench.report.drawing.style import Mark
from gilbench.results.tables import Seen, Tables
from gilbench.summary.cases import Measured, measured

ABOVE_IN, BELOW_IN = 0.42, 0.46  # of a panel: its title, and what its axis counts
LOWER = 0.85  # of their height have the panels of several targets, so that five fit on a sheet
HEADING_IN = 0.2  # what the name of a target takes above the titles of its panels
HEADING_POINTS = 21.0  # where that name stands above the axes
HEADING: dict[str, Any] = {"fontsize": 10.5, "color": style.INK, "fontweight": "bold"}
LABEL_OFF_IN = 0.14  # from the axes to the names of the lines
LABEL_GAP_IN = 0.125
FAR_BELOW = -30.0  # where a log scale puts what is not positive; no axis shows it
PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))


Last = TypeVar("Last")


@dataclass(frozen=True)
class TargetLaunches:
    """What the launches of one experiment observed on one target; at least one launch."""

    target: str
    launches: list[Seen]

    def over_launches(
        self, reduction: Callable[..., float], *arguments: Any, unit: str = "", log: bool = True
    ) -> Measured | None:
        """Where one number per launch lies, with its interval; None where no launch has one.

        Args:
            reduction: Makes the number of a launch, as ``reduction(seen, *arguments)``.
            arguments: What else the reduction takes.
            unit: Of the number, as readers see it.
            log: Whether the number is located on the log scale.
        """

        def number_of(seen: Seen) -> float:
            try:
                number = reduction(seen, *arguments)
                return math.log(number) if log else number
            except (TypeError, ValueError, ArithmeticError, LookupError):
                return math.nan

        return measured(map(number_of, self.launches), unit, log=log)

    def by_last_argument(
        self, lasts: Iterable[Last], reduction: Callable[..., float], *arguments: Any, unit: str
    ) -> dict[Last, Measured]:
        """``over_launches`` for each last argument; those without a number are left out."""
        found = {}
        for last in lasts:
            number = self.over_launches(reduction, *arguments, last, unit=unit)
            if number:
                found[last] = number
        return found


def launches_by_target(
    tables: Tables, experiment: Callable[[Target], Experiment]
) -> list[TargetLaunches]:
    """The launches of an experiment on each target that has any.

    What a run observed under other conditions, as another version set them, is left out.
    """
    found = []
    for target in tables.run.targets:
        launches = tables.seen(experiment(target))
        if launches:
            found.append(TargetLaunches(target.id, launches))
    return found


@dataclass(frozen=True)
class Shape:
    """One panel of a row: its title and its widths in inches.

    Attributes:
        left_in: What its tick labels take.
        width_in: What its axes take.
        right_in: What is named at the right of the axes.
    """

    title: str
    left_in: float
    width_in: float
    right_in: float

    @property
    def whole_in(self) -> float:
        """The width of the whole figure in inches."""
        return self.left_in + self.width_in + self.right_in


def lay_out(
    targets: Sequence[str], shapes: Sequence[Shape], height_in: float, *, name_targets: bool = True
) -> tuple[Figure, list[list[Axes]]]:
    """A row of panels for each target, which is named above its row where there are several.

    Args:
        targets: Their names, from the top down.
        shapes: The panels of a row, from left to right.
        height_in: The height of the axes in inches.
        name_targets: Whether targets are named at all.

    Returns:
        The figure, and the axes of each row.
    """
    has_headings = name_targets and len(targets) > 1
    above_in = ABOVE_IN
    if has_headings:
        above_in += HEADING_IN
        height_in *= LOWER
    row_in = above_in + height_in + BELOW_IN
    figure = style.new_figure(sum(shape.whole_in for shape in shapes), len(targets) * row_in)
    rows = []
    for index, target in enumerate(targets):
        row = _lay_out_row(figure, shapes, index * row_in + above_in, height_in)
        if has_headings:
            style.above(row[0], 0, target, off=HEADING_POINTS, **HEADING)
        rows.append(row)
    return figure, rows


def _lay_out_row(
    figure: Figure, shapes: Sequence[Shape], top_in: float, height_in: float
) -> list[Axes]:
    row = []
    left_in = 0.0
    for shape in shapes:
        axes_left_in = left_in + shape.left_in
        axes = style.add_axes(figure, axes_left_in, top_in, shape.width_in, height_in)
        style.panel_title(axes, shape.title)
        left_in += shape.whole_in
        row.append(axes)
    return row


@dataclass(frozen=True)
class Line:
    """Something measured at several places.

    Attributes:
        points: Places on the horizontal axis, each with what was measured there.
    """

    name: str
    mark: Mark
    points: Sequence[tuple[float, Measured]]


def draw_lines(
    axes: Axes, lines: Iterable[Line], scale: Callable[[float], float], *, named: bool = True
) -> None:
    """Draw each line through its centers, with a bar for each interval.

    Args:
        axes: Where to draw; their limits are set already.
        lines: Those without points are left out.
        scale: From a value to its place on the vertical axis.
        named: Whether the names of the lines stand at the right of the axes.
    """
    drawn = [line for line in lines if line.points]
    bars: list[list[tuple[float, float]]] = []
    colours: list[str] = []
    for line in drawn:
        _draw_line(axes, line, scale)
        for x, value in line.points:
            lo, hi = value.span
            bars.append([(x, scale(lo)), (x, scale(hi))])
            colours.append(line.mark.colour)
    axes.add_collection(LineCollection(bars, colors=colours, linewidths=0.9), autolim=False)
    if named:
        _label_ends(axes, drawn, scale)


def _draw_line(axes: Axes, line: Line, scale: Callable[[float], float]) -> None:
    xs = [x for x, _ in line.points]
    ys = [scale(value.center) for _, value in line.points]
    dashes: Any = (0, (3, 1.5)) if line.mark.dashed else "solid"
    look: dict[str, Any] = {"color": line.mark.colour, "linewidth": 1.3, "linestyle": dashes}
    dots: dict[str, Any] = {"marker": line.mark.marker, "markersize": 3.2, "markeredgewidth": 0}
    axes.plot(xs, ys, **look, **dots)


def _label_ends(axes: Axes, lines: Sequence[Line], scale: Callable[[float], float]) -> None:
    """Name lines at the right of the axes, apart from each other, each joined to its last point."""
    (_, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    offset = right_of(axes, LABEL_OFF_IN) - right
    gap = LABEL_GAP_IN * (top - bottom) * style.DPI / axes.bbox.height
    ends = []
    for line in lines:
        x, last = line.points[-1]
        ends.append((x, scale(last.center)))
    places = style.spread_out([y for _, y in ends], gap)
    look: dict[str, Any] = {"fontsize": style.TINY, "va": "center", "parse_math": False}
    leads = []
    for line, end, y in zip(lines, ends, places, strict=True):
        axes.text(right + offset, y, line.name, color=style.darker(line.mark.colour), **look)
        leads.append([end, (right + 0.8 * offset, y)])
    colours = [line.mark.colour for line in lines]
    joined = LineCollection(leads, colors=colours, linewidths=0.4, clip_on=False)
    axes.add_collection(joined, autolim=False)


def right_of(axes: Axes, offset_in: float) -> float:
    """The place on the horizontal axis that lies so many inches to the right of the axes."""
    left, right = axes.get_xlim()
    return float(right + offset_in * (right - left) * style.DPI / axes.bbox.width)


def column(
    axes: Axes, offset_in: float, heading: str, texts: Sequence[str], colours: Sequence[str]
) -> None:
    """Numbers at the right of rows, set flush right, below a quiet heading."""
    x = right_of(axes, offset_in)
    look: dict[str, Any] = {"fontsize": style.TINY, "ha": "right", "va": "center"}
    axes.text(x, -0.75, heading, color=style.QUIET, **look)
    for y, (text, colour) in enumerate(zip(texts, colours, strict=True)):
        axes.text(x, y, text, color=style.darker(colour), **look)


def draw_rows(
    axes: Axes, values: Sequence[Measured | None], marks: Sequence[Mark], shift: float, **look: Any
) -> None:
    """Draw a mark with its interval on each row of a log axis.

    Args:
        axes: Where to draw.
        values: One for each row; a row without a value stays empty.
        marks: One for each row.
        shift: How far below its row each mark lies.
        look: What the marks differ in from the usual ones, in matplotlib's words.
    """
    bars, colours, centers, ys = [], [], [], []
    for row, (value, mark) in enumerate(zip(values, marks, strict=True)):
        if value is None:
            continue
        lo, hi = value.span
        bars.append([(log10(lo), row + shift), (log10(hi), row + shift)])
        colours.append(mark.colour)
        centers.append(log10(value.center))
        ys.append(row + shift)
    axes.add_collection(
        LineCollection(bars, colors=colours, linewidths=1.2, zorder=3), autolim=False
    )
    usual: dict[str, Any] = {"s": 17, "linewidths": 0.9, "zorder": 4}
    usual |= {"facecolors": colours, "edgecolors": colours}
    axes.scatter(centers, ys, **usual | look)


def scatter(axes: Axes, xs: Sequence[float], ys: Sequence[float], colour: str) -> None:
    """Single samples, as faint dots in one stroke."""
    look: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 1.6}
    axes.plot(xs, ys, markeredgewidth=0, color=colour, alpha=0.22, **look)


def strewn(count: int, width: float) -> list[float]:
    """Places about 0 for so many samples of a row, evenly spread and the same every time."""
    golden_ratio = 0.6180339887
    return [((index * golden_ratio) % 1 - 0.5) * width for index in range(count)]


def log10(value: float) -> float:
    """The decimal logarithm, also of an interval's end that is not positive.

    It is taken here since matplotlib's log scales are slow.
    """
    return math.log10(value) if value > 0 else FAR_BELOW


def log_limits(values: Iterable[Measured | None], *also: float) -> tuple[float, float]:
    """The limits of a log axis, as logarithms.

    All centers and ``also`` are in sight, and intervals where they are not much longer than that.
    An interval that reaches 0 has no end on such an axis: it is drawn to the edge.
    """
    known = [value for value in values if value]
    in_sight = [log10(value.center) for value in known] + [log10(value) for value in also]
    low, high = min(in_sight), max(in_sight)
    room = max(0.5 * (high - low), 0.2)
    ends = [low, high]
    for value in known:
        for end in value.span:
            if end > 0:
                ends.append(min(max(log10(end), low - room), high + room))
    low, high = min(ends), max(ends)
    margin = 0.06 * (high - low) + 0.02
    return low - margin, high + margin


def log_ticks(low: float, high: float) -> list[float]:
    """Values to name on a log axis between two logarithms.

    They are powers of ten, with steps between them where these are few.
    """
    steps = (1, 2, 5) if high - low < 2.5 else (1,)
    ticks = []
    for power in range(math.floor(low), math.ceil(high) + 1):
        for step in steps:
            tick = step * 10.0**power
            if low <= math.log10(tick) <= high:
                ticks.append(tick)
    return ticks


def log_axis(
    axes: Axes, limits: tuple[float, float], unit: str, factor: float, *, vertical: bool = True
) -> None:
    """Set limits and ticks of a log axis.

    Args:
        axes: Whose axis it is.
        limits: Logarithms of the least and the largest value.
        unit: What values are in when multiplied by ``factor``.
        factor: See ``unit``.
        vertical: Which axis it is.
    """
    ticks = log_ticks(*limits)
    places = [math.log10(tick) for tick in ticks]
    names = [prefixed(tick * factor, unit) for tick in ticks]
    if vertical:
        axes.set_ylim(*limits)
        axes.set_yticks(places, names)
    else:
        axes.set_xlim(*limits)
        axes.set_xticks(places, names)


def prefixed(value: float, unit: str) -> str:
    """``20 ms``, ``1.5 GB/s``: three significant digits."""
    at_most = [(factor, prefix) for factor, prefix in PREFIXES if factor * (1 - 1e-9) <= value]
    factor, prefix = at_most[0] if at_most else PREFIXES[-1]
    return f"{value / factor:.3g} {prefix}{unit}"
