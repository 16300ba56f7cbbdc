"""Several runs on one page: a column a run and target, a row a claim or a case. It shows, and compares nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Verdict
from gilbench.report.html.page import environment, furniture, lasted
from gilbench.results.tables import Tables
from gilbench.summary import cases, headline
from gilbench.summary.cases import CaseRow


@dataclass(frozen=True)
class Column:
    """One target of one run, with what was found on it by claim, with its place in ``verdicts.json``, and by case."""

    run: str
    target: str
    named: str
    facts: tuple[tuple[str, str], ...]
    verdicts: dict[str, tuple[int, Verdict]]
    rows: dict[str, CaseRow]


def columns(runs: Sequence[tuple[Tables, Sequence[Verdict]]]) -> list[Column]:
    """A column for every target of every run, in the order given."""
    return [
        Column(
            tables.run.id,
            target.id,
            headline.target_name(target),
            _facts(tables),
            {one.id: (place, one) for place, one in enumerate(verdicts) if one.target == target.id},
            {
                row.comparison.name_on_target: row
                for row in cases.rows(tables)
                if row.case.target == target.id
            },
        )
        for tables, verdicts in runs
        for target in tables.run.targets
    ]


def _facts(tables: Tables) -> tuple[tuple[str, str], ...]:
    run, host = tables.run, tables.run.host
    return (
        (
            "Measured",
            f"{run.started_utc[:10]} {run.started_utc[11:16]} UTC, {lasted(run) or run.status}",
        ),
        ("Profile", f"{run.profile}, seed {run.seed}, gilbench {run.gilbench}"),
        ("Host", f"{host.model}, {host.usable_cores} of {host.logical_cores} cores usable"),
        ("Kernel", host.kernel),
        ("Warnings", "; ".join(warning.message for warning in host.warnings) or "none"),
    )


def render(runs: Sequence[tuple[Tables, Sequence[Verdict]]]) -> str:
    """The page's text; everything that comes from the runs is escaped."""
    found = columns(runs)
    statements = {one.id: one.statement for column in found for _, one in column.verdicts.values()}
    labels = dict.fromkeys(label for column in found for label in column.rows)
    template = environment().get_template("side-by-side.html.j2")
    return template.render(**furniture(), columns=found, statements=statements, labels=list(labels))
