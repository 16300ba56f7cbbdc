"""A check's result and a calibration in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gilbench.check.calibration import SCALES, Calibration
from gilbench.check.decision import PASSING, Change
from gilbench.check.findings import Finding, Report
from gilbench.summary.check import (
    SYMBOLS,
    excludes_1,
    finding_name,
    headline,
    margin,
    movement,
    notes,
    shown_findings,
)
from gilbench.summary.formatting import percent
from gilbench.terminal.boards import PLAIN

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


def print_report(console: Console, report: Report) -> None:
    """Print the table, worst first, the notes and the outcome."""
    console.print(Text(f"baseline  {report.baseline}\nhead      {report.head}"))
    findings = shown_findings(report)
    if findings:
        console.print(_findings_table(report, findings))
    for note in notes(report):
        console.print(Text(note, "dim"))
    console.print(Text(headline(report), "bold"))


def _findings_table(report: Report, findings: Sequence[Finding]) -> Table:
    table = Table(**PLAIN)
    table.add_column("", no_wrap=True)
    table.add_column("Case", overflow="fold")
    table.add_column("Head over baseline [95 %]", justify="right", no_wrap=True)
    table.add_column("Margin", justify="right", no_wrap=True)
    for finding in findings:
        change = finding.change
        outcome = Text(f"{SYMBOLS[change]} {change.value}", STYLES[change])
        name = Text(finding_name(report, finding))
        if change not in PASSING or finding.suspected or excludes_1(finding.ratio):
            name.append(f"\n{finding.reason}", "dim")
        table.add_row(outcome, name, Text(movement(finding.ratio)), Text(margin(finding)))
    return table


def print_calibration(console: Console, calibration: Calibration) -> None:
    """Print the smallest change that the host detects in each case.

    The last line says how often identical code is reported as slower.
    """
    table = Table(**PLAIN)
    table.add_column("Case", overflow="fold")
    table.add_column("Launches\nvary by", justify="right", no_wrap=True)
    for scale in SCALES:  # headings of two lines, so that a case takes one
        heading = "Smallest\nseen" if scale == 1 else f"{scale:g}×\nlaunches"
        table.add_column(heading, justify="right", no_wrap=True)
    for case in calibration.cases:
        smallest = [_effect(case.smallest[scale]) for scale in SCALES]
        table.add_row(case.case, percent(case.sd, 1), *smallest)
    console.print(table)
    console.print(Text(calibration.in_words(), "bold"))


def _effect(effect: float | None) -> str:
    return percent(effect) if effect else "none"
