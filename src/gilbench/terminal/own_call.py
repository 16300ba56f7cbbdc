"""The answer about a user's call, printed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gilbench.summary.call_lines import answer_lines, lines_of
from gilbench.summary.own_call import CallAdvice

BAR_COLUMNS = 18  # with the longest name and result within 80 columns


def print_calls(console: Console, answers: Sequence[CallAdvice]) -> None:
    """Print the answer for every target."""
    for answer in answers:
        first, *reasons = answer_lines(answer)
        console.print(
            Text(first, style="bold green" if answer.outcome == "use" else "bold"), soft_wrap=True
        )
        for reason in reasons:
            console.print(Text(reason), soft_wrap=True)
        console.print(_table(answer))
        for line in lines_of(answer):
            console.print(Text(f"  {line}"), soft_wrap=True)
        console.print()


def _table(answer: CallAdvice) -> Table:
    most = max([1.0, *(row.speed or 0.0 for row in answer.ways)])
    table = Table(box=None, padding=(0, 1), show_header=False)
    for _ in range(3):
        table.add_column(no_wrap=True)  # a cause is cut here: the reasons have it in full
    for row in answer.ways:
        if row.speed is None:
            table.add_row(row.name, row.result, Text(row.failed))
            continue
        bar = "█" * max(1, round(BAR_COLUMNS * row.speed / most))
        table.add_row(
            row.name, row.result, Text(bar, style="green" if row == answer.best else "dim")
        )
    return table
