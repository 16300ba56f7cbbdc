"""How long a thread holds the GIL, by the switch interval and by what its operations cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.experiments import switching
from gilbench.experiments.switching import CHEAP_AT_5_MS, CONDITIONS, EXPENSIVE_AT_5_MS, INTERVALS_S
from gilbench.model import Verdict
from gilbench.report.drawing import layout, log_axes, series, style
from gilbench.report.drawing.launches import TargetLaunches, drawn_by_target
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured

HEIGHT_IN = 2.3
SHAPES = (
    layout.Shape("hold by switch interval", 0.6, 3.1, 1.05),
    layout.Shape("hold by cost of an operation, interval 5 ms", 0.6, 3.1, 0.85),
)
CHEAP_MARK, EXPENSIVE_MARK = Mark(style.BLUE, "o"), Mark(style.VERMILION, "D")


@dataclass(frozen=True)
class Hold:
    """How long threads held the GIL in one condition.

    Attributes:
        condition: Its index.
        median_ms: The median of a launch, over launches.
        every_ms: Every hold of every launch.
        operation_ns: What one operation costs.
    """

    condition: int
    median_ms: Measured
    every_ms: list[float]
    operation_ns: Measured

    @property
    def interval_ms(self) -> float:
        """The switch interval in milliseconds."""
        return 1000 * float(CONDITIONS[self.condition]["interval_s"])

    @property
    def mark(self) -> Mark:
        """One mark for operations that are cheap, one for those that are not."""
        return EXPENSIVE_MARK if self.condition == EXPENSIVE_AT_5_MS else CHEAP_MARK

    @property
    def operation(self) -> str:
        """The time of one operation, with its unit."""
        return log_axes.prefixed(self.operation_ns.center * 1e-9, "s")


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Hold]], ...]:
    """The conditions in which any hold was seen, of each target that has one."""
    return drawn_by_target(tables, switching.experiment, _holds)


def _holds(launches: TargetLaunches) -> list[Hold]:
    holds = []
    for index in range(len(CONDITIONS)):
        median = launches.over_launches(switching.median_hold_ms, index, unit=" ms")
        operation = launches.over_launches(switching.operation_ns, index, unit=" ns")
        if median and operation:
            every_ms: list[float] = []
            for seen in launches.launches:
                every_ms += switching.holds_ms(seen, index)
            holds.append(Hold(index, median, every_ms, operation))
    return holds


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    measured = rows(tables)
    if not measured:
        return None
    figure, all_axes = layout.lay_out([target for target, _ in measured], SHAPES, HEIGHT_IN)
    for (left, right), (_, holds) in zip(all_axes, measured, strict=True):
        _by_interval(left, holds)
        at_5_ms = [hold for hold in holds if hold.condition in (CHEAP_AT_5_MS, EXPENSIVE_AT_5_MS)]
        _by_operation(right, at_5_ms)
    return figure


def _by_interval(axes: Axes, holds: Sequence[Hold]) -> None:
    intervals_ms = [1000 * interval_s for interval_s in INTERVALS_S]
    limits = log_axes.log_limits([hold.median_ms for hold in holds], *intervals_ms)
    axes.set_xlim(math.log10(intervals_ms[0]) - 0.15, math.log10(intervals_ms[-1]) + 0.15)
    axes.set_xticks([*map(math.log10, intervals_ms)], [f"{each:g} ms" for each in intervals_ms])
    style.below(axes, "switch interval")
    log_axes.log_axis(axes, limits, "s", 1e-3)
    style.identity(axes, "hold = interval")
    lines = []
    for mark, shift in ((CHEAP_MARK, -0.03), (EXPENSIVE_MARK, 0.03)):
        group = [hold for hold in holds if hold.mark is mark]
        points = []
        for hold in group:
            x = math.log10(hold.interval_ms) + shift
            points.append((x, hold.median_ms))
            xs = [x + place for place in series.strewn(len(hold.every_ms), 0.05)]
            series.scatter(axes, xs, [*map(log_axes.log10, hold.every_ms)], mark.colour)
        if group:
            lines.append(series.Line(f"{group[0].operation} each", mark, points))
    series.draw_lines(axes, lines, log_axes.log10)


def _by_operation(axes: Axes, holds: Sequence[Hold]) -> None:
    """Holds by what an operation costs.

    The line is where they would lie if the GIL were released after a number of operations; it
    starts at the cheap ones.
    """
    if not holds:
        axes.set_axis_off()
        return
    costs_ns = [hold.operation_ns.center for hold in holds]
    cheapest_ns, most_ns = min(costs_ns), max(costs_ns)
    first_ms = holds[0].median_ms.center
    at_number_ms = first_ms * most_ns / cheapest_ns
    limits = log_axes.log_limits([hold.median_ms for hold in holds], first_ms / 2, at_number_ms)
    cost_limits = log_axes.log_limits([], cheapest_ns / 2, most_ns * 2)
    log_axes.log_axis(axes, limits, "s", 1e-3)
    log_axes.log_axis(axes, cost_limits, "s", 1e-9, vertical=False)
    style.below(axes, "cost of an operation")
    xs = math.log10(cheapest_ns), math.log10(most_ns)
    ys = math.log10(first_ms), math.log10(at_number_ms)
    axes.plot(xs, ys, color=style.QUIET, linewidth=0.7, linestyle=(0, (1, 2)))
    if most_ns > cheapest_ns:
        look: dict[str, Any] = {"fontsize": style.TINY, "color": style.QUIET, "style": "italic"}
        text = "if released after a\nnumber of operations"
        axes.text(sum(xs) / 2 - 0.06, sum(ys) / 2, text, ha="right", va="bottom", **look)
    lines = []
    for hold in holds:
        x = math.log10(hold.operation_ns.center)
        lines.append(series.Line("", hold.mark, [(x, hold.median_ms)]))
    series.draw_lines(axes, lines, log_axes.log10, named=False)
    for line in lines:
        _label_point(axes, line)


def _label_point(axes: Axes, line: series.Line) -> None:
    """Write the value of a line's first point below it."""
    x, value = line.points[0]
    axes.annotate(
        log_axes.prefixed(value.center * 1e-3, "s"),
        (x, math.log10(value.center)),
        xytext=(0, -7),
        textcoords="offset points",
        fontsize=style.TINY,
        ha="center",
        va="top",
        color=style.darker(line.mark.colour),
        annotation_clip=False,
    )


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for target, holds in rows(tables):
        for hold in holds:
            interval = f"at an interval of {hold.interval_ms:g} ms"
            condition = f"Operations of {hold.operation} {interval} on {target}"
            sentences.append(f"{condition}: {hold.median_ms}.")
    return style.alt_text("How long a thread holds the GIL while another waits for it.", sentences)


CHART = Chart(
    title="When the GIL changes hands",
    stem="switching",
    caption=(
        "How long one of two CPU-bound threads holds the GIL before the other acquires it, on log "
        "scales: dots are holds, marks the median of a launch with 95 % intervals over launches. "
        "Left: on the dotted line a hold lasts one switch interval. Right: the same interval with "
        "operations that cost many hundred times more. If the GIL were released after a number of "
        "operations, the expensive ones would lie on the dotted line; at the same height, it is "
        "released after a time."
    ),
    draw=draw,
    alt=alt,
    order=110,
)
