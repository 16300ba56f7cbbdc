"""How long an I/O-bound thread waits to run again alongside CPU-bound threads and processes."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.experiments import wakeup
from gilbench.experiments.wakeup import (
    ALONE,
    INTERVALS_S,
    ONE_PROCESS,
    ONE_THREAD,
    TWO_THREADS,
    WITH_TIMEOUT,
)
from gilbench.model import Verdict
from gilbench.report.drawing import layout, log_axes, series, style
from gilbench.report.drawing.launches import TargetLaunches, drawn_by_target
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured
from gilbench.summary.formatting import plural

HEIGHT_IN = 2.3
INTERVALS_MS = [1000 * interval_s for interval_s in INTERVALS_S]
SHAPES = (
    layout.Shape("wake-ups by CPU-bound work alongside", 1.4, 2.85, 1.5),
    layout.Shape("wake-up by switch interval", 0.65, 2.45, 1.05),
)
ALONE_MARK, PROCESS_MARK = Mark(style.QUIET, "s"), Mark(style.VERMILION, "D")
ONE_MARK, TWO_MARK = Mark(style.BLUE, "o"), Mark(style.PURPLE, "^")
GROUPS = (
    (ONE_THREAD, "1 thread", ONE_MARK),
    (TWO_THREADS, "2 threads", TWO_MARK),
    ([ALONE], "alone", ALONE_MARK),
)
DODGE = 0.025  # of a decade
MOST_DOTS = 100  # of a row: each is an element of the page


@dataclass(frozen=True)
class Wait:
    """The latencies of one condition.

    Attributes:
        samples_ms: Of all launches.
        p50: The median of a launch, over launches.
        p90: The 90th percentile of a launch, over launches.
    """

    condition: dict[str, Any]
    samples_ms: list[float]
    p50: Measured
    p90: Measured

    @property
    def name(self) -> str:
        """The condition in a reader's words, such as ``2 threads, 5 ms``."""
        interval = f"{self.condition['interval_s'] * 1000:g} ms"
        if self.condition in (ALONE, ONE_PROCESS):
            return {"none": "alone", "process": "1 process"}[self.condition["load"]]
        name = f"{plural(self.condition['workers'], 'thread')}, {interval}"
        return f"{name}, timeout" if self.condition == WITH_TIMEOUT else name

    @property
    def mark(self) -> Mark:
        """The mark of the group that the condition is in."""
        for conditions, _, mark in GROUPS:
            if self.condition in conditions:
                return mark
        return ONE_MARK if self.condition == WITH_TIMEOUT else PROCESS_MARK


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Wait]], ...]:
    """The conditions that saw any reply, of each target that has one."""
    return drawn_by_target(tables, wakeup.experiment, _waits)


def _waits(launches: TargetLaunches) -> list[Wait]:
    waits = []
    for condition in wakeup.CONDITIONS:
        p50 = launches.over_launches(wakeup.percentile_ms, condition, 50, unit=" ms")
        p90 = launches.over_launches(wakeup.percentile_ms, condition, wakeup.TAIL, unit=" ms")
        if p50 and p90:
            samples_ms: list[float] = []
            for seen in launches.launches:
                samples_ms += wakeup.latencies_ms(seen, condition)
            waits.append(Wait(condition, samples_ms, p50, p90))
    return waits


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    measured = rows(tables)
    if not measured:
        return None
    figure, all_axes = layout.lay_out([target for target, _ in measured], SHAPES, HEIGHT_IN)
    percentiles: list[Measured] = []
    samples: list[float] = []
    for _, waits in measured:
        for wait in waits:
            percentiles += (wait.p50, wait.p90)
            samples += wait.samples_ms
    sample_limits = log_axes.log_limits(percentiles, min(samples), max(samples))
    percentile_limits = log_axes.log_limits(percentiles, *INTERVALS_MS)
    for (left, right), (_, waits) in zip(all_axes, measured, strict=True):
        _distributions(left, waits, sample_limits)
        _by_interval(right, waits, percentile_limits)
    return figure


def _distributions(axes: Axes, waits: Sequence[Wait], limits: tuple[float, float]) -> None:
    style.name_rows(axes, [wait.name for wait in waits])
    log_axes.log_axis(axes, limits, "s", 1e-3, vertical=False)
    style.below(axes, "from the message to the thread's next step")
    for y, wait in enumerate(waits):
        shown_ms = _shown(wait.samples_ms)
        ys = [y + place for place in series.strewn(len(shown_ms), 0.56)]
        series.scatter(axes, [*map(log_axes.log10, shown_ms)], ys, wait.mark.colour)
    p50s, p90s = [wait.p50 for wait in waits], [wait.p90 for wait in waits]
    longest_ms = [max(wait.samples_ms) for wait in waits]
    marks = [wait.mark for wait in waits]
    colours = [mark.colour for mark in marks]
    edges = [style.darker(colour, 0.4) for colour in colours]
    series.draw_rows(axes, p50s, marks, 0, facecolors="white", edgecolors=edges)
    series.draw_rows(axes, p90s, marks, 0, facecolors=edges, edgecolors=edges)
    strokes: dict[str, Any] = {"s": 22, "marker": "|", "c": style.INK, "zorder": 4}
    axes.scatter([*map(log_axes.log10, longest_ms)], range(len(waits)), **strokes)
    p50s_ms, p90s_ms = [p50.center for p50 in p50s], [p90.center for p90 in p90s]
    series.column(axes, 0.5, "○ p50", [*map(_milliseconds, p50s_ms)], colours)
    series.column(axes, 0.95, "● p90", [*map(_milliseconds, p90s_ms)], colours)
    series.column(axes, 1.4, "| max", [*map(_milliseconds, longest_ms)], colours)


def _shown(samples_ms: Sequence[float]) -> Sequence[float]:
    """The samples to draw: all, or so many at even ranks that their distribution is that of all."""
    if len(samples_ms) <= MOST_DOTS:
        return samples_ms
    ordered = sorted(samples_ms)
    step = len(ordered) / MOST_DOTS
    spread = [ordered[int(step * (rank + 0.5))] for rank in range(MOST_DOTS)]
    # Where dots lie across a row is by their order, which is not to follow their size
    random.Random(0).shuffle(spread)
    return spread


def _milliseconds(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _by_interval(axes: Axes, waits: Sequence[Wait], limits: tuple[float, float]) -> None:
    lines = []
    for rank, (conditions, name, mark) in enumerate(GROUPS):
        p50s, p90s = [], []
        for wait in waits:
            if wait.condition in conditions:
                x = math.log10(1000 * wait.condition["interval_s"]) + DODGE * (rank - 1)
                p50s.append((x, wait.p50))
                p90s.append((x, wait.p90))
        lines.append(series.Line(f"{name}, p90", mark, p90s))
        lines.append(series.Line(f"{name}, p50", replace(mark, dashed=True), p50s))
    axes.set_xlim(math.log10(INTERVALS_MS[0]) - 0.12, math.log10(INTERVALS_MS[-1]) + 0.12)
    axes.set_xticks([*map(math.log10, INTERVALS_MS)], [f"{each:g} ms" for each in INTERVALS_MS])
    style.below(axes, "switch interval")
    log_axes.log_axis(axes, limits, "s", 1e-3)
    style.identity(axes, "latency = interval")
    series.draw_lines(axes, lines, log_axes.log10)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for target, waits in rows(tables):
        for wait in waits:
            longest = f"{_milliseconds(max(wait.samples_ms))} ms of {len(wait.samples_ms)}"
            percentiles = f"p50 {wait.p50}, p90 {wait.p90}"
            sentences.append(f"{wait.name} on {target}: {percentiles}, at most {longest}.")
    return style.alt_text(
        "How long an I/O-bound thread waits to run again, alone and alongside CPU-bound work.",
        sentences,
    )


CHART = Chart(
    title="Wake-up of an I/O thread",
    stem="latency",
    caption=(
        "Time from the moment a message was sent until the thread that waits for it runs, on a "
        "log scale. Left: each dot is one wake-up, of all launches (100 at even ranks where there "
        "are more); the ring is a launch's median and the filled mark its 90th percentile, with "
        "95 % intervals over launches, the stroke is the longest wait of all; the columns give "
        "them in ms. Right: both percentiles against the switch interval; the dotted line is a "
        "wait of one interval. A socket with a timeout waits for the GIL twice. The thread alone "
        "was measured at 5 ms only: there the interval changes nothing."
    ),
    draw=draw,
    alt=alt,
    order=70,
)
