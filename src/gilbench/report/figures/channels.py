"""How fast messages travel by each channel, and how long one takes there and back, by their size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from gilbench.experiments import messages
from gilbench.experiments.messages import CHANNELS, ROUND_TRIP_SIZES, SIZES, size_name
from gilbench.model import Verdict
from gilbench.report.drawing import series, style
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured

HEIGHT_IN = 2.9
SHAPES = (
    series.Shape("messages a second", 0.62, 3.35, 1.2),
    series.Shape("round trip", 0.62, 2.7, 1.2),
)
GUIDES = (1e7, 1e8, 1e9, 1e10, 1e11)  # bytes a second
MARKS = {
    "pipe": Mark(style.BLUE, "o"),
    "duplex-pipe": Mark(style.SKY, "o", dashed=True),
    "queue": Mark(style.VERMILION, "D"),
    "simple-queue": Mark(style.ORANGE, "D", dashed=True),
    "manager": Mark(style.PURPLE, "^"),
    "shared-memory": Mark(style.GREEN, "s"),
    "thread-queue": Mark(style.QUIET, "v", dashed=True),
}

BySize = dict[int, Measured]


@dataclass(frozen=True)
class Row:
    """Channel → size → what was found, on one target."""

    target: str
    a_second: dict[str, BySize]
    round_trip_us: dict[str, BySize]


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[Row, ...]:
    """What was found on each target that has rates and round trips."""
    found = []
    for launches in series.launches_by_target(tables, messages.experiment):
        rates = {
            channel: launches.by_last_argument(
                SIZES, messages.messages_per_s, channel, unit=" messages/s"
            )
            for channel in CHANNELS
        }
        round_trips = {
            channel: launches.by_last_argument(
                ROUND_TRIP_SIZES, messages.round_trip_us, channel, unit=" µs"
            )
            for channel in CHANNELS
        }
        if any(rates.values()) and any(round_trips.values()):
            found.append(Row(launches.target, rates, round_trips))
    return tuple(found)


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    found = rows(tables)
    if not found:
        return None
    figure, all_axes = series.lay_out([row.target for row in found], SHAPES, HEIGHT_IN)
    rates = series.log_limits(one for row in found for one in _all(row.a_second))
    times = series.log_limits(one for row in found for one in _all(row.round_trip_us))
    for (left, right), row in zip(all_axes, found, strict=True):
        _size_axis(left, SIZES)
        series.log_axis(left, rates, "/s", 1)
        _guides(left)
        _lines(left, row.a_second)
        _size_axis(right, ROUND_TRIP_SIZES)
        series.log_axis(right, times, "s", 1e-6)
        _lines(right, row.round_trip_us)
    return figure


def _all(of_channels: dict[str, BySize]) -> list[Measured]:
    return [one for by_size in of_channels.values() for one in by_size.values()]


def _size_axis(axes: Axes, sizes: Iterable[int]) -> None:
    places = [math.log10(size) for size in sizes]
    axes.set_xlim(places[0] - 0.15, places[-1] + 0.15)
    axes.set_xticks(places, [size_name(size) for size in sizes])
    style.below(axes, "size of a message")


def _lines(axes: Axes, of_channels: dict[str, BySize]) -> None:
    lines = [
        series.Line(
            channel, MARKS[channel], [(math.log10(size), one) for size, one in by_size.items()]
        )
        for channel, by_size in of_channels.items()
    ]
    series.draw_lines(axes, lines, series.log10)


def _guides(axes: Axes) -> None:
    """Lines of equal bytes a second, each named where it enters at the top."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    places = [(math.log10(guide), guide) for guide in GUIDES]
    lines = [[(left, place - left), (right, place - right)] for place, _ in places]
    axes.add_collection(
        LineCollection(lines, colors=style.FAINT, linewidths=0.9, zorder=0), autolim=False
    )
    for place, guide in places:
        if left < place - top < right - 1.2:
            axes.text(
                place - top + 0.08, top - 0.03 * (top - bottom), series.prefixed(guide, "B/s"), fontsize=style.TINY,
                color=style.QUIET, va="center", style="italic",
            )  # fmt: skip


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = [
        f"{channel} on {row.target}: {_ends(row.a_second[channel])}; back again {_ends(row.round_trip_us[channel])}."
        for row in rows(tables)
        for channel in CHANNELS
    ]
    return style.alt_text(
        "How fast messages travel by channel, the smallest and the largest measured.", sentences
    )


def _ends(by_size: BySize) -> str:
    sizes = sorted({*list(by_size)[:1], *list(by_size)[-1:]})
    return ", ".join(f"{size_name(size)} {by_size[size]}" for size in sizes) or "nothing came"


CHART = Chart(
    title="Messages by channel and size",
    stem="channels",
    caption=(
        "Each line is a way to hand messages over; bars are 95 % intervals over launches, often shorter than the mark. "
        "Left, higher is better: messages a second that one process received from another. Along a grey line the same "
        "bytes move each second. Right, lower is better: the median time from sending a message to having it back. "
        "The thread queue leads to a thread of the same process and hands over a reference, without a copy: it is what "
        "a channel costs when nothing has to travel."
    ),
    draw=draw,
    alt=alt,
    order=60,
)
