"""The quantities behind the verdicts of one target, each with its interval and the claim's bounds.

For several targets the verdicts are shown side by side instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from gilbench.model import OF_TRIALS, Bound, Estimate, Verdict
from gilbench.report.drawing import series, style
from gilbench.report.drawing.regions import regions
from gilbench.report.figures import Chart, _verdict_matrix
from gilbench.results.tables import Tables
from gilbench.summary import formatting
from gilbench.summary.deciding import deciding_limits

FOREST_IN, RIGHT_IN, ROW_IN = 5.2, 1.3, 0.21
ABOVE_IN, BELOW_IN = 0.32, 0.3
NAME_POINTS, LONGEST_NAME = 7.2, 74
OUTCOME_OFF_IN = 0.09  # from the axes to the outcome of a row
HALF_ROW = 0.42  # of a row's height, above and below its line
# A line of one point takes less time to draw than a scatter plot of one
DOT: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 4.1,
    "markeredgewidth": 0,
    "zorder": 3,
}
TINTS = {True: style.PROVES, False: style.REFUTES}
UNIT_NAMES = {"×": "ratios", OF_TRIALS: "shares of trials", "": "plain numbers"}


@dataclass(frozen=True)
class Row:
    """One quantity that a verdict rests on, its interval, and the claim's bounds for it."""

    verdict: Verdict
    quantity: str
    estimate: Estimate
    bounds: tuple[Bound, ...]


def by_unit(verdicts: Sequence[Verdict]) -> dict[str, list[Row]]:
    """Unit → the quantities that have it, ratios first, in the order of the verdicts."""
    groups: dict[str, list[Row]] = {}
    for verdict in verdicts:
        for row in _rows_of(verdict):
            groups.setdefault(row.estimate.unit, []).append(row)
    return dict(sorted(groups.items(), key=lambda entry: entry[0] != "×"))


def _rows_of(verdict: Verdict) -> Iterator[Row]:
    """Every quantity that the claim's rules test and that was measured."""
    estimates = {piece.quantity: piece.estimate for piece in verdict.evidence}
    for quantity in dict.fromkeys(bound.quantity for bound in verdict.bounds):
        if quantity in estimates:
            yield Row(verdict, quantity, estimates[quantity], verdict.bounds_of(quantity))


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    groups = by_unit(verdicts)
    if not groups:
        return None
    every_row = [*chain.from_iterable(groups.values())]
    left_in = 0.1 + max(style.text_in(_name(row), NAME_POINTS) for row in every_row)
    height_in = ROW_IN * len(every_row) + (ABOVE_IN + BELOW_IN) * len(groups)
    figure = style.new_figure(left_in + FOREST_IN + RIGHT_IN, height_in)
    top_in = 0.0
    for unit, rows in groups.items():
        panel_in = ROW_IN * len(rows)
        axes = style.add_axes(figure, left_in, top_in + ABOVE_IN, FOREST_IN, panel_in)
        style.panel_title(axes, UNIT_NAMES.get(unit, unit.strip()))
        _forest(axes, rows, math.log2 if unit == "×" else float)
        _name_rows(axes, rows)
        top_in += panel_in + ABOVE_IN + BELOW_IN
    return figure


def _forest(axes: Axes, rows: list[Row], scale: Callable[[float], float]) -> None:
    low, high = _limits(rows, scale)
    colours = [formatting.OUTCOME_COLOURS[row.verdict.label] for row in rows]
    axes.set_xlim(low, high)
    axes.axvline(0, color=style.QUIET, linewidth=0.7, zorder=1)
    intervals = []
    for y, row in enumerate(rows):
        lo, hi = scale(row.estimate.lo), scale(row.estimate.hi)
        intervals.append([(max(low, lo), y), (min(high, hi), y)])
    axes.add_collection(LineCollection(intervals, colors=colours, linewidths=1.8), autolim=False)
    _deciding_limits(axes, rows, colours, scale)
    centers = [scale(row.estimate.center) for row in rows]
    for y, (row, center, colour) in enumerate(zip(rows, centers, colours, strict=True)):
        (dot,) = axes.plot([center], [y], color=colour, **DOT)
        sample = formatting.plural(row.estimate.n, row.estimate.sample)
        tip = f"{row.verdict.id}, {row.quantity}: {formatting.effect(row.estimate)}, {sample}"
        limits = deciding_limits(row.bounds, row.verdict.verdict)
        if limits is not None:
            tip += f"; {limits.in_words(row.estimate.unit)}"
        style.with_tip(dot, row.verdict.id, tip)
    _bounds(axes, rows, scale)
    _ticks(axes, low, high, ratio=scale is not float)


def _deciding_limits(
    axes: Axes, rows: list[Row], colours: list[str], scale: Callable[[float], float]
) -> None:
    """A thin line up to where each quantity certainly lies, at the level that decides."""
    low, high = axes.get_xlim()
    lines, line_colours = [], []
    for y, (row, colour) in enumerate(zip(rows, colours, strict=True)):
        center = scale(row.estimate.center)
        for bound in row.bounds:
            if bound.limit is not None and (scale is float or bound.limit > 0):
                end = min(max(scale(bound.limit), low), high)
                lines.append([(center, y), (end, y)])
                line_colours.append(colour)
    axes.add_collection(LineCollection(lines, colors=line_colours, linewidths=0.7), autolim=False)


def _bounds(axes: Axes, rows: list[Row], scale: Callable[[float], float]) -> None:
    """A tint over where each quantity must lie: one to prove, another one to refute."""
    low, high = axes.get_xlim()
    boxes: dict[bool, list[list[tuple[float, float]]]] = {True: [], False: []}
    for y, row in enumerate(rows):
        for region in regions(row.bounds, scale, low, high):
            left, right = max(low, region.left), min(high, region.right)
            top, bottom = y - HALF_ROW, y + HALF_ROW
            box = [(left, top), (right, top), (right, bottom), (left, bottom)]
            boxes[region.proves].append(box)
    for proves, of_kind in boxes.items():
        look: dict[str, Any] = {"facecolors": TINTS[proves], "linewidths": 0, "zorder": 0}
        axes.add_collection(PolyCollection(of_kind, **look), autolim=False)


def _limits(rows: list[Row], scale: Callable[[float], float]) -> tuple[float, float]:
    """Limits with every estimate and bound in sight; much longer intervals are cut."""
    in_sight, ends = [], []
    for row in rows:
        in_sight.append(scale(row.estimate.center))
        in_sight.extend(scale(bound.value) for bound in row.bounds)
        for end in (row.estimate.lo, row.estimate.hi):
            if scale is float or end > 0:
                ends.append(scale(end))
    low, high = min(0.0, *in_sight), max(in_sight)
    room = max(high - low, 0.5)
    low, high = max(low - room, min(low, *ends)), min(high + room, max(high, *ends))
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def _ticks(axes: Axes, low: float, high: float, *, ratio: bool) -> None:
    if ratio:
        places = range(math.ceil(low), math.floor(high) + 1, max(1, math.ceil((high - low) / 8)))
        axes.set_xticks(list(places), [_power_of_two(place) for place in places])


def _power_of_two(exponent: int) -> str:
    """``4×``, ``1/64×``."""
    return f"{2**exponent}×" if exponent >= 0 else f"1/{2**-exponent}×"


def _name(row: Row) -> str:
    return f"{style.cut(row.quantity, LONGEST_NAME)}   {row.verdict.id}"


def _name_rows(axes: Axes, rows: list[Row]) -> None:
    style.name_rows(axes, [_name(row) for row in rows], NAME_POINTS)
    beside = series.right_of(axes, OUTCOME_OFF_IN)
    firsts = [y for y, row in enumerate(rows) if y == 0 or rows[y - 1].verdict is not row.verdict]
    for y in firsts:  # the outcome is shown once per claim
        row = rows[y]
        colour = style.darker(formatting.OUTCOME_COLOURS[row.verdict.label], 0)
        text = f"{formatting.SYMBOLS[row.verdict.label]} {row.verdict.label.value}"
        axes.text(beside, y, text, fontsize=style.TINY, color=colour, va="center")


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for row in chain.from_iterable(by_unit(verdicts).values()):
        effect = formatting.effect(row.estimate)
        outcome = f"{row.verdict.id}, {row.verdict.label.value}"
        sentences.append(f"{outcome}: {row.quantity} {effect}.")
    return style.alt_text(
        "Quantities behind the verdicts, with their intervals and the bounds of the claims.",
        sentences,
    )


CHART = Chart(
    title="Effects against their bounds",
    stem="verdicts",
    caption=(
        "Each row is a quantity that a claim tests: the estimate and its 95 % interval, "
        "coloured by the outcome. Where a row is shaded green the claim is proved, where it is "
        "shaded orange it is refuted. Decisions are corrected for the whole ledger: a thin line "
        "reaches as far as is certain at the level that decides, and must end within the shade."
    ),
    draw=draw,
    alt=alt,
    order=10,
    of_several=_verdict_matrix.MATRIX,
)
