"""How busy each core was over the whole run, with what was measured meanwhile above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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
LEAST_LABEL_IN = 0.062  # of width per character
MARK_COLOURS = (style.BLUE, style.QUIET, style.PURPLE)
BANDS = (style.PALE_GREY, style.GREY)
TIMED = ["began_s", "wall_ns"]


@dataclass(frozen=True)
class Span:
    """A part of the run in which one workload, or one probe, was measured."""

    from_s: float
    to_s: float
    name: str


@lru_cache(maxsize=1)
def spans(tables: Tables) -> list[Span]:
    """The spans of a run in the order of time, in seconds since it began."""
    names: dict[str, str] = {}
    for planned in tables.run.plan:
        item = planned.item
        names[item.id] = item.case.workload if isinstance(item, Comparison) else item.probe
    numbers: dict[str, int] = {}
    frames = (tables.rounds, tables.observations)
    name_numbers = np.concatenate([_numbered(frame["item"], names, numbers) for frame in frames])
    if len(name_numbers) == 0:
        return []
    began_s = np.concatenate([frame["began_s"].to_numpy(dtype=float) for frame in frames])
    ended_s = np.concatenate([frame["wall_ns"].to_numpy(dtype=float) / 1e9 for frame in frames])
    ended_s += began_s
    order = np.argsort(began_s, kind="stable")
    name_numbers = name_numbers[order]
    firsts = np.flatnonzero(np.diff(name_numbers, prepend=-1))
    lasts = np.append(firsts[1:], len(name_numbers)) - 1
    known = list(numbers)
    merged = []
    for first, last in zip(firsts, lasts, strict=True):
        name = known[name_numbers[first]]
        merged.append(Span(float(began_s[order[first]]), float(ended_s[order[last]]), name))
    return merged


def _numbered(
    items: pd.Series[str], names: Mapping[str, str], numbers: dict[str, int]
) -> NDArray[np.int32]:
    """The number of each item's name; new names get the next one in ``numbers``.

    Numbers take a twentieth of the memory of names, which matters in runs of a million rounds.
    """
    item_numbers, distinct = pd.factorize(items)
    of_distinct = []
    for item in distinct:
        name = names.get(item, item)
        of_distinct.append(numbers.setdefault(name, len(numbers)))
    return np.array(of_distinct, dtype=np.int32)[item_numbers]


def marked(tables: Tables, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each bin of time that rounds of cases, rounds of references and probes took.

    Returns:
        Of shape (3, bins).
    """
    rounds = tables.rounds[["role", *TIMED]]  # rows of all columns are large copies
    cases, references = rounds[rounds["role"] == "case"], rounds[rounds["role"] == "reference"]
    widths = np.diff(edges)
    kinds = (cases, references, tables.observations)
    return np.stack([_covered_s(kind, edges) / widths for kind in kinds])


def _covered_s(timed: pd.DataFrame, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds of each bin that were timed; timed spans do not overlap."""
    if timed.empty:
        return np.zeros(len(edges) - 1)
    timed = timed[TIMED].sort_values("began_s", kind="stable")
    starts = timed["began_s"].to_numpy(dtype=float)
    lengths = timed["wall_ns"].to_numpy(dtype=float) / 1e9
    before = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.searchsorted(starts, edges, side="right")
    inside = np.clip(edges - starts[np.maximum(at - 1, 0)], 0, lengths[np.maximum(at - 1, 0)])
    until = np.where(at > 0, before[np.maximum(at - 1, 0)] + inside, 0.0)
    return np.diff(until)


def binned(tables: Tables) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean busy share of each core over time.

    Returns:
        The edges of the bins in seconds, of shape (bins + 1,), and the shares, of shape
        (cores, bins); NaN where nothing was sampled.
    """
    at_s = tables.cores["t_s"].to_numpy(dtype=float)
    busy = tables.cores.drop(columns="t_s").to_numpy(dtype=float)
    bins = max(1, min(BINS, len(at_s) // 2))
    edges = np.linspace(at_s[0], max(at_s[-1], at_s[0] + 1e-3), bins + 1)
    index = np.clip(np.searchsorted(edges, at_s, side="right") - 1, 0, bins - 1)
    counts, sums = [], []
    for of_core in busy.T:
        is_known = np.isfinite(of_core)
        counts.append(np.bincount(index, is_known, bins))
        sums.append(np.bincount(index, np.where(is_known, of_core, 0), bins))
    unknown = np.full((len(sums), bins), np.nan)
    count = np.stack(counts)
    return edges, np.divide(np.stack(sums), count, out=unknown, where=count > 0)


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    if len(tables.cores) < 2 or tables.cores.shape[1] < 2:
        return None
    edges, share = binned(tables)
    cores = len(share)
    heat_in = max(0.7, min(6.0, CORE_IN * cores))
    marks_top_in = 0.12 + BAND_IN
    heat_top_in = marks_top_in + MARKS_IN
    width_in = WIDTH_IN - LEFT_IN - RIGHT_IN
    figure = style.new_figure(WIDTH_IN, heat_top_in + heat_in + 0.42)
    band_axes = style.add_axes(figure, LEFT_IN, 0.08, width_in, BAND_IN)
    marks_axes = style.add_axes(figure, LEFT_IN, marks_top_in, width_in, MARKS_IN - 0.04)
    _marks(marks_axes, marked(tables, edges))
    axes = style.add_axes(figure, LEFT_IN, heat_top_in, width_in, heat_in)
    image = axes.imshow(
        share,
        aspect="auto",
        interpolation="nearest",
        cmap="Blues",
        vmin=0,
        vmax=1,
        extent=(edges[0], edges[-1], cores - 0.5, -0.5),
    )
    style.below(axes, "seconds since the run began")
    ticks = range(0, cores, max(1, cores // 16))
    axes.set_yticks(ticks, [f"core {core}" for core in ticks])
    axes.tick_params(axis="y", length=0)
    _bands(band_axes, spans(tables), (float(edges[0]), float(edges[-1])), width_in)
    scale_left_in = WIDTH_IN - RIGHT_IN + 0.12
    scale_axes = style.add_axes(figure, scale_left_in, heat_top_in, 0.12, heat_in)
    bar = figure.colorbar(image, cax=scale_axes, ticks=[0, 0.5, 1])
    bar.ax.set_yticklabels(["idle", "50 %", "busy"])
    bar.outline.set_visible(False)
    return figure


def _marks(axes: Axes, shares: NDArray[np.float64]) -> None:
    """A stripe each for cases, references and probes, as opaque as they took of the time there."""
    colours = np.array([style.channels(colour) for colour in MARK_COLOURS])
    opaque = np.broadcast_to(colours[:, None, :], (*shares.shape, 3))
    pixels = np.concatenate([opaque, np.clip(shares, 0, 1)[..., None]], axis=2)
    axes.imshow(pixels, aspect="auto", interpolation="nearest", extent=(0, 1, 3, 0))
    axes.set_axis_off()
    for row, name in enumerate(("case", "reference", "probe")):
        axes.annotate(
            name,
            (1, row + 0.5),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.TINY - 1,
            color=style.darker(MARK_COLOURS[row]),
            annotation_clip=False,
        )


def _bands(
    axes: Axes, spans_of_run: list[Span], limits: tuple[float, float], width_in: float
) -> None:
    """A band for each span, with its name where it has room."""
    axes.set_axis_off()
    axes.set_xlim(*limits)
    axes.set_ylim(0, 1)
    boxes = []
    look: dict[str, Any] = {"fontsize": style.TINY, "color": style.INK, "parse_math": False}
    for span in spans_of_run:
        left, right = max(span.from_s, limits[0]), min(span.to_s, limits[1])
        boxes.append([(left, 0), (right, 0), (right, 1), (left, 1)])
        room_in = (right - left) / (limits[1] - limits[0]) * width_in
        if room_in > LEAST_LABEL_IN * len(span.name):
            axes.text((left + right) / 2, 0.46, span.name, ha="center", va="center", **look)
    colours = [BANDS[index % 2] for index in range(len(boxes))]
    axes.add_collection(PolyCollection(boxes, facecolors=colours, linewidths=0), autolim=False)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    if tables.cores.empty:
        return "No core was sampled."
    means = tables.cores.drop(columns="t_s").mean()
    shares = formatting.listed(
        [f"core {core} {formatting.percent(share)}" for core, share in means.items()]
    )
    at_s = tables.cores["t_s"]
    lasted = formatting.duration(float(at_s.iloc[-1] - at_s.iloc[0]))
    order = ", ".join(dict.fromkeys(span.name for span in spans(tables))) or "nothing"
    busy = f"Busy share of each core over {lasted}, on average: {shares}"
    return f"{busy}. Measured in this order: {order}."


CHART = Chart(
    title="Cores over the run",
    stem="core-timeline",
    caption=(
        "Each row is a core of the host, each column a moment of the run; the scale at the "
        "right says how busy it was. The band above names what was being measured, and the "
        "three stripes below it mark when rounds of cases, rounds of their references and "
        "probes ran. One busy row at a time is work that holds the GIL or is serial, all rows "
        "busy is work that runs in parallel. Busy rows where workloads wait are other programs."
    ),
    draw=draw,
    alt=alt,
    order=50,
)
