"""The last screen of a run: the answer, the counts, what needs a look, where the rest is.

On a terminal it fits 24 lines of 80 columns. Elsewhere nothing is cut: a log is searched later.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gilbench.model import HostWarning, Run, Target, Verdict
from gilbench.results.tables import Tables
from gilbench.summary import formatting
from gilbench.summary.answers import Answer, answers, sentence
from gilbench.terminal.boards import PLAIN, SCREEN_LINES, STYLES, short_reason, tally

LINES_AROUND = 11  # all but answers and what needs a look, with sentences that wrap
HEAD_LINES = 2  # of the table of several targets
LEAST_QUESTION = 20  # columns, however narrow the terminal is
GAP = 2  # columns between two of a table
LINES_EACH = 2  # of a verdict that needs a look: what it is, and why
SHORT_QUESTIONS = (
    "pure Python,\nthreads",
    "pure Python,\nprocesses",
    "C code,\nthreads",
    "waiting",
)


def print_ending(
    console: Console,
    tables: Tables,
    verdicts: Sequence[Verdict],
    folder: Path,
    *,
    has_warned: bool = False,
) -> None:
    """Print the last screen.

    Args:
        console: Where a terminal gets what fits its screen.
        tables: What was measured.
        verdicts: What was decided, in the order of ``verdicts.json``.
        folder: The run's folder.
        has_warned: Whether the host's warnings were shown before, so that they are only counted.
    """
    console.print(Text(f"{sentence(tables, verdicts)}.", "bold"))
    by_target = answers(tables, verdicts)
    if len(by_target) > 1:
        console.print(_target_table(by_target))
    elif by_target:
        _, of_target = by_target[0]
        console.print(_question_table(of_target, console.width))
    print_warnings(console, tables.run.host.warnings, has_warned=has_warned)
    if verdicts:
        console.print(Text(tally(verdicts), "bold"))
        rows = len(by_target[0][1]) if len(by_target) == 1 else len(by_target) + HEAD_LINES
        room = (min(console.height, SCREEN_LINES) - LINES_AROUND - rows) // LINES_EACH
        most = max(1, room) if console.is_terminal else None
        _print_urgent(console, verdicts, tables.run, folder, most=most)
    console.print(f"every verdict: gilbench show {folder}", soft_wrap=True)
    console.print(f"report: {folder / 'report.html'}", soft_wrap=True)


def _question_table(of_target: Sequence[Answer], width: int) -> Table:
    """A line for each question of the only target; the question is cut before its number is."""
    numbers = [Text(_number(answer)) for answer in of_target]
    words = [_words(answer) for answer in of_target]
    taken = max(number.cell_len for number in numbers) + max(word.cell_len for word in words)
    room = max(LEAST_QUESTION, width - taken - 2 * GAP)
    table = Table(show_header=False, **PLAIN)
    table.add_column(overflow="ellipsis", no_wrap=True, max_width=room)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    for answer, number, word in zip(of_target, numbers, words, strict=True):
        table.add_row(Text(answer.question), number, word)
    return table


def _target_table(by_target: Sequence[tuple[Target, Sequence[Answer]]]) -> Table:
    """A line for each target: estimate and outcome of every question."""
    questions: dict[str, None] = {}
    for _, of_target in by_target:
        questions |= dict.fromkeys(answer.question for answer in of_target)
    table = Table(**PLAIN)
    table.add_column("", overflow="ellipsis", no_wrap=True)
    is_usual = len(questions) == len(SHORT_QUESTIONS)
    for short, question in zip(SHORT_QUESTIONS, questions, strict=False):
        table.add_column(short if is_usual else question, no_wrap=True, overflow="ellipsis")
    for target, of_target in by_target:
        by_question = {answer.question: answer for answer in of_target}
        cells = []
        for question in islice(questions, len(SHORT_QUESTIONS)):
            answer = by_question.get(question)
            cells.append(Text("–") if answer is None else _cell(answer))
        table.add_row(Text(target.id), *cells)
    return table


def _number(answer: Answer) -> str:
    if answer.row is not None:
        return str(answer.row.speedup)
    return formatting.effect(answer.verdict.estimate if answer.verdict else None)


def _words(answer: Answer) -> Text:
    if answer.outcome is None:
        return Text(answer.words, "dim")
    return Text(f"{formatting.SYMBOLS[answer.outcome]} {answer.words}", STYLES[answer.outcome])


def _cell(answer: Answer) -> Text:
    """``✓ 1.88×``: the interval is on the page."""
    middle = _number(answer).partition(" [")[0]
    if answer.outcome is None:
        return Text(middle)
    return Text(f"{formatting.SYMBOLS[answer.outcome]} {middle}", STYLES[answer.outcome])


def print_warnings(console: Console, warnings: Sequence[HostWarning], *, has_warned: bool) -> None:
    """What disturbed the host, in a line, and what that does to the verdicts.

    Args:
        console: A terminal gets lines that are cut at its edge.
        warnings: Those of the host.
        has_warned: Whether both were shown before, so that warnings are only counted.
    """
    if not warnings:
        return
    cut = console.is_terminal
    if has_warned:
        counted = formatting.plural(len(warnings), "warning")
        _print_line(console, Text(f"host: {counted}, shown at the start", "yellow"), cut=cut)
        return
    messages = "; ".join(warning.message for warning in warnings)
    _print_line(console, Text(f"host: {messages}", "yellow"), cut=cut)
    _print_line(console, Text(f"      {formatting.EFFECT_OF_WARNINGS}", "dim"), cut=cut)


def _print_urgent(
    console: Console, verdicts: Sequence[Verdict], run: Run, folder: Path, most: int | None
) -> None:
    """What is against expectation, then what is open, each with its reason.

    Args:
        console: Where to print.
        verdicts: Those of the run.
        run: The run.
        folder: The run's folder.
        most: How many there is room for; None for all.
    """
    against = [verdict for verdict in verdicts if verdict.as_expected is False]
    undecided = []
    for verdict in verdicts:
        if verdict.verdict.is_open and not verdict.is_unmeasured:
            undecided.append(verdict)
    urgent = against + undecided
    several = len({verdict.target for verdict in verdicts}) > 1
    shown = urgent if most is None else urgent[:most]
    cut = most is not None
    for verdict in shown:
        where = f" on {verdict.target}" if several else ""
        outcome = Text(f"  {verdict.label.value}", STYLES[verdict.label])
        line = Text.assemble(outcome, f" {verdict.id}{where}: {verdict.statement}")
        _print_line(console, line, cut=cut)
        _print_line(console, Text(f"    {short_reason(verdict)}", "dim"), cut=cut)
    if len(urgent) > len(shown):
        console.print(Text(f"  and {len(urgent) - len(shown)} more that need a look", "dim"))
    unmeasured = sum(verdict.is_unmeasured for verdict in verdicts)
    if unmeasured:
        claims = formatting.plural(unmeasured, "claim")
        remedy = f"not measured yet; resume it: gilbench run --resume {folder}"
        if run.status == "complete":
            remedy = (
                "not reached in the time of this profile; a longer one: gilbench run --profile full"
            )
        console.print(Text(f"  {claims} {remedy}", "yellow"), soft_wrap=True)


def _print_line(console: Console, text: Text, *, cut: bool) -> None:
    """Print text as one line: cut at the edge, or however long it is."""
    if cut:
        console.print(text, no_wrap=True, overflow="ellipsis")
    else:
        console.print(text, soft_wrap=True)
