"""The numbers that make a headline, for every target of a run side by side. It chooses no others than the headline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Case, Target
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting, headline
from gilbench.summary.cases import CaseRow


@dataclass(frozen=True)
class Fact:
    """What one strategy made of one work: ``rows`` are the cases of the targets, None where it was not measured."""

    workers: int
    kind: str
    work: str
    strategy: str
    rows: tuple[CaseRow | None, ...]

    @property
    def workers_named(self) -> str:
        """``two threads``."""
        return f"{formatting.count(self.workers)} {self.kind}"

    @property
    def matter(self) -> str:
        """What is worked on, without the verb: ``pure-Python hashing``."""
        return self.work.partition(" ")[2]


@dataclass(frozen=True)
class Glance:
    """A row a target, a column a fact."""

    targets: tuple[Target, ...]
    facts: tuple[Fact, ...]
    lead: str


def of(tables: Tables) -> Glance | None:
    """What was measured of the facts of the headline; None where nothing was."""
    facts = tuple(_facts(tables))
    return Glance(tables.run.targets, facts, _lead(tables, facts[0])) if facts else None


def _facts(tables: Tables) -> list[Fact]:
    case_rows, cores = cases.rows(tables), max(2, tables.run.host.usable_cores)
    found = []
    for strategy, workload, per_core, work in headline.FACTS:
        asked = [Case(target.id, workload, strategy, per_core * cores) for target in tables.run.targets]
        rows = tuple(_measured(case_rows, case) for case in asked)
        if any(rows):
            found.append(Fact(per_core * cores, headline.KINDS[strategy], work, strategy, rows))
    return found


def _measured(case_rows: Sequence[CaseRow], case: Case) -> CaseRow | None:
    row = cases.find(case_rows, case)
    return row if row is not None and row.speedup is not None else None


def _lead(tables: Tables, fact: Fact) -> str:
    """The first fact, of every target that has it."""
    found = [(target, row) for target, row in zip(tables.run.targets, fact.rows, strict=True) if row is not None]
    told = [f"{row.speedup} on {target.id}" for target, row in found]
    told[0] = told[0].replace(" on ", " as fast as serial code on ", 1)
    start = (
        f"On this {tables.run.host.usable_cores}-core host, {formatting.count(fact.workers)} {fact.kind} {fact.work}"
    )
    return f"{start} {formatting.listed(told)}."
