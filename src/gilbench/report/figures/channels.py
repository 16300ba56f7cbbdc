"""How fast messages travel by each channel, and how long a round trip takes, by their size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from gilbench.experiments import messages
from gilbench.experiments.messages import (
    CHANNELS,
    FIRST_CHANNELS,
    ROUND_TRIP_SIZES,
    SIZES,
    size_name,
)
from gilbench.model import Verdict
from gilbench.report.drawing import layout, log_axes, series, style
from gilbench.report.drawing.launches import launches_by_target
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured

HEIGHT_IN = 2.9
SHAPES = (
    layout.Shape("messages per second", 0.62, 3.35, 1.2),
    layout.Shape("round trip", 0.62, 2.7, 1.2),
)
GUIDES = (1e7, 1e8, 1e9, 1e10, 1e11)  # bytes per second
MARKS = {
    "pipe": Mark(style.BLUE, "o"),
    "duplex-pipe": Mark(style.SKY, "o", dashed=True),
    "queue": Mark(style.VERMILION, "D"),
    "simple-queue": Mark(style.ORANGE, "D", dashed=True),
    "manager": Mark(style.PURPLE, "^"),
    "shared-memory": Mark(style.GREEN, "s"),
    "thread-queue": Mark(style.QUIET, "v", dashed=True),
    "value-array": Mark(style.GREEN, "s", dashed=True),
}

BySize = dict[int, Measured]
ByChannel = dict[str, BySize]


@dataclass(frozen=True)
class Row:
    """What was measured on one target, by channel and size.

    Attributes:
        rates: Messages per second.
        round_trips: Microseconds.
    """

    target: str
    rates: ByChannel
    round_trips: ByChannel


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[Row, ...]:
    """What was measured on each target that has rates and round trips."""
    measured = []
    knows = {target.id: messages.knows_value_array(target) for target in tables.run.targets}
    for launches in launches_by_target(tables, messages.experiment):
        rates, round_trips = {}, {}
        for channel in CHANNELS if knows[launches.target] else FIRST_CHANNELS:
            rates[channel] = launches.by_last_argument(
                SIZES, messages.messages_per_s, channel, unit=" messages/s"
            )
            round_trips[channel] = launches.by_last_argument(
                ROUND_TRIP_SIZES, messages.round_trip_us, channel, unit=" µs"
            )
        if any(rates.values()) and any(round_trips.values()):
            measured.append(Row(launches.target, rates, round_trips))
    return tuple(measured)


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    measured = rows(tables)
    if not measured:
        return None
    figure, all_axes = layout.lay_out([row.target for row in measured], SHAPES, HEIGHT_IN)
    rate_limits = log_axes.log_limits(_values(row.rates for row in measured))
    time_limits = log_axes.log_limits(_values(row.round_trips for row in measured))
    for (left, right), row in zip(all_axes, measured, strict=True):
        _size_axis(left, SIZES)
        log_axes.log_axis(left, rate_limits, "/s", 1)
        _guides(left)
        _lines(left, row.rates)
        _size_axis(right, ROUND_TRIP_SIZES)
        log_axes.log_axis(right, time_limits, "s", 1e-6)
        _lines(right, row.round_trips)
    return figure


def _values(of_targets: Iterable[ByChannel]) -> list[Measured]:
    values: list[Measured] = []
    for by_channel in of_targets:
        for by_size in by_channel.values():
            values += by_size.values()
    return values


def _size_axis(axes: Axes, sizes: Iterable[int]) -> None:
    places = [math.log10(size) for size in sizes]
    axes.set_xlim(places[0] - 0.15, places[-1] + 0.15)
    axes.set_xticks(places, [size_name(size) for size in sizes])
    style.below(axes, "size of a message")


def _lines(axes: Axes, by_channel: ByChannel) -> None:
    lines = []
    for channel, by_size in by_channel.items():
        points = [(math.log10(size), value) for size, value in by_size.items()]
        lines.append(series.Line(channel, MARKS[channel], points))
    series.draw_lines(axes, lines, log_axes.log10)


def _guides(axes: Axes) -> None:
    """Lines of equal bytes per second, each named where it enters at the top."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    places = [(math.log10(guide), guide) for guide in GUIDES]
    lines = [[(left, place - left), (right, place - right)] for place, _ in places]
    axes.add_collection(
        LineCollection(lines, colors=style.FAINT, linewidths=0.9, zorder=0), autolim=False
    )
    look: dict[str, Any] = {"fontsize": style.TINY, "va": "center", "style": "italic"}
    y = top - 0.03 * (top - bottom)
    for place, guide in places:
        x = place - top
        if left < x < right - 1.2:
            axes.text(x + 0.08, y, log_axes.prefixed(guide, "B/s"), color=style.QUIET, **look)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for row in rows(tables):
        for channel in row.rates:
            rates, round_trips = _ends(row.rates[channel]), _ends(row.round_trips[channel])
            sentences.append(f"{channel} on {row.target}: {rates}; round trip {round_trips}.")
    return style.alt_text(
        "How fast messages travel by channel, the smallest and the largest measured.", sentences
    )


def _ends(by_size: BySize) -> str:
    sizes = sorted({*list(by_size)[:1], *list(by_size)[-1:]})
    return ", ".join(f"{size_name(size)} {by_size[size]}" for size in sizes) or "nothing arrived"


CHART = Chart(
    title="Messages by channel and size",
    stem="channels",
    caption=(
        "Each line is a way to hand messages over; bars are 95 % intervals over launches, often "
        "shorter than the mark. Left, higher is better: messages per second that one process "
        "received from another. Along a grey line the same bytes move each second. Right, lower "
        "is better: the median time from sending a message to having it back. The thread queue "
        "leads to a thread of the same process and hands over a reference, without a copy: it "
        "is what a channel costs when nothing has to travel."
    ),
    draw=draw,
    alt=alt,
    order=60,
)
