"""What is said of a fleet, as data: a column for each host, and the verdicts of all of them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gilbench.analysis.location import Location, locate
from gilbench.model import Label, Target, Verdict
from gilbench.model.fleets import FleetHost
from gilbench.results.tables import Tables
from gilbench.summary import cases, headline
from gilbench.summary.cases import CaseRow, Measured

DIGITS, LONGEST_NUMBER = re.compile(r"\d+"), 12


@dataclass(frozen=True)
class HostCase:
    """The speedup of one case on one host.

    Attributes:
        shown: The estimate with its interval over launches.
        location: The same on the scale of logarithms; None of a single launch.
        analyses: At how many analyses its measuring might have stopped.
    """

    shown: Measured
    location: Location | None
    analyses: int


@dataclass(frozen=True)
class HostColumn:
    """One target of one host.

    Attributes:
        host: The host, as ``fleet.json`` has it.
        target: The target's id.
        place: Which of the host's targets it is.
        interpreter: The target's implementation and version.
        facts: What is known of the host, each with its name; the same names for every column.
        verdicts: Claim → the verdict.
        cases: Case → its speedup.
        rows: The rows of the cases, for figures; empty for hosts that figures leave out.
    """

    host: FleetHost
    target: str
    place: int
    interpreter: str
    facts: tuple[tuple[str, str], ...]
    verdicts: dict[str, Verdict]
    cases: dict[str, HostCase]
    rows: tuple[CaseRow, ...]

    @property
    def heading(self) -> str:
        """The host's name, and the target on a second line."""
        return f"{self.host.name}\n{self.target}"


@dataclass(frozen=True)
class ClaimRow:
    """A claim on every host.

    Attributes:
        tally: How many verdicts have each outcome.
        agrees: Whether no two hosts decide it differently.
    """

    id: str
    statement: str
    tally: tuple[tuple[Label, int], ...]
    agrees: bool

    @property
    def applies(self) -> bool:
        """Whether it applies to some host."""
        return any(label != Label.NOT_APPLICABLE for label, _ in self.tally)


def in_order_of_names(hosts: Iterable[FleetHost]) -> list[FleetHost]:
    """The hosts as readers look for them, ``worker-9`` before ``worker-10``."""
    return sorted(hosts, key=lambda host: DIGITS.sub(_padded, host.name))


def _padded(number: re.Match[str]) -> str:
    return number[0].zfill(LONGEST_NUMBER)


def columns_of(
    host: FleetHost, tables: Tables, verdicts: Sequence[Verdict], *, with_rows: bool
) -> list[HostColumn]:
    """A column for every target of a host.

    Args:
        host: The host.
        tables: What it measured.
        verdicts: What was decided of that.
        with_rows: Whether to keep what figures need.
    """
    columns = []
    for place, target in enumerate(tables.run.targets):
        rows = tuple(row for row in cases.rows(tables) if row.case.target == target.id)
        measured = {}
        for row in rows:
            if row.speedup is not None:
                logs = [value for value in row.launches["log_speedup"] if math.isfinite(value)]
                measured[row.comparison.name_on_target] = HostCase(
                    row.speedup, locate(logs), row.analyses
                )
        columns.append(
            HostColumn(
                host=host,
                target=target.id,
                place=place,
                interpreter=headline.target_name(target),
                facts=_facts(host, tables, target),
                verdicts={
                    verdict.id: verdict for verdict in verdicts if verdict.target == target.id
                },
                cases=measured,
                rows=rows if with_rows else (),
            )
        )
    return columns


def _facts(host: FleetHost, tables: Tables, target: Target) -> tuple[tuple[str, str], ...]:
    machine = tables.run.host
    warnings = [warning.message for warning in machine.warnings]
    own_name = host.facts.hostname if host.facts is not None else "unknown"
    return (
        ("Own name", own_name),
        ("Interpreter", headline.target_name(target)),
        ("Processor", machine.model),
        ("Cores", f"{machine.usable_cores} of {machine.logical_cores} usable"),
        ("Kernel", machine.kernel),
        ("Warnings", "; ".join(warnings) or "none"),
    )


def claim_rows(verdicts: Iterable[Verdict]) -> list[ClaimRow]:
    """Every claim with its verdicts on all hosts, those that hosts decide differently first."""
    statements: dict[str, str] = {}
    counts: dict[str, Counter[Label]] = {}
    for verdict in verdicts:
        statements.setdefault(verdict.id, verdict.statement)
        counts.setdefault(verdict.id, Counter())[verdict.label] += 1
    rows = []
    for claim, statement in statements.items():
        count = counts[claim]
        tally = tuple((label, count[label]) for label in Label if count[label])
        is_shown_wrong = count[Label.REFUTED] > 0
        is_shown_right = count[Label.PROVED] + count[Label.HELD] > 0
        rows.append(ClaimRow(claim, statement, tally, not (is_shown_wrong and is_shown_right)))
    rows.sort(key=lambda row: row.agrees)
    return rows
