"""The figure of the gallery: the share of its time that each call holds the GIL, and what two threads gain."""

from __future__ import annotations

from collections.abc import Sequence

from gallery_calls import Entry
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.model import Estimate
from gilbench.report.drawing import style
from gilbench.summary.call_advice import CallAdvice

THREADS = ("thread", "thread-pool")


def threads_gain(answer: CallAdvice | None) -> Estimate | None:
    """What two threads gain, the better of plain threads and a pool of them."""
    if answer is None:
        return None
    estimates = [
        way.gain
        for way in answer.ways
        if way.strategy in THREADS and way.workers == 2 and way.gain is not None
    ]
    return max(estimates, key=lambda each: each.center, default=None)


def draw(entries: Sequence[Entry]) -> Figure:
    """A row for each call: the share held, and the gain of two threads where any is known."""
    rows = []
    for entry in entries:
        if entry.with_gil is not None and entry.with_gil.holds_gil is not None:
            rows.append((entry.with_gil.holds_gil, entry))
    rows.sort(key=lambda row: row[0].center)
    builds = [("with_gil", style.BLUE, "o"), ("without_gil", style.VERMILION, "D")]
    has_gains = any(threads_gain(getattr(row[1], build)) for row in rows for build, *_ in builds)
    figure = Figure(figsize=(9, 0.24 * len(rows) + 1.1), layout="constrained")
    all_axes = figure.subplots(1, 2 if has_gains else 1, sharey=True, squeeze=False)[0]
    shares = all_axes[0]
    for place, (share, _) in enumerate(rows):
        _draw_interval(shares, place, share, 100, style.BLUE, "o")
    shares.set_yticks(
        range(len(rows)), [row[1].call.title.replace("`", "") for row in rows], fontsize=style.TINY
    )
    shares.set_xlabel("holds the GIL, % of its time", fontsize=style.SMALL)
    shares.set_xlim(-3, 103)
    if has_gains:
        for place, (_, entry) in enumerate(rows):
            for build, colour, marker in builds:
                if estimate := threads_gain(getattr(entry, build)):
                    _draw_interval(all_axes[1], place, estimate, 1, colour, marker)
        label = "speedup of two threads: with the GIL ●, free-threaded ◆"
        all_axes[1].set_xlabel(label, fontsize=style.SMALL)
        all_axes[1].set_xlim(0, 2.3)
        all_axes[1].axvline(1, color=style.QUIET, linewidth=0.7)
    for axes in all_axes:
        axes.grid(axis="y", color=style.FAINT, linewidth=0.5)
        axes.tick_params(labelsize=style.TINY, length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_ylim(-0.7, len(rows) - 0.3)
    return figure


def _draw_interval(
    axes: Axes, place: int, estimate: Estimate, scale: float, colour: str, marker: str
) -> None:
    ends = [scale * estimate.lo, scale * estimate.hi]
    axes.plot(ends, [place, place], color=colour, linewidth=1.5, alpha=0.7)
    axes.plot(scale * estimate.center, place, marker, color=colour, markersize=4)
