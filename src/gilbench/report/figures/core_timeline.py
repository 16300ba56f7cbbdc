"""How busy each core was over the whole run, with what was measured meanwhile above it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from gilbench.model import Comparison, Verdict
from gilbench.report import words
from gilbench.report.figures import Chart, _style
from gilbench.results.tables import Tables

BINS = 900  # about as many as the figure is wide in pixels
WIDTH_IN, LEFT_IN, RIGHT_IN = 10.2, 0.62, 0.75
ROWS_IN, CORE_IN, BAND_IN = 0.3, 0.34, 0.24
LEAST_LABEL_IN = 0.062  # of width a character
BANDS = ("#d1d5db", "#9ca3af")


def spans(tables: Tables) -> list[tuple[float, float, str]]:
    """Stretches of the run in which one workload (or probe) was measured: (from, to, its name), in seconds."""
    names = {
        one.item.id: one.item.case.workload if isinstance(one.item, Comparison) else one.item.probe
        for one in tables.run.plan
    }
    rounds, seen = tables.rounds, tables.observations
    timed = [
        *zip(rounds["began_s"], rounds["wall_ns"], rounds["item"], strict=True),
        *zip(seen["began_s"], seen["wall_ns"], seen["item"], strict=True),
    ]
    timed.sort()
    found = []
    for name, group in groupby(timed, key=lambda one: names.get(one[2], one[2])):
        stretch = list(group)
        found.append((float(stretch[0][0]), float(stretch[-1][0] + stretch[-1][1] / 1e9), str(name)))
    return found


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
    sums = np.stack([np.bincount(index, np.where(known, busy, 0)[:, core], bins) for core in range(busy.shape[1])])
    return edges, np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    if len(tables.cores) < 2 or tables.cores.shape[1] < 2:
        return None
    edges, share = binned(tables)
    cores = len(share)
    heat_in = max(0.7, min(6.0, CORE_IN * cores))
    figure = _style.new_figure(WIDTH_IN, 0.12 + BAND_IN + heat_in + 0.42)
    width_in = WIDTH_IN - LEFT_IN - RIGHT_IN
    band_axes = _style.add_axes(figure, LEFT_IN, 0.08, width_in, BAND_IN)
    axes = _style.add_axes(figure, LEFT_IN, 0.12 + BAND_IN, width_in, heat_in)
    image = axes.imshow(
        share, aspect="auto", interpolation="nearest", cmap="Blues", vmin=0, vmax=1,
        extent=(edges[0], edges[-1], cores - 0.5, -0.5),
    )  # fmt: skip
    _style.below(axes, "seconds since the run began")
    step = max(1, cores // 16)
    axes.set_yticks(range(0, cores, step), [f"core {core}" for core in range(0, cores, step)])
    axes.tick_params(axis="y", length=0)
    _bands(band_axes, spans(tables), (float(edges[0]), float(edges[-1])), width_in)
    scale_axes = _style.add_axes(figure, WIDTH_IN - RIGHT_IN + 0.12, 0.12 + BAND_IN, 0.12, heat_in)
    bar = figure.colorbar(image, cax=scale_axes, ticks=[0, 0.5, 1])
    bar.ax.set_yticklabels(["idle", "50 %", "busy"])
    bar.outline.set_visible(False)
    return figure


def _bands(axes: Axes, stretches: list[tuple[float, float, str]], limits: tuple[float, float], width_in: float) -> None:
    axes.set_axis_off()
    axes.set_xlim(*limits)
    axes.set_ylim(0, 1)
    boxes = [[(lo, 0), (hi, 0), (hi, 1), (lo, 1)] for lo, hi, _ in stretches]
    colours = [BANDS[index % 2] for index in range(len(boxes))]
    axes.add_collection(PolyCollection(boxes, facecolors=colours, linewidths=0), autolim=False)
    for lo, hi, name in stretches:
        if (hi - lo) / (limits[1] - limits[0]) * width_in > LEAST_LABEL_IN * len(name):
            axes.text((lo + hi) / 2, 0.46, name, fontsize=_style.TINY, ha="center", va="center", parse_math=False)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    if tables.cores.empty:
        return "No core was sampled."
    means = tables.cores.drop(columns="t_s").mean()
    shares = words.listed([f"core {core} {share:.0%}" for core, share in means.items()])
    lasted = words.duration(float(tables.cores["t_s"].iloc[-1] - tables.cores["t_s"].iloc[0]))
    order = ", ".join(dict.fromkeys(name for _, _, name in spans(tables)))
    return f"Busy share of each core over {lasted}, on average: {shares}. Measured in this order: {order or 'nothing'}."


CHART = Chart(
    title="Cores over the run",
    stem="core-timeline",
    caption=(
        "Each row is a core of the host, each column a moment of the run; the scale at the right says how busy it was. "
        "The band above names what was being measured. One busy row at a time is work that holds the GIL or is serial, "
        "all rows busy is work that runs in parallel. Busy rows where workloads wait are other programs."
    ),
    draw=draw,
    alt=alt,
    order=50,
)
