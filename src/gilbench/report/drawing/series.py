"""What figures of experiments share: the launches of a probe, lines of points with intervals, rows and log scales.

A number that a launch does not tell, because what it waited for never came, is left out and stops nothing.
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
LOWER = 0.85  # as high are the panels of several targets, so that five of them fit a sheet
HEADING_IN, HEADING_POINTS = (
    0.2,
    21.0,
)  # what the name of a target takes above the titles of its panels
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
        """Where one number per launch lies, with its interval; None where no launch tells it.

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
        """``over_launches`` for each of several last arguments; those that no launch tells are left out."""
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

    What a run observed under other conditions, as another version asked them, is left out.
    """
    found = []
    for target in tables.run.targets:
        launches = tables.seen(experiment(target))
        if launches:
            found.append(TargetLaunches(target.id, launches))
    return found


@dataclass(frozen=True)
class Shape:
    """One panel of a row: its title, and the inches of its tick labels, of its axes and of what is named beside it."""

    title: str
    left_in: float
    width_in: float
    right_in: float


def lay_out(
    targets: Sequence[str], shapes: Sequence[Shape], height_in: float, *, name_targets: bool = True
) -> tuple[Figure, list[list[Axes]]]:
    """A row of panels a target, which is named above them where there are several."""
    headed = name_targets and len(targets) > 1
    above_in = ABOVE_IN + (HEADING_IN if headed else 0.0)
    height_in *= LOWER if headed else 1.0
    row_in = above_in + height_in + BELOW_IN
    width_in = sum(shape.left_in + shape.width_in + shape.right_in for shape in shapes)
    figure = style.new_figure(width_in, len(targets) * row_in)
    rows = []
    for index, target in enumerate(targets):
        row: list[Axes] = []
        left_in = 0.0
        for shape in shapes:
            top_in = index * row_in + above_in
            axes = style.add_axes(
                figure, left_in + shape.left_in, top_in, shape.width_in, height_in
            )
            style.panel_title(axes, shape.title)
            if headed and not row:
                style.above(
                    axes,
                    0,
                    target,
                    off=HEADING_POINTS,
                    fontsize=10.5,
                    color=style.INK,
                    fontweight="bold",
                )
            left_in += shape.left_in + shape.width_in + shape.right_in
            row.append(axes)
        rows.append(row)
    return figure, rows


@dataclass(frozen=True)
class Line:
    """Something measured at several places: ``points`` are places on the horizontal axis with what was found there."""

    name: str
    mark: Mark
    points: Sequence[tuple[float, Measured]]


def draw_lines(
    axes: Axes, lines: Iterable[Line], scale: Callable[[float], float], *, named: bool = True
) -> None:
    """Each line through its middles, with a bar for each interval, and its name at the right of the axes, which have
    their limits already."""
    drawn = [line for line in lines if line.points]
    for line in drawn:
        axes.plot(
            [x for x, _ in line.points], [scale(found.center) for _, found in line.points], color=line.mark.colour,
            marker=line.mark.marker, markersize=3.2, linewidth=1.3, markeredgewidth=0,
            linestyle=(0, (3, 1.5)) if line.mark.dashed else "solid",
        )  # fmt: skip
    bars = [[(x, scale(end)) for end in found.span] for line in drawn for x, found in line.points]
    colours = [line.mark.colour for line in drawn for _ in line.points]
    axes.add_collection(LineCollection(bars, colors=colours, linewidths=0.9), autolim=False)
    if named:
        ends = [
            (line.points[-1][0], scale(line.points[-1][1].center), line.name, line.mark.colour)
            for line in drawn
        ]
        _label_ends(axes, ends)


def _label_ends(axes: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    (_, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    off = beside(axes, LABEL_OFF_IN) - right
    gap = LABEL_GAP_IN * (top - bottom) * style.DPI / axes.bbox.height
    places = style.spread_out((y for _, y, _, _ in ends), gap)
    for (_, _, name, colour), place in zip(ends, places, strict=True):
        axes.text(
            right + off,
            place,
            name,
            color=style.darker(colour),
            fontsize=style.TINY,
            va="center",
            parse_math=False,
        )
    leads = [
        [(x, y), (right + 0.8 * off, place)]
        for (x, y, _, _), place in zip(ends, places, strict=True)
    ]
    colours = [colour for _, _, _, colour in ends]
    axes.add_collection(
        LineCollection(leads, colors=colours, linewidths=0.4, clip_on=False), autolim=False
    )


def beside(axes: Axes, off_in: float) -> float:
    """The place on the horizontal axis that lies so many inches to the right of the axes."""
    left, right = axes.get_xlim()
    return float(right + off_in * (right - left) * style.DPI / axes.bbox.width)


def column(
    axes: Axes, off_in: float, heading: str, texts: Sequence[str], colours: Sequence[str]
) -> None:
    """Numbers at the right of rows, set flush right, below a quiet heading."""
    x = beside(axes, off_in)
    axes.text(x, -0.75, heading, fontsize=style.TINY, color=style.QUIET, ha="right", va="center")
    for y, (text, colour) in enumerate(zip(texts, colours, strict=True)):
        axes.text(
            x, y, text, fontsize=style.TINY, color=style.darker(colour), ha="right", va="center"
        )


def draw_rows(
    axes: Axes, found: Sequence[Measured | None], marks: Sequence[Mark], shift: float, **look: Any
) -> None:
    """A mark with its interval on each row of a log axis; rows without a number stay empty."""
    rows = [
        (y + shift, one, mark.colour)
        for y, (one, mark) in enumerate(zip(found, marks, strict=True))
        if one
    ]
    bars = [[(log10(end), y) for end in one.span] for y, one, _ in rows]
    colours = [colour for _, _, colour in rows]
    axes.add_collection(
        LineCollection(bars, colors=colours, linewidths=1.2, zorder=3), autolim=False
    )
    usual: dict[str, Any] = {
        "s": 17,
        "facecolors": colours,
        "edgecolors": colours,
        "linewidths": 0.9,
        "zorder": 4,
    }
    axes.scatter([log10(one.center) for _, one, _ in rows], [y for y, _, _ in rows], **usual | look)


def scatter(axes: Axes, xs: Sequence[float], ys: Sequence[float], colour: str) -> None:
    """Single samples, as faint dots in one stroke."""
    axes.plot(
        xs,
        ys,
        linestyle="none",
        marker="o",
        markersize=1.6,
        markeredgewidth=0,
        color=colour,
        alpha=0.22,
    )


def strewn(count: int, width: float) -> list[float]:
    """Places about 0 for so many samples of a row, evenly spread and the same every time."""
    return [((index * 0.6180339887) % 1 - 0.5) * width for index in range(count)]


def log10(value: float) -> float:
    """The logarithm is taken here, since matplotlib's log scales are slow; of an interval that reaches 0 as well."""
    return math.log10(value) if value > 0 else FAR_BELOW


def log_limits(found: Iterable[Measured | None], *also: float) -> tuple[float, float]:
    """Room on a log axis for all middles, for ``also``, and for intervals as far as they are no longer than that. One
    that reaches 0 has no end here: it is drawn to the edge."""
    known = [one for one in found if one]
    fixed = [log10(value) for value in (*(one.center for one in known), *also)]
    low, high = min(fixed), max(fixed)
    room = max(0.5 * (high - low), 0.2)
    ends = [
        min(max(log10(end), low - room), high + room)
        for one in known
        for end in one.span
        if end > 0
    ]
    low, high = min([low, *ends]), max([high, *ends])
    return low - 0.06 * (high - low) - 0.02, high + 0.06 * (high - low) + 0.02


def log_ticks(low: float, high: float) -> list[float]:
    """Values to name on a log axis between two logarithms: powers of ten, and between them where these are few."""
    steps = (1, 2, 5) if high - low < 2.5 else (1,)
    values = [
        step * 10.0**power
        for power in range(math.floor(low), math.ceil(high) + 1)
        for step in steps
    ]
    return [value for value in values if low <= math.log10(value) <= high]


def log_axis(
    axes: Axes, limits: tuple[float, float], unit: str, factor: float, *, vertical: bool = True
) -> None:
    """Limits and ticks of a log axis of values that are ``unit`` when multiplied by ``factor``."""
    ticks = log_ticks(*limits)
    names = [prefixed(tick * factor, unit) for tick in ticks]
    if vertical:
        axes.set_ylim(*limits)
        axes.set_yticks([math.log10(tick) for tick in ticks], names)
    else:
        axes.set_xlim(*limits)
        axes.set_xticks([math.log10(tick) for tick in ticks], names)


def prefixed(value: float, unit: str) -> str:
    """``20 ms``, ``1.5 GB/s``: three significant digits."""
    factor, prefix = next((one for one in PREFIXES if value >= one[0] * (1 - 1e-9)), PREFIXES[-1])
    return f"{value / factor:.3g} {prefix}{unit}"
