"""The verdicts of several targets side by side: one row per claim, one column per target.

It replaces the chart of effects and bounds, which would be too long for several targets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from gilbench.model import Label, Outcome, Verdict
from gilbench.report.drawing import style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import formatting

ROW_IN, ABOVE_IN, EDGE_IN = 0.205, 0.5, 0.08
NAME_POINTS, CELL_POINTS, TARGET_POINTS, LONGEST_NAME = 7.2, 6.6, 9, 64
LEAST_COLUMN_IN, ROOM_IN = 1.1, 0.22  # of a column, and around the text of a cell
HALF = 0.43  # of the height of a row is filled on either side of its centre line
SHADE = 0.24  # opacity of an outcome's colour behind its words, light enough to read them

Board = dict[str, dict[str, Verdict]]


def by_claim(verdicts: Sequence[Verdict]) -> Board:
    """Claim → target → verdict, in the order of the verdicts."""
    board: Board = {}
    for verdict in verdicts:
        board.setdefault(verdict.id, {})[verdict.target] = verdict
    return board


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    board = by_claim(verdicts)
    if not board:
        return None
    targets = [target.id for target in tables.run.targets]
    names = {claim: _name(next(iter(row.values()))) for claim, row in board.items()}
    left_in = EDGE_IN + max(style.text_in(name, NAME_POINTS) for name in names.values())
    widths_in = [style.text_in(_cell(verdict), CELL_POINTS) for verdict in verdicts]
    widths_in += [style.text_in(target, TARGET_POINTS) for target in targets]
    column_in = max(LEAST_COLUMN_IN, max(widths_in) + ROOM_IN)
    width_in, height_in = column_in * len(targets), ROW_IN * len(board)
    figure = style.new_figure(left_in + width_in + EDGE_IN, ABOVE_IN + height_in + EDGE_IN)
    axes = style.add_axes(figure, left_in, ABOVE_IN, width_in, height_in)
    axes.set_xlim(0, len(targets))
    axes.set_xticks([])
    style.name_rows(axes, list(names.values()), NAME_POINTS)
    for side in axes.spines.values():
        side.set_visible(False)
    indent = 0.09 / column_in
    for column, target in enumerate(targets):
        of_target = [verdict for verdict in verdicts if verdict.target == target]
        _heading(axes, (column + indent) / len(targets), target, of_target)
    _cells(axes, board, targets, indent)
    return figure


def _name(verdict: Verdict) -> str:
    return f"{style.cut(verdict.statement, LONGEST_NAME)}   {verdict.id}"


def _cell(verdict: Verdict) -> str:
    """The outcome's symbol, and the effect if there is one."""
    symbol = formatting.SYMBOLS[verdict.label]
    return f"{symbol} {formatting.effect(verdict.estimate)}" if verdict.estimate else symbol


def _heading(axes: Axes, x: float, target: str, verdicts: Sequence[Verdict]) -> None:
    """The target's name, and how many of its verdicts have each outcome."""
    tally = Counter(verdict.label for verdict in verdicts)
    counts = [f"{formatting.SYMBOLS[label]} {tally[label]}" for label in Label if tally[label]]
    bold = {"fontsize": TARGET_POINTS, "fontweight": "bold", "color": style.INK}
    style.above(axes, x, target, off=17, **bold)
    style.above(axes, x, "   ".join(counts), off=5, fontsize=style.TINY, color=style.QUIET)


def _cells(axes: Axes, board: Board, targets: Sequence[str], indent: float) -> None:
    boxes: list[list[tuple[float, float]]] = []
    colours: list[str] = []
    surprising: list[tuple[float, float]] = []
    for y, row in enumerate(board.values()):
        for x, target in enumerate(targets):
            verdict = row.get(target)
            if verdict is None:
                continue
            applies = verdict.verdict != Outcome.NOT_APPLICABLE
            colour = style.INK if applies else style.darker(style.QUIET, 0)
            cell = axes.text(x + indent, y, _cell(verdict), fontsize=CELL_POINTS, parse_math=False)
            cell.set(va="center", color=colour)
            if not applies:
                continue
            right = x + 1 - indent / 2
            boxes.append([(x, y - HALF), (right, y - HALF), (right, y + HALF), (x, y + HALF)])
            colours.append(formatting.OUTCOME_COLOURS[verdict.label])
            if verdict.as_expected is False:
                surprising.append((right, y))
    shades = PolyCollection(boxes, facecolors=colours, alpha=SHADE, linewidths=0)
    axes.add_collection(shades, autolim=False)
    for place in surprising:
        axes.annotate(
            "≠",
            place,
            xytext=(-3, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8,
            fontweight="bold",
            color=style.INK,
        )


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for claim, row in by_claim(verdicts).items():
        outcomes = []
        for target, verdict in row.items():
            effect = f" {formatting.effect(verdict.estimate)}" if verdict.estimate else ""
            surprise = ", not as expected" if verdict.as_expected is False else ""
            outcomes.append(f"{verdict.label.value} on {target}{effect}{surprise}")
        sentences.append(f"{claim}: {'; '.join(outcomes)}.")
    return style.alt_text("The verdicts of every target side by side.", sentences)


MATRIX = Chart(
    title="Verdicts by target",
    stem="verdicts",
    caption=(
        "One row per claim, one column per target: the outcome by its colour and sign (✓ proved, "
        "● held, ✗ refuted, ? inconclusive, – not applicable, ∅ void), then the effect with its "
        "95 % interval. ≠ marks a verdict against the ledger's expectation. Below the name of a "
        "target its verdicts are counted."
    ),
    draw=draw,
    alt=alt,
    order=10,
)
