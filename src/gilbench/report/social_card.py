"""``figures/social.png``: what a run says on a card of the size that a link's preview has, in letters that can still be
read where it is shown small."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from gilbench.model import Outcome, Target, Verdict
from gilbench.report.drawing import png, style
from gilbench.results.tables import Tables
from gilbench.summary import formatting
from gilbench.summary.cases import CaseRow, Measured
from gilbench.summary.headline import CONCLUSIONS, Headline, headline, target_name

STEM = "social"
DPI, WIDTH, HEIGHT, MARGIN = 100, *png.CARD, 62  # pixels, but for the dots an inch
MOST = 3  # numbers on a card
TITLE_PX, NUMBER_PX, TEXT_PX, SMALL_PX = 53, 92, 29, 25
TITLE_LETTERS, NAME_LETTERS, FOOT_LETTERS = 33, 23, 74  # in a line
USUAL_LETTERS = 5  # of a number at its full size
CLAIM = "A16"
NEUTRAL = "What the GIL costs on this host"
SUBTITLE = "speed over serial code, with its 95 % interval"


@dataclass(frozen=True)
class Number:
    """One measured speedup, what it is of, line by line, and the colour of its strategy."""

    measured: Measured
    name: tuple[str, str]
    colour: str


def render(tables: Tables, verdicts: Sequence[Verdict]) -> bytes | None:
    """The file's bytes; None where none of the numbers that make a headline was measured."""
    found = numbers(tables)
    if not found:
        return None
    return png.encoded(
        png.image(draw(title(tables, verdicts), subtitle(tables), found, foot(tables)), DPI)
    )


def numbers(tables: Tables) -> list[Number]:
    """Of one target what several strategies made of several works; of several, what threads made of the first work."""
    seen = headline(tables)
    if seen is None:
        return []
    told = _of_one(seen) if len(seen.targets) == 1 else _of_several(seen)
    marks = style.marks(tables)
    return [
        Number(row.speedup, name, marks[row.case.strategy].colour)
        for row, name in told
        if row is not None and row.speedup is not None
    ][:MOST]


def _of_one(seen: Headline) -> list[tuple[CaseRow | None, tuple[str, str]]]:
    return [(fact.rows[0], (fact.workers_in_words, fact.subject)) for fact in seen.facts]


def _of_several(seen: Headline) -> list[tuple[CaseRow | None, tuple[str, str]]]:
    """The first fact on as many targets as there is room for; those without the GIL stay, because they are new."""
    fact = seen.facts[0]
    known = [
        (target, row)
        for target, row in zip(seen.targets, fact.rows, strict=True)
        if row is not None
    ]
    lacking = [one for one in known if not one[0].gil_enabled][:MOST]
    room = MOST - len(lacking)
    having = [one for one in known if one[0].gil_enabled][-room:] if room else []
    return [(row, (fact.workers_in_words, _short(target))) for target, row in [*having, *lacking]]


def _short(target: Target) -> str:
    """``3.14.0 without the GIL``: an implementation is named where it is not the usual one."""
    return target_name(target).removeprefix("CPython ")


def title(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    """What was decided about CPU-bound threads, where every target says the same, or says it by its GIL."""
    kinds = {target.id: target.gil_enabled for target in tables.run.targets}
    found = {
        (kinds[one.target], one.verdict)
        for one in verdicts
        if one.id == CLAIM and one.target in kinds
    }
    meanings, _ = CONCLUSIONS[CLAIM]
    outcomes = {outcome for _, outcome in found}
    if found == {(True, Outcome.PROVED), (False, Outcome.REFUTED)}:
        return "With the GIL, threads gain nothing; without it they do"
    if len(outcomes) == 1 and (said := meanings.get(outcomes.pop())):
        return said[0].upper() + said[1:]
    return NEUTRAL


def subtitle(tables: Tables) -> str:
    """What the numbers are; where they are those of several targets, of which work."""
    seen = headline(tables)
    several = seen is not None and len(seen.targets) > 1
    return (
        f"{seen.facts[0].subject}: {SUBTITLE}" if seen and several else f"measured here: {SUBTITLE}"
    )


def foot(tables: Tables) -> str:
    """The host, and what was measured on it."""
    run = tables.run
    targets = (
        target_name(run.targets[0])
        if len(run.targets) == 1
        else formatting.plural(len(run.targets), "interpreter")
    )
    told = [
        run.host.model,
        formatting.plural(run.host.usable_cores, "core"),
        targets,
        run.started_utc[:10],
    ]
    return style.cut("  ·  ".join(told), FOOT_LETTERS)


def draw(heading: str, above: str, found: Sequence[Number], below: str) -> Figure:
    """The card: a heading, one column per number with its interval, and a line about the host."""
    figure = style.new_figure(WIDTH / DPI, HEIGHT / DPI)

    def put(
        x: float,
        y: float,
        text: str,
        size_px: float,
        colour: str = style.INK,
        weight: str = "normal",
    ) -> None:
        figure.text(x / WIDTH, 1 - y / HEIGHT, text, fontsize=size_px * 72 / DPI, color=colour, fontweight=weight,
                    va="top", linespacing=1.22, parse_math=False)  # fmt: skip

    lines = textwrap.wrap(heading, TITLE_LETTERS, break_on_hyphens=False)[:3]
    put(MARGIN, 44, "gilbench", SMALL_PX, style.QUIET, "bold")
    put(MARGIN, 88, "\n".join(lines), TITLE_PX, weight="bold")
    top = 112 + 66 * len(lines)
    put(MARGIN, top, above, TEXT_PX, style.QUIET)
    column = (WIDTH - 2 * MARGIN) / max(len(found), 2)
    for place, one in enumerate(found):
        left, middle = (
            MARGIN + place * column,
            formatting.fixed(one.measured.center) + one.measured.unit,
        )
        size_px = NUMBER_PX * min(1, USUAL_LETTERS / len(middle))
        put(left - 4, top + 62, middle, size_px, style.darker(one.colour, 0), "bold")
        if one.measured.lo is not None and one.measured.hi is not None:
            put(
                left,
                top + 175,
                f"[{formatting.fixed(one.measured.lo)}, {formatting.fixed(one.measured.hi)}]",
                TEXT_PX,
            )
        named = [
            line
            for part in one.name
            for line in textwrap.wrap(part, NAME_LETTERS, break_on_hyphens=False)
        ]
        put(left, top + 218, "\n".join(named[:3]), TEXT_PX - 2)
    put(MARGIN, HEIGHT - 50, below, SMALL_PX - 2, style.QUIET)
    return figure
