"""The summary that ``pytest benchmarks`` prints below pytest-benchmark's table."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from gilbench.model import Comparison, Outcome, Verdict
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.cases import CaseRow
from gilbench.terminal.boards import PLAIN, print_board
from gilbench.terminal.console import PlainConsole


def render(tables: Tables, verdicts: Sequence[Verdict], *, colour: bool = False) -> str:
    """The summary of a run as text.

    Args:
        tables: What was measured.
        verdicts: Those on the claims that the run covers; NOT APPLICABLE is left out.
        colour: Whether the text goes to a terminal that shows colours.

    Returns:
        A table of speedups, fastest first within a workload; the units of work that the times in
        pytest-benchmark's table are of; the verdicts.
    """
    text = io.StringIO()
    console = PlainConsole(file=text, force_terminal=colour, no_color=not colour)
    rows = cases.rows(tables)
    if rows:
        console.print(_speedups(rows, several_targets=len(tables.run.targets) > 1))
        console.print(Text(f"Times are of a unit of work: {_units(tables)}.\n", "dim"))
    applicable = [verdict for verdict in verdicts if verdict.verdict != Outcome.NOT_APPLICABLE]
    print_board(console, applicable)
    return text.getvalue()


def _speedups(rows: Sequence[CaseRow], *, several_targets: bool) -> Table:
    table = Table(**PLAIN)
    for heading in ("Case", "Reference"):
        table.add_column(heading, overflow="fold")
    for heading in ("Speedup [95 %]", "Launches"):
        table.add_column(heading, justify="right", no_wrap=True)
    workloads = list(dict.fromkeys(row.case.workload for row in rows))
    ranked = sorted(rows, key=lambda row: (workloads.index(row.case.workload), -_center(row)))
    for row in ranked:
        if row.speedup is None:
            continue
        comparison = row.comparison
        case, reference = comparison.case.label, comparison.reference.label
        if several_targets:
            case += f"@{comparison.case.target}"
            reference += f"@{comparison.reference.target}"
        table.add_row(case, reference, str(row.speedup), str(row.speedup.n))
    return table


def _center(row: CaseRow) -> float:
    return row.speedup.center if row.speedup else 0.0


def _units(tables: Tables) -> str:
    """``a byte of fnv1a, a task of sleep``: the units of the times in pytest-benchmark's table."""
    units: dict[str, str] = {}
    for planned in tables.run.plan:
        item = planned.item
        if isinstance(item, Comparison):
            workload = item.case.workload
            _, unit = tables.run.target(item.reference.target).unit_of_work(workload)
            units[workload] = unit.removesuffix("s")
    return ", ".join(f"a {unit} of {workload}" for workload, unit in units.items())
