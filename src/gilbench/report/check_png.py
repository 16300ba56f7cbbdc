"""The figure of a check: the ratio of every case with its interval, and the margin shaded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gilbench.check.decision import Change
from gilbench.check.findings import Finding, Report
from gilbench.model import Estimate
from gilbench.report.drawing import png, style
from gilbench.results.files import write_file, writing
from gilbench.summary.check import SYMBOLS, finding_name, movement, shown_findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_IN, WIDTH_IN, RIGHT_IN, ABOVE_IN, BELOW_IN = 0.2, 4.6, 2.9, 0.4, 0.5
LEAST = 0.08  # the axis reaches at least as far in either direction, on the log scale
TICKS = (-0.75, -0.5, -0.25, -0.1, -0.05, 0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
COLOURS = {
    Change.REGRESSED: style.VERMILION,
    Change.IMPROVED: style.BLUE,
    Change.EQUIVALENT: style.GREEN,
    Change.NO_WORSE: style.GREEN,
    Change.INCONCLUSIVE: "#8A6D00",
    Change.VOID: "#A64D79",
}


@dataclass(frozen=True)
class RatioRow:
    """One row of the figure: a finding and its ratio."""

    finding: Finding
    ratio: Estimate

    @property
    def colour(self) -> str:
        """The colour of the finding's kind of change."""
        return COLOURS.get(self.finding.change, style.QUIET)


def draw(report: Report) -> Figure | None:
    """The figure, worst at the top; None where no case has a ratio."""
    findings = [finding for finding in shown_findings(report) if finding.ratio is not None]
    if not findings:
        return None
    names = [finding_name(report, finding) for finding in findings]
    left_in, height_in = 0.15 + max(map(style.text_in, names)), ROW_IN * len(findings)
    figure = style.new_figure(left_in + WIDTH_IN + RIGHT_IN, ABOVE_IN + height_in + BELOW_IN)
    axes = style.add_axes(figure, left_in, ABOVE_IN, WIDTH_IN, height_in)
    style.panel_title(axes, "Head over baseline, with 95 % intervals; the margin is shaded")
    style.below(axes, "change")
    style.name_rows(axes, names)
    _draw_rows(axes, [RatioRow(each, each.ratio) for each in findings if each.ratio])
    return figure


def _draw_rows(axes: Axes, rows: Sequence[RatioRow]) -> None:
    from matplotlib.collections import LineCollection
    from matplotlib.patches import Rectangle

    reach = _reach(rows)
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=style.QUIET, linewidth=0.8, zorder=1)
    intervals, certain = [], []
    for y, row in enumerate(rows):
        margin = math.log1p(row.finding.margin)
        shade: dict[str, Any] = {"color": style.FAINT, "linewidth": 0, "zorder": 0}
        axes.add_patch(Rectangle((-margin, y - 0.4), 2 * margin, 0.8, **shade))
        lo, hi = math.log(max(row.ratio.lo, 1e-9)), math.log(row.ratio.hi)
        intervals.append([(max(-reach, lo), y), (min(reach, hi), y)])
        center = math.log(row.ratio.center)
        if abs(center) <= reach:
            axes.scatter([center], [y], s=17, color=row.colour, linewidths=0, zorder=3)
        if row.finding.limit is not None:
            end = math.log(max(row.finding.limit, 1e-9))
            certain.append([(center, y), (min(max(end, -reach), reach), y)])
        change = row.finding.change
        text = f" {SYMBOLS[change]} {change.value}  {movement(row.ratio)}"
        look: dict[str, Any] = {"fontsize": style.TINY, "va": "center", "parse_math": False}
        axes.text(reach, y, text, color=style.darker(row.colour), **look)
    colours = [row.colour for row in rows]
    axes.add_collection(LineCollection(intervals, colors=colours, linewidths=1.8), autolim=False)
    thin = LineCollection(certain, colors=COLOURS[Change.INCONCLUSIVE], linewidths=0.7)
    axes.add_collection(thin, autolim=False)
    ticks = [tick for tick in TICKS if abs(math.log1p(tick)) <= reach]
    axes.set_xticks([*map(math.log1p, ticks)], [*map(_tick_name, ticks)])


def _tick_name(tick: float) -> str:
    return f"{tick:+.0%}" if tick else "0"


def _reach(rows: Sequence[RatioRow]) -> float:
    """Room for every estimate and margin; much longer intervals extend beyond the edge."""
    centers = [abs(math.log(row.ratio.center)) for row in rows]
    margins = [2 * math.log1p(row.finding.margin) for row in rows]
    return 1.1 * max(LEAST, *centers, *margins)


def write(path: Path, report: Report) -> bool:
    """Draw the figure into a PNG file.

    Returns:
        Whether there was anything to draw.

    Raises:
        InputError: The file cannot be written.
    """
    figure = draw(report)
    if figure is None:
        return False
    with writing(f"the figure to {path}", "choose another file"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, png.rendered(figure))
    return True
