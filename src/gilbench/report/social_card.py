"""``figures/social.png``: what a run says, on a card of the size of a link's preview.

Its letters can be read where it is shown small.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gilbench.model import Outcome, Target, Verdict
from gilbench.report.drawing import png, style
from gilbench.results.tables import Tables
from gilbench.summary import formatting
from gilbench.summary.cases import CaseRow, Measured
from gilbench.summary.headline import CONCLUSIONS, Headline, headline, target_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEM = "social"
DPI, WIDTH, HEIGHT, MARGIN = 100, *png.CARD, 62  # pixels, but for the dots per inch
MOST = 3  # numbers on a card
TITLE_PX, NUMBER_PX, TEXT_PX, SMALL_PX = 53, 92, 29, 25
TITLE_LETTERS, NAME_LETTERS, FOOT_LETTERS = 33, 23, 74  # in a line
USUAL_LETTERS = 5  # of a number at its full size
CLAIM = "A16"
NEUTRAL = "What the GIL costs on this host"
SUBTITLE = "speed over serial code, with its 95 % interval"

# A case, and what it is of.
NamedRow = tuple[CaseRow | None, tuple[str, str]]


@dataclass(frozen=True)
class CardNumber:
    """One measured speedup.

    Attributes:
        measured: The speedup.
        name: What it is of, in two lines.
        colour: Of its strategy.
    """

    measured: Measured
    name: tuple[str, str]
    colour: str


def render(tables: Tables, verdicts: Sequence[Verdict]) -> bytes | None:
    """The file's bytes; None where none of the numbers that make a headline was measured."""
    card_numbers = numbers(tables)
    if not card_numbers:
        return None
    figure = draw(title(tables, verdicts), subtitle(tables), card_numbers, foot(tables))
    return png.encoded(png.image(figure, DPI))


def numbers(tables: Tables) -> list[CardNumber]:
    """The numbers of the card.

    Returns:
        Of one target, several strategies on several workloads; of several, threads on the first
        workload.
    """
    facts = headline(tables)
    if facts is None:
        return []
    named_rows = _of_one_target(facts) if len(facts.targets) == 1 else _of_several_targets(facts)
    marks = style.marks(tables)
    card_numbers = []
    for row, name in named_rows:
        if row is not None and row.speedup is not None:
            colour = marks[row.case.strategy].colour
            card_numbers.append(CardNumber(row.speedup, name, colour))
    return card_numbers[:MOST]


def _of_one_target(facts: Headline) -> list[NamedRow]:
    return [(fact.rows[0], (fact.workers_in_words, fact.subject)) for fact in facts.facts]


def _of_several_targets(facts: Headline) -> list[NamedRow]:
    """The first fact on as many targets as there is room for.

    Those without the GIL come before others, because they are what is new.
    """
    fact = facts.facts[0]
    with_gil: list[NamedRow] = []
    without_gil: list[NamedRow] = []
    for target, row in zip(facts.targets, fact.rows, strict=True):
        if row is not None:
            named_row = row, (fact.workers_in_words, _short_name(target))
            (with_gil if target.gil_enabled else without_gil).append(named_row)
    without_gil = without_gil[:MOST]
    room = MOST - len(without_gil)
    latest = with_gil[-room:] if room else []
    return [*latest, *without_gil]


def _short_name(target: Target) -> str:
    """``3.14.0 without the GIL``: an implementation is named where it is not the usual one."""
    return target_name(target).removeprefix("CPython ")


def title(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    """The verdict on CPU-bound threads, if all targets agree or differ only by their GIL."""
    has_gil = {target.id: target.gil_enabled for target in tables.run.targets}
    outcomes: dict[Outcome, set[bool]] = {}
    for verdict in verdicts:
        if verdict.id == CLAIM and verdict.target in has_gil:
            outcomes.setdefault(verdict.verdict, set()).add(has_gil[verdict.target])
    if outcomes == {Outcome.PROVED: {True}, Outcome.REFUTED: {False}}:
        return "With the GIL, threads gain nothing; without it they do"
    meanings, _ = CONCLUSIONS[CLAIM]
    if len(outcomes) == 1:
        meaning = meanings.get(next(iter(outcomes)))
        if meaning:
            return meaning[0].upper() + meaning[1:]
    return NEUTRAL


def subtitle(tables: Tables) -> str:
    """What the numbers are; where they are those of several targets, on which workload."""
    facts = headline(tables)
    if facts is not None and len(facts.targets) > 1:
        return f"{facts.facts[0].subject}: {SUBTITLE}"
    return f"measured here: {SUBTITLE}"


def foot(tables: Tables) -> str:
    """The host, and what was measured on it."""
    run = tables.run
    if len(run.targets) == 1:
        targets = target_name(run.targets[0])
    else:
        targets = formatting.plural(len(run.targets), "interpreter")
    cores = formatting.plural(run.host.usable_cores, "core")
    text = "  ·  ".join([run.host.model, cores, targets, run.started_utc[:10]])
    return style.cut(text, FOOT_LETTERS)


def draw(heading: str, above: str, card_numbers: Sequence[CardNumber], below: str) -> Figure:
    """The card: a heading, one column per number with its interval, and a line about the host.

    Args:
        heading: Wrapped where it is long.
        above: A line between the heading and the numbers.
        card_numbers: From left to right.
        below: The last line.
    """
    figure = style.new_figure(WIDTH / DPI, HEIGHT / DPI)
    lines = _wrapped(heading, TITLE_LETTERS)
    _put(figure, MARGIN, 44, "gilbench", SMALL_PX, style.QUIET, "bold")
    _put(figure, MARGIN, 88, "\n".join(lines), TITLE_PX, weight="bold")
    top = 112 + 66 * len(lines)
    _put(figure, MARGIN, top, above, TEXT_PX, style.QUIET)
    column = (WIDTH - 2 * MARGIN) / max(len(card_numbers), 2)
    for place, number in enumerate(card_numbers):
        _draw_number(figure, number, MARGIN + place * column, top)
    _put(figure, MARGIN, HEIGHT - 50, below, SMALL_PX - 2, style.QUIET)
    return figure


def _draw_number(figure: Figure, number: CardNumber, left: float, top: float) -> None:
    measured = number.measured
    center = formatting.fixed(measured.center) + measured.unit
    size_px = NUMBER_PX * min(1, USUAL_LETTERS / len(center))
    _put(figure, left - 4, top + 62, center, size_px, style.darker(number.colour, 0), "bold")
    if measured.lo is not None and measured.hi is not None:
        interval = f"[{formatting.fixed(measured.lo)}, {formatting.fixed(measured.hi)}]"
        _put(figure, left, top + 175, interval, TEXT_PX)
    lines: list[str] = []
    for part in number.name:
        lines += _wrapped(part, NAME_LETTERS)
    _put(figure, left, top + 218, "\n".join(lines[:3]), TEXT_PX - 2)


def _wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(text, letters, break_on_hyphens=False)[:3]


def _put(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    size_px: float,
    colour: str = style.INK,
    weight: str = "normal",
) -> None:
    """Put text on the card, its top left corner at a place in pixels."""
    look: dict[str, Any] = {"color": colour, "fontweight": weight, "fontsize": size_px * 72 / DPI}
    look |= {"va": "top", "linespacing": 1.22, "parse_math": False}
    figure.text(x / WIDTH, 1 - y / HEIGHT, text, **look)
