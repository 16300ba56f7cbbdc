"""The answer about a user's call, printed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilbench.summary.call_advice import CallAdvice
from gilbench.summary.call_lines import answer_lines, lines_of

PADDING = 6  # columns around the three of a table
BAR_COLUMNS = 18  # with the longest name and result within 80 columns


def print_calls(console: Console, answers: Sequence[CallAdvice]) -> None:
    """Print the answer for every target."""
    for answer in answers:
        first, *reasons = answer_lines(answer)
        _print_line(console, first, "bold green" if answer.outcome == "use" else "bold")
        for reason in reasons:
            _print_line(console, reason)
        console.print(_table(answer, console.width))
        for line in lines_of(answer):
            _print_line(console, f"  {line}")
        console.print()


def _print_line(console: Console, line: str, style: str = "") -> None:
    """Print a line: a terminal wraps its words, for a program that reads it it stays whole."""
    if not console.is_terminal:
        console.print(Text(line, style), soft_wrap=True)
        return
    words = line.lstrip()
    console.print(Padding(Text(words, style), (0, 0, 0, len(line) - len(words))))


def _table(answer: CallAdvice, width: int) -> Table:
    """Every way with its gain as a bar, or the beginning of its cause; the reasons have all."""
    most = max([1.0, *(row.speed or 0.0 for row in answer.ways)])
    names = max([0, *(len(row.name) for row in answer.ways)])
    results = max([0, *(len(row.result) for row in answer.ways)])
    table = Table(box=None, padding=(0, 1), show_header=False)
    for _ in range(3):
        table.add_column(no_wrap=True)
    for row in answer.ways:
        if row.speed is None:
            cause = Text(row.failed)
            cause.truncate(max(1, width - names - results - PADDING), overflow="ellipsis")
            table.add_row(row.name, row.result, cause)
            continue
        bar = "█" * max(1, round(BAR_COLUMNS * row.speed / most))
        table.add_row(
            row.name, row.result, Text(bar, style="green" if row == answer.best else "dim")
        )
    return table
