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
from gilbench.report.drawing import series, style
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured

HEIGHT_IN = 2.3
SHAPES = (
    series.Shape("hold by switch interval", 0.6, 3.1, 1.05),
    series.Shape("hold by cost of an operation, interval 5 ms", 0.6, 3.1, 0.85),
)
CHEAP_MARK, EXPENSIVE_MARK = Mark(style.BLUE, "o"), Mark(style.VERMILION, "D")


@dataclass(frozen=True)
class Hold:
    """The holds of one condition, in ms: a launch's median over launches, every one, and what an operation costs."""

    condition: int
    median_ms: Measured
    every_ms: list[float]
    operation_ns: Measured

    @property
    def interval_ms(self) -> float:
        return 1000 * float(CONDITIONS[self.condition]["interval_s"])

    @property
    def mark(self) -> Mark:
        return EXPENSIVE_MARK if self.condition == EXPENSIVE_AT_5_MS else CHEAP_MARK

    @property
    def operation(self) -> str:
        return series.prefixed(self.operation_ns.center * 1e-9, "s")


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Hold]], ...]:
    """The conditions in which any hold was seen, of each target that has one."""
    found = [
        (of.target, _holds(of)) for of in series.launches_by_target(tables, switching.experiment)
    ]
    return tuple((target, holds) for target, holds in found if holds)


def _holds(launches: series.TargetLaunches) -> list[Hold]:
    holds = []
    for index in range(len(CONDITIONS)):
        median = launches.over_launches(switching.median_hold_ms, index, unit=" ms")
        operation = launches.over_launches(switching.operation_ns, index, unit=" ns")
        if median and operation:
            every_ms = [
                hold for seen in launches.launches for hold in switching.holds_ms(seen, index)
            ]
            holds.append(Hold(index, median, every_ms, operation))
    return holds


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    found = rows(tables)
    if not found:
        return None
    figure, all_axes = series.lay_out([target for target, _ in found], SHAPES, HEIGHT_IN)
    for (left, right), (_, holds) in zip(all_axes, found, strict=True):
        _by_interval(left, holds)
        _by_operation(
            right, [hold for hold in holds if hold.condition in (CHEAP_AT_5_MS, EXPENSIVE_AT_5_MS)]
        )
    return figure


def _by_interval(axes: Axes, holds: Sequence[Hold]) -> None:
    intervals = [1000 * interval_s for interval_s in INTERVALS_S]
    axes.set_xlim(math.log10(intervals[0]) - 0.15, math.log10(intervals[-1]) + 0.15)
    axes.set_xticks([math.log10(one) for one in intervals], [f"{one:g} ms" for one in intervals])
    style.below(axes, "switch interval")
    series.log_axis(
        axes, series.log_limits([hold.median_ms for hold in holds], *intervals), "s", 1e-3
    )
    style.identity(axes, "hold = interval")
    cheap, dear = (
        [hold for hold in holds if (hold.mark is mark)] for mark in (CHEAP_MARK, EXPENSIVE_MARK)
    )
    lines = []
    for group, shift in ((cheap, -0.03), (dear, 0.03)):
        places = [math.log10(hold.interval_ms) + shift for hold in group]
        for x, hold in zip(places, group, strict=True):
            spread = [x + place for place in series.strewn(len(hold.every_ms), 0.05)]
            series.scatter(
                axes, spread, [series.log10(one) for one in hold.every_ms], hold.mark.colour
            )
        if group:
            points = [(x, hold.median_ms) for x, hold in zip(places, group, strict=True)]
            lines.append(series.Line(f"{group[0].operation} each", group[0].mark, points))
    series.draw_lines(axes, lines, series.log10)


def _by_operation(axes: Axes, holds: Sequence[Hold]) -> None:
    """What the claim expects starts at the cheap operations: as many times longer as an operation costs more."""
    if not holds:
        axes.set_axis_off()
        return
    costs = [hold.operation_ns.center for hold in holds]
    dearer = max(costs) / min(costs)
    first = holds[0].median_ms.center
    limits = series.log_limits([hold.median_ms for hold in holds], first / 2, first * dearer)
    series.log_axis(axes, limits, "s", 1e-3)
    series.log_axis(
        axes, series.log_limits([], min(costs) / 2, max(costs) * 2), "s", 1e-9, vertical=False
    )
    style.below(axes, "cost of an operation")
    ends = [math.log10(cost) for cost in (min(costs), max(costs))]
    start = math.log10(first)
    axes.plot(
        ends,
        (start, start + ends[1] - ends[0]),
        color=style.QUIET,
        linewidth=0.7,
        linestyle=(0, (1, 2)),
    )
    look: dict[str, Any] = {
        "fontsize": style.TINY,
        "color": style.QUIET,
        "style": "italic",
        "ha": "right",
        "va": "bottom",
    }
    if dearer > 1:
        axes.text(
            sum(ends) / 2 - 0.06,
            start + (ends[1] - ends[0]) / 2,
            "if released after a\nnumber of operations",
            **look,
        )
    points = [[(math.log10(hold.operation_ns.center), hold.median_ms)] for hold in holds]
    lines = [series.Line("", hold.mark, point) for hold, point in zip(holds, points, strict=True)]
    series.draw_lines(axes, lines, series.log10, named=False)
    for hold, ((x, found),) in zip(holds, points, strict=True):
        text = series.prefixed(found.center * 1e-3, "s")
        axes.annotate(
            text, (x, math.log10(found.center)), xytext=(0, -7), textcoords="offset points", fontsize=style.TINY,
            ha="center", va="top", color=style.darker(hold.mark.colour), annotation_clip=False,
        )  # fmt: skip


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = [
        f"Operations of {hold.operation} at an interval of {hold.interval_ms:g} ms on {target}: {hold.median_ms}."
        for target, holds in rows(tables)
        for hold in holds
    ]
    return style.alt_text("How long a thread holds the GIL while another waits for it.", sentences)


CHART = Chart(
    title="When the GIL changes hands",
    stem="switching",
    caption=(
        "How long one of two CPU-bound threads holds the GIL before the other acquires it, on log scales: "
        "dots are holds, marks the median of a launch with 95 % intervals over launches. Left: on the dotted "
        "line a hold lasts one switch interval. Right: the same interval with operations that cost many "
        "hundred times more. If the GIL were released after a number of operations, the expensive ones would "
        "lie on the dotted line; at the same height, "
        "it is released after a time."
    ),
    draw=draw,
    alt=alt,
    order=110,
)
