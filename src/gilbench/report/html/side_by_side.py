"""Several runs on one page: a column for each run and target, a row for each claim or case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Target, Verdict
from gilbench.report.html.environment import environment, shared_context
from gilbench.report.html.opening import duration
from gilbench.results.tables import Tables
from gilbench.summary import cases, headline
from gilbench.summary.cases import CaseRow

JudgedRun = tuple[Tables, Sequence[Verdict]]


@dataclass(frozen=True)
class TargetColumn:
    """One target of one run.

    Attributes:
        run: The run's id.
        target: The target's id.
        interpreter: The target's implementation and version.
        facts: What is known of the run, each with its name; the same names for every column.
        verdicts: Claim → the verdict, and its index in ``verdicts.json``.
        rows: Case → what was measured.
    """

    run: str
    target: str
    interpreter: str
    facts: tuple[tuple[str, str], ...]
    verdicts: dict[str, tuple[int, Verdict]]
    rows: dict[str, CaseRow]


def target_columns(runs: Sequence[JudgedRun]) -> list[TargetColumn]:
    """A column for every target of every run, in the order given."""
    columns = []
    for tables, verdicts in runs:
        columns += [_column(tables, verdicts, target) for target in tables.run.targets]
    return columns


def _column(tables: Tables, verdicts: Sequence[Verdict], target: Target) -> TargetColumn:
    by_claim = {}
    for place, verdict in enumerate(verdicts):
        if verdict.target == target.id:
            by_claim[verdict.id] = (place, verdict)
    by_case = {}
    for row in cases.rows(tables):
        if row.case.target == target.id:
            by_case[row.comparison.name_on_target] = row
    return TargetColumn(
        run=tables.run.id,
        target=target.id,
        interpreter=headline.target_name(target),
        facts=_facts(tables),
        verdicts=by_claim,
        rows=by_case,
    )


def _facts(tables: Tables) -> tuple[tuple[str, str], ...]:
    run, host = tables.run, tables.run.host
    began = f"{run.started_utc[:10]} {run.started_utc[11:16]} UTC"
    return (
        ("Measured", f"{began}, {duration(run) or run.status}"),
        ("Profile", f"{run.profile}, seed {run.seed}, gilbench {run.gilbench}"),
        ("Host", f"{host.model}, {host.usable_cores} of {host.logical_cores} cores usable"),
        ("Kernel", host.kernel),
        ("Warnings", "; ".join(warning.message for warning in host.warnings) or "none"),
    )


def render(runs: Sequence[JudgedRun]) -> str:
    """The page's text; everything that comes from the runs is escaped.

    Args:
        runs: Each run with its verdicts, in the order of ``verdicts.json``.
    """
    columns = target_columns(runs)
    statements: dict[str, str] = {}
    labels: dict[str, None] = {}
    for column in columns:
        labels |= dict.fromkeys(column.rows)
        for _, verdict in column.verdicts.values():
            statements[verdict.id] = verdict.statement
    template = environment().get_template("side-by-side.html.j2")
    return template.render(
        **shared_context(), columns=columns, statements=statements, cases=list(labels)
    )
