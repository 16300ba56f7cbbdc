"""How busy each core was over the whole run, with what was measured meanwhile above it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from gilbench.model import Comparison, Verdict
from gilbench.report.drawing import style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import formatting

BINS = 900  # about as many as the figure is wide in pixels
WIDTH_IN, LEFT_IN, RIGHT_IN = 10.2, 0.62, 0.75
CORE_IN, BAND_IN, MARKS_IN = 0.34, 0.24, 0.36
LEAST_LABEL_IN = 0.062  # of width a character
MARK_COLOURS = (style.BLUE, style.QUIET, style.PURPLE)
BANDS = ("#d1d5db", "#9ca3af")


@lru_cache(maxsize=1)
def spans(tables: Tables) -> list[tuple[float, float, str]]:
    """Stretches of the run in which one workload (or probe) was measured: (from, to, its name), in seconds."""
    names = {
        one.item.id: one.item.case.workload if isinstance(one.item, Comparison) else one.item.probe
        for one in tables.run.plan
    }
    timed = pd.concat(
        [
            frame[["began_s", "wall_ns", "item"]].astype({"item": object})
            for frame in (tables.rounds, tables.observations)
        ]
    ).sort_values("began_s", kind="stable")
    if timed.empty:
        return []
    items, numbered = np.unique(timed["item"].to_numpy(dtype=str), return_inverse=True)
    known = sorted({names.get(item, item) for item in items})
    name = np.array([known.index(names.get(item, item)) for item in items])[numbered]
    firsts = np.flatnonzero(np.diff(name, prepend=-1))
    lasts = np.append(firsts[1:], len(name)) - 1
    began_s = timed["began_s"].to_numpy(dtype=float)
    ended_s = began_s + timed["wall_ns"].to_numpy(dtype=float) / 1e9
    return [
        (float(began_s[first]), float(ended_s[last]), known[name[first]])
        for first, last in zip(firsts, lasts, strict=True)
    ]


def marked(tables: Tables, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each stretch of time that rounds of a case, rounds of a reference and probes took: shape
    (3, bins)."""
    rounds, seen = tables.rounds, tables.observations
    kinds = [rounds[rounds["role"] == "case"], rounds[rounds["role"] == "reference"], seen]
    widths = np.diff(edges)
    return np.stack([_covered_s(one, edges) / widths for one in kinds])


def _covered_s(timed: pd.DataFrame, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds of each bin that lie in what was timed; what follows each other does not overlap."""
    if timed.empty:
        return np.zeros(len(edges) - 1)
    timed = timed.sort_values("began_s", kind="stable")
    starts = timed["began_s"].to_numpy(dtype=float)
    lengths = timed["wall_ns"].to_numpy(dtype=float) / 1e9
    before = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.searchsorted(starts, edges, side="right")
    inside = np.clip(edges - starts[np.maximum(at - 1, 0)], 0, lengths[np.maximum(at - 1, 0)])
    until = np.where(at > 0, before[np.maximum(at - 1, 0)] + inside, 0.0)
    return np.diff(until)


def binned(tables: Tables) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Edges of time in seconds, shape (bins + 1,), and the mean busy share, shape (cores, bins); NaN where nothing was
    sampled."""
    at_s = tables.cores["t_s"].to_numpy(dtype=float)
    busy = tables.cores.drop(columns="t_s").to_numpy(dtype=float)
    bins = max(1, min(BINS, len(at_s) // 2))
    edges = np.linspace(at_s[0], max(at_s[-1], at_s[0] + 1e-3), bins + 1)
    index = np.clip(np.searchsorted(edges, at_s, side="right") - 1, 0, bins - 1)
    known = np.isfinite(busy)
    counts = np.stack([np.bincount(index, known[:, core], bins) for core in range(busy.shape[1])])
    sums = np.stack(
        [
            np.bincount(index, np.where(known, busy, 0)[:, core], bins)
            for core in range(busy.shape[1])
        ]
    )
    return edges, np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    if len(tables.cores) < 2 or tables.cores.shape[1] < 2:
        return None
    edges, share = binned(tables)
    cores = len(share)
    heat_in = max(0.7, min(6.0, CORE_IN * cores))
    figure = style.new_figure(WIDTH_IN, 0.12 + BAND_IN + MARKS_IN + heat_in + 0.42)
    width_in = WIDTH_IN - LEFT_IN - RIGHT_IN
    band_axes = style.add_axes(figure, LEFT_IN, 0.08, width_in, BAND_IN)
    _marks(
        style.add_axes(figure, LEFT_IN, 0.12 + BAND_IN, width_in, MARKS_IN - 0.04),
        marked(tables, edges),
    )
    axes = style.add_axes(figure, LEFT_IN, 0.12 + BAND_IN + MARKS_IN, width_in, heat_in)
    image = axes.imshow(
        share, aspect="auto", interpolation="nearest", cmap="Blues", vmin=0, vmax=1,
        extent=(edges[0], edges[-1], cores - 0.5, -0.5),
    )  # fmt: skip
    style.below(axes, "seconds since the run began")
    step = max(1, cores // 16)
    axes.set_yticks(range(0, cores, step), [f"core {core}" for core in range(0, cores, step)])
    axes.tick_params(axis="y", length=0)
    _bands(band_axes, spans(tables), (float(edges[0]), float(edges[-1])), width_in)
    scale_axes = style.add_axes(
        figure, WIDTH_IN - RIGHT_IN + 0.12, 0.12 + BAND_IN + MARKS_IN, 0.12, heat_in
    )
    bar = figure.colorbar(image, cax=scale_axes, ticks=[0, 0.5, 1])
    bar.ax.set_yticklabels(["idle", "50 %", "busy"])
    bar.outline.set_visible(False)
    return figure


def _marks(axes: Axes, shares: NDArray[np.float64]) -> None:
    """One row each of rounds of cases, rounds of references and probes, as dense as they were."""
    colours = np.array(
        [[int(one[at : at + 2], 16) / 255 for at in (1, 3, 5)] for one in MARK_COLOURS]
    )
    pixels = np.concatenate(
        [
            np.broadcast_to(colours[:, None, :], (*shares.shape, 3)),
            np.clip(shares, 0, 1)[..., None],
        ],
        axis=2,
    )
    axes.imshow(pixels, aspect="auto", interpolation="nearest", extent=(0, 1, 3, 0))
    axes.set_axis_off()
    for row, name in enumerate(("case", "reference", "probe")):
        axes.annotate(
            name, (1, row + 0.5), xytext=(4, 0), textcoords="offset points", va="center", fontsize=style.TINY - 1,
            color=style.darker(MARK_COLOURS[row]), annotation_clip=False,
        )  # fmt: skip


def _bands(
    axes: Axes,
    stretches: list[tuple[float, float, str]],
    limits: tuple[float, float],
    width_in: float,
) -> None:
    axes.set_axis_off()
    axes.set_xlim(*limits)
    axes.set_ylim(0, 1)
    boxes = [[(lo, 0), (hi, 0), (hi, 1), (lo, 1)] for lo, hi, _ in stretches]
    colours = [BANDS[index % 2] for index in range(len(boxes))]
    axes.add_collection(PolyCollection(boxes, facecolors=colours, linewidths=0), autolim=False)
    for lo, hi, name in stretches:
        if (hi - lo) / (limits[1] - limits[0]) * width_in > LEAST_LABEL_IN * len(name):
            axes.text((lo + hi) / 2, 0.46, name, fontsize=style.TINY, color=style.INK, ha="center", va="center",
                      parse_math=False)  # fmt: skip


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    if tables.cores.empty:
        return "No core was sampled."
    means = tables.cores.drop(columns="t_s").mean()
    shares = formatting.listed([f"core {core} {share:.0%}" for core, share in means.items()])
    lasted = formatting.duration(float(tables.cores["t_s"].iloc[-1] - tables.cores["t_s"].iloc[0]))
    order = ", ".join(dict.fromkeys(name for _, _, name in spans(tables)))
    return f"Busy share of each core over {lasted}, on average: {shares}. Measured in this order: {order or 'nothing'}."


CHART = Chart(
    title="Cores over the run",
    stem="core-timeline",
    caption=(
        "Each row is a core of the host, each column a moment of the run; the scale at the right says how busy it was. "
        "The band above names what was being measured, and the three stripes below it mark when rounds of cases, "
        "rounds of their references and probes ran. One busy row at a time is work that holds the GIL or is serial, "
        "all rows busy is work that runs in parallel. Busy rows where workloads wait are other programs."
    ),
    draw=draw,
    alt=alt,
    order=50,
)
