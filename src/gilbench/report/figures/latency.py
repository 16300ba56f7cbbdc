"""How long an I/O thread waits to run again alongside CPU-bound threads and processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.experiments import wakeup
from gilbench.experiments.wakeup import ALONE, INTERVALS_S, ONE_PROCESS, ONE_THREAD, TWO_THREADS
from gilbench.model import Verdict
from gilbench.report.drawing import series, style
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured

HEIGHT_IN = 2.3
SHAPES = (
    series.Shape("wake-ups by CPU-bound work alongside", 1.05, 3.2, 1.5),
    series.Shape("wake-up by switch interval", 0.65, 2.45, 1.05),
)
ALONE_MARK, PROCESS_MARK = Mark(style.QUIET, "s"), Mark(style.VERMILION, "D")
ONE_MARK, TWO_MARK = Mark(style.BLUE, "o"), Mark(style.PURPLE, "^")
GROUPS = (
    (ONE_THREAD, "1 thread", ONE_MARK),
    (TWO_THREADS, "2 threads", TWO_MARK),
    ([ALONE], "alone", ALONE_MARK),
)
DODGE = 0.025  # of a decade


@dataclass(frozen=True)
class Wait:
    """The latencies of one condition: each sample, and a launch's median and 99th percentile over launches."""

    condition: dict[str, Any]
    samples_ms: list[float]
    p50: Measured
    p99: Measured

    @property
    def name(self) -> str:
        interval = f"{self.condition['interval_s'] * 1000:g} ms"
        if self.condition in (ALONE, ONE_PROCESS):
            return {"none": "alone", "process": "1 process"}[self.condition["load"]]
        return f"{'1 thread' if self.condition['workers'] == 1 else '2 threads'}, {interval}"

    @property
    def mark(self) -> Mark:
        found = [mark for conditions, _, mark in GROUPS if self.condition in conditions]
        return found[0] if found else PROCESS_MARK


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Wait]], ...]:
    """The conditions that saw any reply, of each target that has one."""
    found = [(of.target, _waits(of)) for of in series.launches_by_target(tables, wakeup.experiment)]
    return tuple((target, waits) for target, waits in found if waits)


def _waits(launches: series.TargetLaunches) -> list[Wait]:
    waits = []
    for condition in wakeup.CONDITIONS:
        p50 = launches.over_launches(wakeup.percentile_ms, condition, 50, unit=" ms")
        p99 = launches.over_launches(wakeup.percentile_ms, condition, 99, unit=" ms")
        if p50 and p99:
            samples_ms: list[float] = []
            for seen in launches.launches:
                samples_ms += wakeup.latencies_ms(seen, condition)
            waits.append(Wait(condition, samples_ms, p50, p99))
    return waits


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    found = rows(tables)
    if not found:
        return None
    figure, all_axes = series.lay_out([target for target, _ in found], SHAPES, HEIGHT_IN)
    every = [wait for _, waits in found for wait in waits]
    percentiles = [one for wait in every for one in (wait.p50, wait.p99)]
    samples = [sample for wait in every for sample in wait.samples_ms]
    limits = series.log_limits(percentiles, min(samples), max(samples))
    middles = series.log_limits(percentiles, *(1000 * interval_s for interval_s in INTERVALS_S))
    for (left, right), (_, waits) in zip(all_axes, found, strict=True):
        _distributions(left, waits, limits)
        _by_interval(right, waits, middles)
    return figure


def _distributions(axes: Axes, waits: Sequence[Wait], limits: tuple[float, float]) -> None:
    style.name_rows(axes, [wait.name for wait in waits])
    series.log_axis(axes, limits, "s", 1e-3, vertical=False)
    style.below(axes, "from the reply to the thread's next step")
    for y, wait in enumerate(waits):
        places = [y + place for place in series.strewn(len(wait.samples_ms), 0.56)]
        series.scatter(
            axes, [series.log10(sample) for sample in wait.samples_ms], places, wait.mark.colour
        )
    marks = [wait.mark for wait in waits]
    colours = [mark.colour for mark in marks]
    edges = [style.darker(colour, 0.4) for colour in colours]
    series.draw_rows(
        axes, [wait.p50 for wait in waits], marks, 0, facecolors="white", edgecolors=edges
    )
    series.draw_rows(
        axes, [wait.p99 for wait in waits], marks, 0, facecolors=edges, edgecolors=edges
    )
    most = [max(wait.samples_ms) for wait in waits]
    axes.scatter(
        [series.log10(one) for one in most],
        range(len(waits)),
        s=22,
        marker="|",
        c=style.INK,
        zorder=4,
    )
    for off_in, heading, values in (
        (0.5, "○ p50", [wait.p50.center for wait in waits]),
        (0.95, "● p99", [wait.p99.center for wait in waits]),
        (1.4, "| max", most),
    ):
        series.column(axes, off_in, heading, [_milliseconds(value) for value in values], colours)


def _milliseconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _by_interval(axes: Axes, waits: Sequence[Wait], limits: tuple[float, float]) -> None:
    lines, intervals = [], [1000 * interval_s for interval_s in INTERVALS_S]
    for rank, (conditions, name, mark) in enumerate(GROUPS):
        mine = [wait for wait in waits if wait.condition in conditions]
        at = [math.log10(1000 * wait.condition["interval_s"]) + DODGE * (rank - 1) for wait in mine]
        for percentile, dashed in (("p99", False), ("p50", True)):
            points = [(x, getattr(wait, percentile)) for x, wait in zip(at, mine, strict=True)]
            lines.append(
                series.Line(f"{name}, {percentile}", Mark(mark.colour, mark.marker, dashed), points)
            )
    axes.set_xlim(math.log10(intervals[0]) - 0.12, math.log10(intervals[-1]) + 0.12)
    axes.set_xticks([math.log10(one) for one in intervals], [f"{one:g} ms" for one in intervals])
    style.below(axes, "switch interval")
    series.log_axis(axes, limits, "s", 1e-3)
    style.identity(axes, "latency = interval")
    series.draw_lines(axes, lines, series.log10)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = [
        f"{wait.name} on {target}: p50 {wait.p50}, p99 {wait.p99}, at most {_milliseconds(max(wait.samples_ms))}"
        f" ms of {len(wait.samples_ms)}."
        for target, waits in rows(tables)
        for wait in waits
    ]
    return style.alt_text(
        "How long an I/O thread waits to run again, alone and alongside CPU-bound work.", sentences
    )


CHART = Chart(
    title="Wake-up of an I/O thread",
    stem="latency",
    caption=(
        "Time from the moment a reply was sent until the thread that waits for it runs, on a log scale. Left: each dot "
        "is one wake-up, of all launches; the ring is a launch's median and the filled mark its 99th percentile, with "
        "95 % intervals over launches, the stroke is the longest wait of all; the columns give them in ms. Right: both "
        "percentiles against the switch interval; the dotted line is a wait of one interval. Alone is measured at 5 ms "
        "only, since nobody is there to switch to."
    ),
    draw=draw,
    alt=alt,
    order=70,
)
