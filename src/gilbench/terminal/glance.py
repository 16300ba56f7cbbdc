"""The answer of a glance: a sentence and a bar for each of the questions that are asked first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gilbench.model import Outcome, Verdict
from gilbench.summary import formatting
from gilbench.terminal.boards import PLAIN, STYLES, short_reason

BAR_COLUMNS = 30
SERIAL = 1.0  # the speedup of serial code over itself


@dataclass(frozen=True)
class Sentence:
    """What a verdict says, in a few words.

    Attributes:
        subject: What ran, for the bar.
        proved: The sentence where the claim is proved.
        refuted: The sentence where it is refuted.
    """

    subject: str
    proved: str
    refuted: str


SENTENCES = {
    "A16": Sentence(
        "pure Python in threads",
        "Threads that run pure Python gain nothing over serial code.",
        "Threads that run pure Python do gain over serial code.",
    ),
    "A17": Sentence(
        "pure Python in processes",
        "Processes use the cores.",
        "Processes do not use the cores.",
    ),
    "B2": Sentence(
        "C code in threads",
        "Threads in C code that releases the GIL (hashlib) use the cores.",
        "Threads in C code that should release the GIL (hashlib) do not use the cores.",
    ),
    "A18": Sentence(
        "waiting in threads",
        "Threads that wait overlap their waiting.",
        "Threads that wait do not overlap their waiting.",
    ),
}


def print_glance(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print the sentences, then a bar for every measured speedup, with serial code marked."""
    answering = [verdict for verdict in verdicts if verdict.id in SENTENCES]
    several = len({verdict.target for verdict in answering}) > 1
    for verdict in answering:
        symbol = Text(f"{formatting.SYMBOLS[verdict.verdict]} ", STYLES[verdict.verdict])
        where = f"{verdict.target}: " if several else ""
        console.print(Text.assemble(symbol, where, _sentence(verdict)))
    console.print(_bars(answering, several=several))


def _sentence(verdict: Verdict) -> str:
    sentence = SENTENCES[verdict.id]
    if verdict.verdict == Outcome.PROVED:
        return sentence.proved
    if verdict.verdict == Outcome.REFUTED:
        return sentence.refuted
    if verdict.verdict == Outcome.NOT_APPLICABLE:
        return f"Not asked here: {sentence.proved} ({verdict.reason})"
    return f"Not decided: {sentence.proved} {short_reason(verdict)}"


def _bars(verdicts: Sequence[Verdict], *, several: bool) -> Table:
    chart = Table(title="Speedup over serial code", title_justify="left", **PLAIN)
    chart.add_column("", no_wrap=True)
    chart.add_column("", no_wrap=True)
    chart.add_column("", justify="right", no_wrap=True)
    measured = [verdict for verdict in verdicts if verdict.estimate is not None]
    longest = max((verdict.estimate.hi for verdict in measured if verdict.estimate), default=SERIAL)
    for verdict in measured:
        assert verdict.estimate is not None
        subject = SENTENCES[verdict.id].subject
        name = f"{subject}, {verdict.target}" if several else subject
        bar = Text(_bar(verdict.estimate.center, max(longest, SERIAL)), STYLES[verdict.verdict])
        chart.add_row(Text(name), bar, Text(formatting.effect(verdict.estimate)))
    return chart


def _bar(value: float, longest: float) -> str:
    """A bar whose mark is where serial code ends."""
    length = max(1, round(BAR_COLUMNS * min(value, longest) / longest))
    mark = max(0, round(BAR_COLUMNS * SERIAL / longest) - 1)
    cells = ["█" if column < length else " " for column in range(BAR_COLUMNS)]
    cells[mark] = "┃" if mark < length else "│"
    return "".join(cells)
