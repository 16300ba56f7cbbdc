"""A check's result and a calibration in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gilbench.check.calibration import SCALES, Calibration
from gilbench.check.decision import PASSING, Change
from gilbench.check.findings import Report
from gilbench.summary.check import SYMBOLS, headline, margin, movement, notes, shown_findings

STYLES = {
    Change.REGRESSED: "bold red",
    Change.IMPROVED: "bold green",
    Change.EQUIVALENT: "green",
    Change.NO_WORSE: "green",
    Change.CHANGED: "yellow",
    Change.LEFT_OUT: "dim",
    Change.INCONCLUSIVE: "yellow",
    Change.VOID: "bold magenta",
    Change.FAILED: "bold red",
    Change.MISSING: "bold red",
}


def print_report(console: Console, found: Report) -> None:
    """Print the table, worst first, the notes and the outcome."""
    console.print(Text(f"baseline  {found.baseline}\nhead      {found.head}"))
    rows = shown_findings(found)
    if rows:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("", no_wrap=True)
        table.add_column("Case", overflow="fold")
        table.add_column("Head over baseline [95 %]", justify="right", no_wrap=True)
        table.add_column("Margin", justify="right", no_wrap=True)
        for one in rows:
            outcome = Text(f"{SYMBOLS[one.change]} {one.change.value}", STYLES[one.change])
            name = one.case if found.kind == "against" else f"{one.case} {one.quantity}"
            why = (
                () if one.change in PASSING and not one.suspected else (("\n" + one.reason, "dim"),)
            )
            table.add_row(
                outcome, Text.assemble(name, *why), Text(movement(one.ratio)), Text(margin(one))
            )
        console.print(table)
    for note in notes(found):
        console.print(Text(note, "dim"))
    console.print(Text(headline(found), "bold"))


def print_calibration(console: Console, found: Calibration) -> None:
    """Print what the host sees of each case, and how often identical code alarms."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Case", overflow="fold")
    table.add_column("Launches\nvary by", justify="right", no_wrap=True)
    for scale in SCALES:  # headings of two lines, so that a case keeps to one
        table.add_column(
            "Smallest\nseen" if scale == 1 else f"{scale:g}×\nlaunches",
            justify="right",
            no_wrap=True,
        )
    for one in found.cases:
        seen = [f"{effect:.0%}" if (effect := one.smallest[scale]) else "none" for scale in SCALES]
        table.add_row(one.case, f"{one.sd:.1%}", *seen)
    console.print(table)
    console.print(Text(found.in_words(), "bold"))
