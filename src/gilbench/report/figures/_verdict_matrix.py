"""The verdicts of several targets side by side: a row a claim, a column a target. What takes the place of the effects
against their bounds, which of several targets would be as long as a roll of paper."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from gilbench.model import Outcome, Verdict
from gilbench.report.drawing import style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import formatting

ROW_IN, ABOVE_IN, EDGE_IN = 0.205, 0.5, 0.08
NAME_POINTS, CELL_POINTS, LONGEST_NAME = 7.2, 6.6, 64
LEAST_COLUMN_IN, ROOM_IN = 1.1, 0.22  # of a column, and beside the text of a cell
HALF = 0.43  # of the height of a row is filled at either side of its middle
SHADE = 0.24  # opacity of an outcome's colour behind its words, which are as dark on it as anywhere

Board = dict[str, dict[str, Verdict]]


def by_claim(verdicts: Sequence[Verdict]) -> Board:
    """Claim → target → verdict, in the order of the verdicts."""
    found: Board = {}
    for one in verdicts:
        found.setdefault(one.id, {})[one.target] = one
    return found


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    board = by_claim(verdicts)
    if not board:
        return None
    targets = [target.id for target in tables.run.targets]
    names = {claim: _name(next(iter(row.values()))) for claim, row in board.items()}
    left_in = EDGE_IN + max(style.text_in(name, NAME_POINTS) for name in names.values())
    longest = max(style.text_in(_told(one), CELL_POINTS) for one in verdicts)
    column_in = max(LEAST_COLUMN_IN, longest + ROOM_IN, *(style.text_in(target, 9) + ROOM_IN for target in targets))
    height_in = ROW_IN * len(board)
    figure = style.new_figure(left_in + column_in * len(targets) + EDGE_IN, ABOVE_IN + height_in + EDGE_IN)
    axes = style.add_axes(figure, left_in, ABOVE_IN, column_in * len(targets), height_in)
    axes.set_xlim(0, len(targets))
    axes.set_xticks([])
    style.name_rows(axes, list(names.values()), NAME_POINTS)
    for side in axes.spines.values():
        side.set_visible(False)
    indent = 0.09 / column_in
    for column, target in enumerate(targets):
        _heading(
            axes, (column + indent) / len(targets), target, [row[target] for row in board.values() if target in row]
        )
    _cells(axes, board, targets, indent)
    return figure


def _name(verdict: Verdict) -> str:
    return f"{style.cut(verdict.statement, LONGEST_NAME)}   {verdict.id}"


def _told(verdict: Verdict) -> str:
    """The outcome's symbol and the effect; where nothing was asked, the symbol alone."""
    symbol = formatting.SYMBOLS[verdict.verdict]
    return f"{symbol} {formatting.effect(verdict.estimate)}" if verdict.estimate else symbol


def _heading(axes: Axes, x: float, target: str, verdicts: Sequence[Verdict]) -> None:
    """The target's name, and how many of its verdicts came out how."""
    tally = [(formatting.SYMBOLS[outcome], sum(one.verdict == outcome for one in verdicts)) for outcome in Outcome]
    style.above(axes, x, target, off=17, fontsize=9, fontweight="bold", color=style.INK)
    counts = "   ".join(f"{symbol} {number}" for symbol, number in tally if number)
    style.above(axes, x, counts, off=5, fontsize=style.TINY, color=style.QUIET)


def _cells(axes: Axes, board: Board, targets: Sequence[str], indent: float) -> None:
    boxes: list[list[tuple[float, float]]] = []
    colours: list[str] = []
    surprising: list[tuple[float, float]] = []
    for y, row in enumerate(board.values()):
        for x, target in enumerate(targets):
            if (one := row.get(target)) is None:
                continue
            asked = one.verdict != Outcome.NOT_APPLICABLE
            colour = style.INK if asked else style.darker(style.QUIET, 0)
            axes.text(x + indent, y, _told(one), fontsize=CELL_POINTS, va="center", color=colour, parse_math=False)
            if not asked:
                continue
            right = x + 1 - indent / 2
            boxes.append([(x, y - HALF), (right, y - HALF), (right, y + HALF), (x, y + HALF)])
            colours.append(formatting.OUTCOME_COLOURS[one.verdict])
            if one.as_expected is False:
                surprising.append((right, y))
    axes.add_collection(PolyCollection(boxes, facecolors=colours, alpha=SHADE, linewidths=0), autolim=False)
    for place in surprising:
        axes.annotate("≠", place, xytext=(-3, 0), textcoords="offset points", ha="right", va="center", fontsize=8,
                      fontweight="bold", color=style.INK)  # fmt: skip


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = []
    for claim, row in by_claim(verdicts).items():
        told = [
            f"{one.verdict.value} on {target}{f' {formatting.effect(one.estimate)}' if one.estimate else ''}"
            f"{', not as expected' if one.as_expected is False else ''}"
            for target, one in row.items()
        ]
        sentences.append(f"{claim}: {'; '.join(told)}.")
    return style.told("The verdicts of every target side by side.", sentences)


MATRIX = Chart(
    title="Verdicts by target",
    stem="verdicts",
    caption=(
        "A row a claim, a column a target: the outcome by its colour and sign (✓ proved, ✗ refuted, ? inconclusive, "
        "– not applicable, ∅ void), then what was measured first for it, with its 95 % interval. ≠ stands where a "
        "target decided otherwise than the ledger expected. Below the name of a target its verdicts are counted."
    ),
    draw=draw,
    alt=alt,
    order=10,
)
