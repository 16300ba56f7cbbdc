"""The quantities on which the verdicts of one target rest, each with its interval and the bounds that it is held
against; of several targets the verdicts stand side by side instead."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from gilbench.model import OF_TRIALS, Bound, Estimate, Verdict
from gilbench.report.drawing import style
from gilbench.report.figures import Chart, _verdict_matrix
from gilbench.results.tables import Tables
from gilbench.summary import formatting

FOREST_IN, RIGHT_IN, ROW_IN = 5.2, 1.3, 0.21
ABOVE_IN, BELOW_IN = 0.32, 0.3
NAME_POINTS, LONGEST_NAME = 7.2, 74
UNIT_NAMES = {"×": "ratios", OF_TRIALS: "shares of trials", "": "plain numbers"}


@dataclass(frozen=True)
class Row:
    """One quantity on which a verdict rests, its interval, and the bounds that the claim sets for it."""

    verdict: Verdict
    quantity: str
    estimate: Estimate
    bounds: tuple[Bound, ...]


def by_unit(verdicts: Sequence[Verdict]) -> dict[str, list[Row]]:
    """Unit → what was measured in it, ratios first, in the order of the verdicts."""
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


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    groups = by_unit(verdicts)
    if not groups:
        return None
    top = 0.0
    names = {unit: [_name(row) for row in rows] for unit, rows in groups.items()}
    left_in = 0.1 + max(style.text_in(name, NAME_POINTS) for of_unit in names.values() for name in of_unit)
    heights = [ROW_IN * len(rows) for rows in groups.values()]
    figure = style.new_figure(left_in + FOREST_IN + RIGHT_IN, sum(h + ABOVE_IN + BELOW_IN for h in heights))
    for (unit, rows), height in zip(groups.items(), heights, strict=True):
        axes = style.add_axes(figure, left_in, top + ABOVE_IN, FOREST_IN, height)
        style.panel_title(axes, UNIT_NAMES.get(unit, unit.strip()))
        _forest(axes, rows, math.log2 if unit == "×" else float)
        _name_rows(axes, rows, names[unit])
        top += height + ABOVE_IN + BELOW_IN
    return figure


def _forest(axes: Axes, rows: list[Row], scale: Callable[[float], float]) -> None:
    low, high = _limits(rows, scale)
    colours = [formatting.OUTCOME_COLOURS[row.verdict.verdict] for row in rows]
    axes.set_xlim(low, high)
    axes.axvline(0, color=style.FAINT, linewidth=1.0, zorder=0)
    spans = [
        [(max(low, scale(row.estimate.lo)), y), (min(high, scale(row.estimate.hi)), y)] for y, row in enumerate(rows)
    ]
    axes.add_collection(LineCollection(spans, colors=colours, linewidths=1.8), autolim=False)
    axes.scatter(
        [scale(row.estimate.center) for row in rows], range(len(rows)), s=17, c=colours, linewidths=0, zorder=3
    )
    _bounds(axes, rows, scale)
    _ticks(axes, low, high, ratio=scale is not float)


def _bounds(axes: Axes, rows: list[Row], scale: Callable[[float], float]) -> None:
    """A tick at each bound with an arrow to the side asked for: filled for proving, hollow for refuting."""
    places = [(scale(bound.value), y, bound) for y, row in enumerate(rows) for bound in row.bounds]
    ticks = [[(x, y - 0.36), (x, y + 0.36)] for x, y, _ in places]
    axes.add_collection(LineCollection(ticks, colors=style.INK, linewidths=0.8), autolim=False)
    for proves in (True, False):
        for above, marker in ((True, ">"), (False, "<")):
            here = [(x, y) for x, y, bound in places if (bound.proves, bound.above) == (proves, above)]
            if here:
                shift = 0.018 * (axes.get_xlim()[1] - axes.get_xlim()[0]) * (1 if above else -1) / 2
                axes.scatter(
                    [x + shift for x, _ in here], [y + (-0.2 if proves else 0.2) for _, y in here], s=9, marker=marker,
                    facecolors=style.INK if proves else "white", edgecolors=style.INK, linewidths=0.6, zorder=2,
                )  # fmt: skip


def _limits(rows: list[Row], scale: Callable[[float], float]) -> tuple[float, float]:
    """Room for every middle and bound, and for intervals as far as they are no longer than all of that."""
    fixed = [scale(value) for row in rows for value in (row.estimate.center, *(bound.value for bound in row.bounds))]
    low, high = min(0.0, *fixed), max(fixed)
    room = max(high - low, 0.5)
    ends = [scale(end) for row in rows for end in (row.estimate.lo, row.estimate.hi) if scale is float or end > 0]
    low, high = max(low - room, min(low, *ends)), min(high + room, max(high, *ends))
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


def _ticks(axes: Axes, low: float, high: float, *, ratio: bool) -> None:
    if ratio:
        places = range(math.ceil(low), math.floor(high) + 1, max(1, math.ceil((high - low) / 8)))
        axes.set_xticks(list(places), [f"{2.0**place:g}×" for place in places])


def _name(row: Row) -> str:
    return f"{style.cut(row.quantity, LONGEST_NAME)}   {row.verdict.id}"


def _name_rows(axes: Axes, rows: list[Row], names: list[str]) -> None:
    style.name_rows(axes, names, NAME_POINTS)
    right = axes.get_xlim()[1]
    firsts = [y for y, row in enumerate(rows) if y == 0 or rows[y - 1].verdict is not row.verdict]
    for y in firsts:  # what rows of one claim have in common is said once
        row = rows[y]
        colour = style.darker(formatting.OUTCOME_COLOURS[row.verdict.verdict], 0)
        text = f" {formatting.SYMBOLS[row.verdict.verdict]} {row.verdict.verdict.value}"
        axes.text(right, y, text, fontsize=style.TINY, color=colour, va="center")


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    rows = [row for group in by_unit(verdicts).values() for row in group]
    sentences = [
        f"{row.verdict.id}, {row.verdict.verdict.value}: {row.quantity} {formatting.effect(row.estimate)}."
        for row in rows
    ]
    return style.told("Quantities behind the verdicts, with their intervals and the bounds asked for.", sentences)


CHART = Chart(
    title="Effects against their bounds",
    stem="verdicts",
    caption=(
        "Each row is a quantity that a claim asks about: a dot with its 95 % interval, coloured by its outcome. "
        "Ticks are the bounds, their arrows point to the side that was asked for, filled to prove the claim, hollow to "
        "refute it. A claim is decided where the evidence keeps clear of a bound, corrected for the whole ledger, and "
        "so at a stricter level than the interval shown."
    ),
    draw=draw,
    alt=alt,
    order=10,
    of_several=_verdict_matrix.MATRIX,
)
