"""The speedups of a run at one glance: workloads down, strategies across, at one worker a core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Case
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.cases import CaseRow, Measured


@dataclass(frozen=True)
class Grid:
    """Of one target: a row a workload, a cell a strategy (None where it was not measured)."""

    target: str
    workers: int
    strategies: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Measured | None, ...]], ...]


def grids(tables: Tables, case_rows: Sequence[CaseRow]) -> list[Grid]:
    """A grid for every target that has anything measured at one worker a core (two on a single core)."""
    workers = max(2, tables.run.host.usable_cores)
    made = []
    for target in tables.run.targets:
        here = [row for row in case_rows if (row.case.target, row.case.workers) == (target.id, workers)]
        here = [row for row in here if row.against_serial]
        if here:
            made.append(_grid(target.id, workers, here))
    return made


def _grid(target: str, workers: int, here: Sequence[CaseRow]) -> Grid:
    strategies = tuple(dict.fromkeys(row.case.strategy for row in here))
    workloads = dict.fromkeys(row.case.workload for row in here)
    return Grid(
        target,
        workers,
        strategies,
        tuple(
            (workload, tuple(_cell(here, target, workload, one, workers) for one in strategies))
            for workload in workloads
        ),
    )


def _cell(here: Sequence[CaseRow], target: str, workload: str, strategy: str, workers: int) -> Measured | None:
    row = cases.find(here, Case(target, workload, strategy, workers))
    return row.speedup if row else None
