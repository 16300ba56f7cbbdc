"""The figure of a check: the ratio of every case with its interval, and the margin shaded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gilbench.check.decision import Change
from gilbench.check.findings import Finding, Report
from gilbench.model import InputError
from gilbench.report.drawing import png, style
from gilbench.summary.check import SYMBOLS, movement, shown_findings

ROW_IN, WIDTH_IN, RIGHT_IN, ABOVE_IN, BELOW_IN = 0.2, 4.6, 2.9, 0.4, 0.5
LEAST = 0.08  # of the scale, either way, on the log scale
COLOURS = {
    Change.REGRESSED: "#D55E00",
    Change.IMPROVED: "#0072B2",
    Change.EQUIVALENT: "#009E73",
    Change.NO_WORSE: "#009E73",
    Change.INCONCLUSIVE: "#8A6D00",
    Change.VOID: "#A64D79",
}


def draw(found: Report) -> Figure | None:
    """The figure, worst at the top; None where no case has a ratio."""
    rows = [one for one in shown_findings(found) if one.ratio is not None]
    if not rows:
        return None
    names = [one.case if found.kind == "against" else f"{one.case} {one.quantity}" for one in rows]
    left_in, height_in = 0.15 + max(map(style.text_in, names)), ROW_IN * len(rows)
    figure = style.new_figure(left_in + WIDTH_IN + RIGHT_IN, ABOVE_IN + height_in + BELOW_IN)
    axes = style.add_axes(figure, left_in, ABOVE_IN, WIDTH_IN, height_in)
    style.panel_title(axes, "Head over baseline, with 95 % intervals; the margin is shaded")
    style.below(axes, "change")
    style.name_rows(axes, names)
    _rows(axes, rows)
    return figure


def _rows(axes: Axes, rows: Sequence[Finding]) -> None:
    reach = _reach(rows)
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=style.QUIET, linewidth=0.8, zorder=1)
    spans, colours = [], [COLOURS.get(one.change, style.QUIET) for one in rows]
    for y, one in enumerate(rows):
        assert one.ratio is not None
        half = math.log1p(one.margin)
        axes.add_patch(
            Rectangle((-half, y - 0.4), 2 * half, 0.8, color=style.FAINT, linewidth=0, zorder=0)
        )
        ends = (max(-reach, math.log(max(one.ratio.lo, 1e-9))), min(reach, math.log(one.ratio.hi)))
        spans.append([(end, y) for end in ends])
        middle = math.log(one.ratio.center)
        if abs(middle) <= reach:
            axes.scatter([middle], [y], s=17, color=colours[y], linewidths=0, zorder=3)
        told = f" {SYMBOLS[one.change]} {one.change.value}  {movement(one.ratio)}"
        axes.text(
            reach,
            y,
            told,
            fontsize=style.TINY,
            color=style.darker(colours[y]),
            va="center",
            parse_math=False,
        )
    axes.add_collection(LineCollection(spans, colors=colours, linewidths=1.8), autolim=False)
    places = [place for place in TICKS if abs(math.log1p(place)) <= reach]
    axes.set_xticks(
        [math.log1p(place) for place in places],
        [f"{place:+.0%}" if place else "0" for place in places],
    )


TICKS = (-0.75, -0.5, -0.25, -0.1, -0.05, 0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


def _reach(rows: Sequence[Finding]) -> float:
    """Room for every estimate and margin; much longer intervals extend beyond the edge."""
    middles = [abs(math.log(one.ratio.center)) for one in rows if one.ratio]
    margins = [2 * math.log1p(one.margin) for one in rows]
    return 1.1 * max(LEAST, *middles, *margins)


def write(path: Path, found: Report) -> bool:
    """Draw it into a PNG file; returns whether there was anything to draw. InputError if the file cannot be written."""
    figure = draw(found)
    if figure is None:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png.rendered(figure))
    except OSError as error:
        raise InputError(
            f"cannot write the figure to {path}: {error.strerror}; choose another file"
        ) from error
    return True
