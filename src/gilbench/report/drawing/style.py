"""What all figures share: colour and mark of each strategy, sizes of text, axes, places.

It uses matplotlib's objects only: importing pyplot takes as long as drawing a figure, and pyplot
keeps global state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gilbench.results.tables import Tables

DPI = 110
INK, QUIET, FAINT = "#1f2328", "#6b7280", "#e5e7eb"
PALE_GREY, GREY = "#d1d5db", "#9ca3af"  # of areas
PROVES, REFUTES = "#c4ebdd", "#ffdcc2"  # grounds, for what lies where a claim is proved
TIP, PART = "tip:", "part:"  # how the identifiers of marks begin that the page knows
LEAST_CONTRAST = 4.5  # of text, to its ground: WCAG 2.1, level AA
SMALL, TINY = 8.0, 7.0  # points
# Okabe and Ito (2008), without the yellow that is too pale for a line on white.
BLUE, SKY, VERMILION, ORANGE, PURPLE, GREEN = (
    "#0072B2",
    "#56B4E9",
    "#D55E00",
    "#E69F00",
    "#CC79A7",
    "#009E73",
)


@dataclass(frozen=True)
class Mark:
    """How a strategy looks, in every figure of every run."""

    colour: str
    marker: str
    dashed: bool = False


KNOWN = {
    "serial": Mark(QUIET, "s"),
    "thread": Mark(BLUE, "o"),
    "thread-subclass": Mark(SKY, "o", dashed=True),
    "process": Mark(VERMILION, "D"),
    "process-subclass": Mark(ORANGE, "D", dashed=True),
    "pool": Mark(PURPLE, "^"),
    "asyncio": Mark(GREEN, "v"),
}
FURTHER = tuple(
    Mark(colour, marker)
    for marker, colour in product("PX*h", (GREEN, PURPLE, ORANGE, SKY, BLUE, VERMILION))
)


def marks(tables: Tables) -> dict[str, Mark]:
    """Strategy → look.

    Strategies that are not KNOWN take the further looks in alphabetical order of all that the
    targets offer, so that a strategy looks the same in every figure of a run.
    """
    names = {comparison.case.strategy for comparison in tables.comparisons}
    for target in tables.run.targets:
        names.update(strategy.name for strategy in target.description.strategies)
    others = sorted(names - set(KNOWN))
    return KNOWN | {name: FURTHER[index % len(FURTHER)] for index, name in enumerate(others)}


def new_figure(width_in: float, height_in: float) -> Figure:
    """A white figure with its canvas.

    Nothing lays it out: every chart places its axes itself, which is much faster.
    """
    figure = Figure(figsize=(width_in, height_in), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def add_axes(
    figure: Figure, left_in: float, top_in: float, width_in: float, height_in: float
) -> Axes:
    """Axes at a place given in inches from the left and from the top of the figure."""
    width, height = figure.get_size_inches()
    place = (
        left_in / width,
        1 - (top_in + height_in) / height,
        width_in / width,
        height_in / height,
    )
    axes = figure.add_axes(place)
    axes.patch.set_visible(False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(QUIET)
        axes.spines[side].set_linewidth(0.6)
    axes.tick_params(labelsize=TINY, colors=QUIET, width=0.6, length=2.5, pad=2)
    return axes


def panel_title(axes: Axes, text: str, detail: str = "") -> None:
    """A heading at the left above the axes, and a quiet detail at its right end."""
    above(axes, 0, text, fontsize=9, fontweight="bold", color=INK)
    if detail:
        above(axes, 1, detail, fontsize=TINY, color=QUIET, ha="right")


def above(axes: Axes, x: float, text: str, off: float = 6, **look: Any) -> None:
    """Text just above the axes; matplotlib's own titles search for room, which takes long.

    Args:
        axes: What it stands above.
        x: Where it begins, as a share of the axes' width.
        text: Shown as it is.
        off: Its distance in points.
        look: Of the text, in matplotlib's words.
    """
    axes.annotate(
        text,
        (x, 1),
        xytext=(0, off),
        textcoords="offset points",
        xycoords="axes fraction",
        annotation_clip=False,
        parse_math=False,
        **look,
    )


def below(axes: Axes, text: str) -> None:
    """What the horizontal axis counts, below its tick labels."""
    axes.annotate(
        text,
        (0.5, 0),
        xytext=(0, -15),
        textcoords="offset points",
        xycoords="axes fraction",
        ha="center",
        va="top",
        fontsize=TINY,
        color=QUIET,
        annotation_clip=False,
    )


def name_rows(axes: Axes, names: Sequence[str], size: float = TINY) -> None:
    """A row for each name, from the top down.

    The names are plain text, which is drawn in half the time of ticks with labels.
    """
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks([])
    left, place = -0.05 * DPI / axes.bbox.width, axes.get_yaxis_transform()
    look: dict[str, Any] = {
        "fontsize": size,
        "color": INK,
        "ha": "right",
        "va": "center",
        "transform": place,
    }
    for y, name in enumerate(names):
        axes.text(left, y, name, parse_math=False, **look)


def identity(axes: Axes, name: str) -> None:
    """A dotted line where both axes have the same value, with its name below it.

    The limits of the axes are set already.
    """
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    low, high = max(left, bottom), min(right, top)
    axes.plot((low, high), (low, high), color=QUIET, linewidth=0.7, linestyle=(0, (1, 2)))
    at = low + 0.22 * (high - low)
    axes.annotate(name, (at, at), xytext=(6, -3), textcoords="offset points", va="top",
                  fontsize=TINY, color=QUIET, style="italic")  # fmt: skip


def cut(text: str, longest: int) -> str:
    """A text of so many letters at most, with an ellipsis for what is left out."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def text_in(text: str, size: float = TINY) -> float:
    """About how wide a text is, in inches: DejaVu Sans is 0.56 of its size wide on average."""
    return len(text) * 0.56 * size / 72


def darker(colour: str, share: float = 0.25) -> str:
    """A colour for text on white, as much darker as it takes to read it.

    Args:
        colour: That of a line or dot, which is too pale for letters.
        share: How much darker it is at least, from 0 to 1.
    """
    while share < 1:
        dark = as_hex(tuple(channel * (1 - share) for channel in channels(colour)))
        if contrast(dark, "#ffffff") >= LEAST_CONTRAST:
            return dark
        share += 0.05
    return INK


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.1)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def as_hex(colour: tuple[float, ...]) -> str:
    """``#0072b2``: a colour of red, green and blue from 0 to 1."""
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in colour)


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue, from 0 to 1."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = map(_linear, channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def with_tip(artist: Artist, series: str, text: str) -> None:
    """Give a mark of a figure the words that the page shows when it is pointed at.

    Args:
        artist: The mark.
        series: What it belongs to, which the page can follow through its figures.
        text: The exact value, with its interval and sample.
    """
    artist.set_gid(f"{TIP}{series}|{text}")


def as_part_of(artist: Artist, series: str) -> None:
    """Say which series a line or a name belongs to."""
    artist.set_gid(f"{PART}{series}")


def spread_out(wanted: Iterable[float], gap: float) -> list[float]:
    """Places for labels near the wanted ones, in the same order, no two nearer than ``gap``."""
    values = list(wanted)
    order = sorted(range(len(values)), key=values.__getitem__)
    clusters: list[list[int]] = []
    for index in order:
        clusters.append([index])
        while len(clusters) > 1 and _top(clusters[-2], values, gap) + gap > _bottom(
            clusters[-1], values, gap
        ):
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    placed = values[:]
    for cluster in clusters:
        start = _bottom(cluster, values, gap)
        for rank, index in enumerate(cluster):
            placed[index] = start + rank * gap
    return placed


def _bottom(cluster: list[int], values: list[float], gap: float) -> float:
    middle = sum(values[index] for index in cluster) / len(cluster)
    return middle - gap * (len(cluster) - 1) / 2


def _top(cluster: list[int], values: list[float], gap: float) -> float:
    return _bottom(cluster, values, gap) + gap * (len(cluster) - 1)


def alt_text(subject: str, sentences: Iterable[str]) -> str:
    """An alternative text: what the figure is about, then its numbers."""
    return " ".join([subject, *sentences])
