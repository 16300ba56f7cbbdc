"""Several runs on one page: a column for each run and target, a row for each claim or case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gilbench.model import Label, Outcome, Target, Verdict
from gilbench.report.html.environment import compacted, environment, shared_context
from gilbench.report.html.opening import duration
from gilbench.report.html.strips import Strip, lay_out_strip, verdict_strip
from gilbench.results import folder as layout
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting, headline
from gilbench.summary.cases import CaseRow

JudgedRun = tuple[Tables, Sequence[Verdict]]


@dataclass(frozen=True)
class TargetColumn:
    """One target of one run.

    Attributes:
        run: The run's id.
        target: The target's id.
        interpreter: The target's implementation and version.
        host: The processor, and the number of cores.
        facts: What is known of the run, each with its name; the same names for every column.
        verdicts: Claim → the verdict, and its index in ``verdicts.json``.
        rows: Case → what was measured.
    """

    run: str
    target: str
    interpreter: str
    host: str
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
        host=_host(tables),
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
        ("Host", _host(tables)),
        ("Kernel", host.kernel),
        ("Warnings", "; ".join(warning.message for warning in host.warnings) or "none"),
    )


def _host(tables: Tables) -> str:
    host = tables.run.host
    return f"{host.model}, {host.usable_cores} of {host.logical_cores} cores usable"


@dataclass(frozen=True)
class VerdictCell:
    """What one column says of a claim.

    Attributes:
        place: The index in ``verdicts.json`` of the column's run.
        strip: Effect and bounds, on the scale of the row.
    """

    run: str
    place: int
    verdict: Verdict | None
    strip: Strip | None


@dataclass(frozen=True)
class ClaimRow:
    """One claim, with a cell for each column."""

    claim: str
    statement: str
    cells: tuple[VerdictCell, ...]

    @property
    def outcomes(self) -> set[Outcome]:
        """The outcomes where the claim applies."""
        outcomes = {cell.verdict.verdict for cell in self.cells if cell.verdict}
        return outcomes - {Outcome.NOT_APPLICABLE}

    @property
    def flips(self) -> bool:
        """Whether one column proves what another one refutes."""
        return self.outcomes >= {Outcome.PROVED, Outcome.REFUTED}

    @property
    def is_alike(self) -> bool:
        """Whether it has the same outcome wherever it applies."""
        return len(self.outcomes) < 2


@dataclass(frozen=True)
class SpeedupCell:
    """What one column measured of a case; the strip is on the scale of the row."""

    run: str
    row: CaseRow | None
    strip: Strip | None


@dataclass(frozen=True)
class SpeedupRow:
    """One case, with a cell for each column."""

    case: str
    cells: tuple[SpeedupCell, ...]


def claim_rows(columns: Sequence[TargetColumn]) -> list[ClaimRow]:
    """Every claim that a column has, in the order in which they first appear."""
    statements: dict[str, str] = {}
    for column in columns:
        for _, verdict in column.verdicts.values():
            statements[verdict.id] = verdict.statement
    return [_claim_row(claim, statement, columns) for claim, statement in statements.items()]


def _claim_row(claim: str, statement: str, columns: Sequence[TargetColumn]) -> ClaimRow:
    of_columns = [column.verdicts.get(claim, (0, None)) for column in columns]
    verdicts = [verdict for _, verdict in of_columns if verdict]
    cells = []
    for column, (place, verdict) in zip(columns, of_columns, strict=True):
        strip = verdict_strip(verdict, verdicts) if verdict else None
        cells.append(VerdictCell(column.run, place, verdict, strip))
    return ClaimRow(claim, statement, tuple(cells))


def speedup_rows(columns: Sequence[TargetColumn]) -> list[SpeedupRow]:
    """Every case that a column has, in the order in which they first appear."""
    labels: dict[str, None] = {}
    for column in columns:
        labels |= dict.fromkeys(column.rows)
    rows = []
    for label in labels:
        of_columns = [column.rows.get(label) for column in columns]
        speedups = [row.speedup for row in of_columns if row and row.speedup]
        cells = []
        for column, row in zip(columns, of_columns, strict=True):
            strip = None
            if row and row.speedup:
                strip = lay_out_strip(row.speedup, (), speedups, marks=(1.0,))
            cells.append(SpeedupCell(column.run, row, strip))
        rows.append(SpeedupRow(label, tuple(cells)))
    return rows


def render(runs: Sequence[JudgedRun]) -> str:
    """The page's text; everything that comes from the runs is escaped.

    Args:
        runs: Each run with its verdicts, in the order of ``verdicts.json``.
    """
    columns = target_columns(runs)
    claims = claim_rows(columns)
    flipping = [row for row in claims if row.flips]
    page = (
        environment()
        .get_template("side-by-side.html.j2")
        .render(
            **shared_context(),
            columns=columns,
            several_runs=len({column.run for column in columns}) > 1,
            several_hosts=len({column.host for column in columns}) > 1,
            answer=_answer(columns, claims, len(flipping)),
            outcomes=[_counts_of(column) for column in columns],
            claims=claims,
            flipping=flipping,
            partly=[row for row in claims if not row.flips and not row.is_alike],
            alike=[row for row in claims if row.is_alike],
            cases=speedup_rows(columns),
            files=layout,
        )
    )
    return compacted(page)


def _answer(columns: Sequence[TargetColumn], claims: Sequence[ClaimRow], flipping: int) -> str:
    """The sentence above everything else."""
    sides = formatting.plural(len(columns), "target")
    if not claims:
        return f"{sides} side by side"
    if not flipping:
        return f"{sides} side by side: no verdict is proved on one and refuted on another"
    verb = "is" if flipping == 1 else "are"
    of_claims = f"{flipping} of {formatting.plural(len(claims), 'claim')}"
    return f"{sides} side by side: {of_claims} {verb} proved on one and refuted on another"


def _counts_of(column: TargetColumn) -> list[tuple[Label, int]]:
    return outcome_counts([verdict for _, verdict in column.verdicts.values()])


def outcome_counts(verdicts: Iterable[Verdict]) -> list[tuple[Label, int]]:
    """How many verdicts have each outcome; those that none has are left out."""
    counts = Counter(verdict.label for verdict in verdicts)
    return [(label, counts[label]) for label in Label if counts[label]]
