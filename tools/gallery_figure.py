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
    shown = [entry for _, entry in rows]
    has_gains = any(_gains(entry) for entry in shown)
    figure = Figure(figsize=(9, 0.24 * len(rows) + 1.1), layout="constrained")
    all_axes = figure.subplots(1, 2 if has_gains else 1, sharey=True, squeeze=False)[0]
    _draw_shares(all_axes[0], [share for share, _ in rows])
    titles = [entry.call.title.replace("`", "") for entry in shown]
    all_axes[0].set_yticks(range(len(rows)), titles, fontsize=style.TINY)
    if has_gains:
        _draw_gains(all_axes[1], shown)
    for axes in all_axes:
        axes.grid(axis="y", color=style.FAINT, linewidth=0.5)
        axes.tick_params(labelsize=style.TINY, length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_ylim(-0.7, len(rows) - 0.3)
    return figure


def _draw_shares(axes: Axes, shares: Sequence[Estimate]) -> None:
    for place, share in enumerate(shares):
        _draw_interval(axes, place, share, 100, style.BLUE, "o")
    axes.set_xlabel("holds the GIL, % of its time", fontsize=style.SMALL)
    axes.set_xlim(-3, 103)


def _gains(entry: Entry) -> list[tuple[Estimate, str, str]]:
    """What two threads gain on each build where that is known, with its colour and marker."""
    gains = []
    for answer, colour, marker in (
        (entry.with_gil, style.BLUE, "o"),
        (entry.without_gil, style.VERMILION, "D"),
    ):
        if estimate := threads_gain(answer):
            gains.append((estimate, colour, marker))
    return gains


def _draw_gains(axes: Axes, entries: Sequence[Entry]) -> None:
    for place, entry in enumerate(entries):
        for estimate, colour, marker in _gains(entry):
            _draw_interval(axes, place, estimate, 1, colour, marker)
    label = "speedup of two threads: with the GIL ●, free-threaded ◆"
    axes.set_xlabel(label, fontsize=style.SMALL)
    axes.set_xlim(0, 2.3)
    axes.axvline(1, color=style.QUIET, linewidth=0.7)


def _draw_interval(
    axes: Axes, place: int, estimate: Estimate, scale: float, colour: str, marker: str
) -> None:
    ends = [scale * estimate.lo, scale * estimate.hi]
    axes.plot(ends, [place, place], color=colour, linewidth=1.5, alpha=0.7)
    axes.plot(scale * estimate.center, place, marker, color=colour, markersize=4)
