"""What two threads gain on hashlib and zlib by the size of the buffers.

The libraries release the GIL from some size on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.experiments import release_sweep
from gilbench.experiments.release_sweep import BUFFER_BYTES, FUNCTIONS
from gilbench.model import Verdict
from gilbench.report.drawing import layout, log_axes, series, style
from gilbench.report.drawing.launches import TargetLaunches, drawn_by_target
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured

HEIGHT_IN = 2.0
SHAPES = tuple(layout.Shape(function, 0.5, 3.9, 0.25) for function in FUNCTIONS)
MARKS = {"sha256": Mark(style.BLUE, "o"), "crc32": Mark(style.VERMILION, "D")}
# The largest buffers for which each library keeps the GIL: hashlib's documentation, CPython's
# Modules/zlibmodule.c.
KEPT_UP_TO = {"sha256": (2047, "2047 B"), "crc32": (5120, "5 KiB")}
SIZE_TICKS = {
    512: "512 B",
    2048: "2 KiB",
    8192: "8 KiB",
    32768: "32 KiB",
    131072: "128 KiB",
    1 << 20: "1 MiB",
}
GAIN_TICKS = (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4)

BySize = dict[int, Measured]


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, dict[str, BySize]], ...]:
    """Target, function → size → gain; targets without any gain are left out."""
    return drawn_by_target(tables, release_sweep.experiment, _gains)


def _gains(launches: TargetLaunches) -> dict[str, BySize]:
    """Function → size → gain; empty without any gain."""
    gains = {}
    for function in FUNCTIONS:
        gains[function] = launches.by_last_argument(
            BUFFER_BYTES, release_sweep.thread_gain, function, unit="×"
        )
    return gains if any(gains.values()) else {}


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    measured = rows(tables)
    if not measured:
        return None
    every_gain: list[Measured] = []
    for _, gains in measured:
        for by_size in gains.values():
            every_gain += by_size.values()
    limits = log_axes.log_limits(every_gain, 0.9, 2.5)
    with_gil = _with_gil(tables)
    figure, all_axes = layout.lay_out([target for target, _ in measured], SHAPES, HEIGHT_IN)
    for row, (target, gains) in zip(all_axes, measured, strict=True):
        for axes, (function, by_size) in zip(row, gains.items(), strict=True):
            _axes(axes, limits)
            if target in with_gil:
                _threshold(axes, *KEPT_UP_TO[function])
            points = [(math.log2(size), gain) for size, gain in by_size.items()]
            line = series.Line(function, MARKS[function], points)
            series.draw_lines(axes, [line], log_axes.log10, named=False)
    return figure


def _axes(axes: Axes, limits: tuple[float, float]) -> None:
    axes.set_xlim(math.log2(BUFFER_BYTES[0]) - 0.4, math.log2(BUFFER_BYTES[-1]) + 0.4)
    axes.set_xticks([math.log2(size) for size in SIZE_TICKS], list(SIZE_TICKS.values()))
    style.below(axes, "size of a buffer")
    ticks = [tick for tick in GAIN_TICKS if limits[0] <= math.log10(tick) <= limits[1]]
    axes.set_ylim(*limits)
    axes.set_yticks([math.log10(tick) for tick in ticks], [f"{tick:g}×" for tick in ticks])
    axes.axhline(0, color=style.QUIET, linewidth=0.7)
    axes.axhline(math.log10(2), color=style.QUIET, linewidth=0.7, linestyle=(0, (1, 2)))


def _threshold(axes: Axes, kept_up_to: int, name: str) -> None:
    """The sizes for which the GIL is kept stand on grey, which ends at the largest of them."""
    left, edge, y = axes.get_xlim()[0], math.log2(kept_up_to), 0.97
    axes.axvspan(left, edge, color=style.FAINT, alpha=0.55, linewidth=0, zorder=0)
    place = axes.get_xaxis_transform()
    look: dict[str, Any] = {"fontsize": style.TINY, "color": style.QUIET, "style": "italic"}
    look |= {"va": "top", "transform": place}
    axes.text(edge - 0.12, y, f"GIL kept\nup to {name}", ha="right", **look)
    axes.text(edge + 0.12, y, "GIL released", ha="left", **look)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    with_gil, sentences = _with_gil(tables), []
    for target, gains in rows(tables):
        for function, by_size in gains.items():
            kept = f", GIL kept up to {KEPT_UP_TO[function][1]}" if target in with_gil else ""
            parts = ", ".join(f"{size} B {gain}" for size, gain in by_size.items())
            sentences.append(f"{function} on {target}{kept}: {parts or 'nothing'}.")
    return style.alt_text(
        "Gain of two threads over one for the same bytes, by the size of a buffer.", sentences
    )


def _with_gil(tables: Tables) -> set[str]:
    return {target.id for target in tables.run.targets if target.gil_enabled}


CHART = Chart(
    title="Where libraries release the GIL",
    stem="release",
    caption=(
        "The same bytes in buffers of different sizes, by one thread and by two: how many times "
        "as fast two are, with 95 % intervals over launches. At 1× the second thread gains "
        "nothing, at 2× (dotted) it doubles the speed. Each library has its limit, 2047 bytes in "
        "hashlib and 5 KiB in zlib: up to it, on grey, it keeps the GIL, beyond it, it releases "
        "the GIL."
    ),
    draw=draw,
    alt=alt,
    order=90,
)
