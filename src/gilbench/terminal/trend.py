"""A trend in a terminal: what stepped and what flipped first, then every speedup and time."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gilbench.summary import formatting
from gilbench.summary.trend import (
    SPEEDUP,
    TIME,
    Line,
    Trend,
    step_in_words,
    trend_in_words,
    value_in_words,
)
from gilbench.terminal.boards import PLAIN

TITLES = {SPEEDUP: "Speedups", TIME: "Times of a unit of work, on this host"}


def print_trend(console: Console, trend: Trend) -> None:
    """Print the tables, and in a sentence what is certain."""
    for quantity, title in TITLES.items():
        lines = [line for line in trend.lines if line.quantity == quantity]
        if lines:
            console.print(_table(title, lines))
    for flip in trend.flips:
        change = f"changed from {flip.before} to {flip.after} in run {flip.run}"
        console.print(Text(f"{flip.claim} on {flip.target} {change}", "bold"), soft_wrap=True)
    console.print(trend_in_words(trend), soft_wrap=True)


def _table(title: str, lines: list[Line]) -> Table:
    """One row per case; a target that all have, and steps that none has, take no column."""
    targets = {line.target for line in lines}
    only = next(iter(targets)) if len(targets) == 1 else ""
    has_steps = any(line.marks for line in lines)
    table = Table(
        title=f"{title}, {only}" if only else title,
        title_justify="left",
        **PLAIN,
    )
    table.add_column("Case", overflow="fold")
    for name in ("Runs", "First", "Latest", "Change"):
        table.add_column(name, justify="right", no_wrap=True)
    if has_steps:
        table.add_column("Certain step", overflow="fold")
    for line in lines:
        row: list[Text | str] = [
            Text(line.case if only else f"{line.case}@{line.target}"),
            str(len(line.points)),
            value_in_words(line, 0),
            value_in_words(line, -1),
            formatting.fixed(100 * (line.change - 1), 1) + " %",
        ]
        if has_steps:
            steps = "\n".join(step_in_words(mark, line.unit) for mark in line.marks)
            row.append(Text(steps, "bold red"))
        table.add_row(*row)
    return table
