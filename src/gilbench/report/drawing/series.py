"""Lines, rows of marks and columns of numbers: what figures draw of values with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from gilbench.report.drawing import style
from gilbench.report.drawing.log_axes import log10
from gilbench.report.drawing.style import Mark
from gilbench.summary.cases import Measured
from gilbench.summary.formatting import plural

LABEL_OFF_IN = 0.14  # from the axes to the names of the lines
LABEL_GAP_IN = 0.125


@dataclass(frozen=True)
class Line:
    """Something measured at several places.

    Attributes:
        points: Places on the horizontal axis, each with what was measured there.
        places: The same places in a reader's words; empty where the axis names them.
    """

    name: str
    mark: Mark
    points: Sequence[tuple[float, Measured]]
    places: Sequence[str] = ()


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
    (stroke,) = axes.plot(xs, ys, **look)
    style.as_part_of(stroke, line.name)
    places = line.places or [""] * len(xs)
    for x, y, (_, value), place in zip(xs, ys, line.points, places, strict=True):
        (dot,) = axes.plot([x], [y], color=line.mark.colour, **dots)
        style.with_tip(dot, line.name, tip(line.name, value, place))


def tip(name: str, value: Measured, place: str = "") -> str:
    """``thread, 2 workers: 1.83× [1.82, 1.84], 40 launches``."""
    at = f", {place}" if place else ""
    return f"{name}{at}: {value}, {plural(value.n, 'launch')}"


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
        colour = style.darker(line.mark.colour)
        name = axes.text(right + offset, y, line.name, color=colour, **look)
        style.as_part_of(name, line.name)
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
