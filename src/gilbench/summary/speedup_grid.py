"""The speedups of a run at a glance: workloads down, strategies across, at one worker per core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Case
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.cases import CaseRow, Measured

USUAL = ("thread", "process", "pool", "asyncio", "thread-pool", "process-pool")


@dataclass(frozen=True)
class SpeedupGrid:
    """The speedups over serial code on one target.

    Attributes:
        rows: Each workload with a speedup per strategy; None where it was not measured.
    """

    target: str
    workers: int
    strategies: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Measured | None, ...]], ...]


def speedup_grids(tables: Tables, case_rows: Sequence[CaseRow]) -> list[SpeedupGrid]:
    """A grid for every target with a case at one worker per core, two on a single core."""
    workers = max(2, tables.run.host.usable_cores)
    grids = []
    for target in tables.run.targets:
        of_target = []
        for row in case_rows:
            is_here = (row.case.target, row.case.workers) == (target.id, workers)
            if is_here and row.against_serial:
                of_target.append(row)
        if of_target:
            grids.append(_grid(target.id, workers, of_target))
    return grids


def _place(strategy: str) -> int:
    """Sorts strategies: the usual ones first, in the order that figures have them in."""
    return USUAL.index(strategy) if strategy in USUAL else len(USUAL)


def _grid(target: str, workers: int, case_rows: Sequence[CaseRow]) -> SpeedupGrid:
    used = dict.fromkeys(row.case.strategy for row in case_rows)
    strategies = tuple(sorted(used, key=_place))
    rows = []
    for workload in dict.fromkeys(row.case.workload for row in case_rows):
        speedups = []
        for strategy in strategies:
            row = cases.find(case_rows, Case(target, workload, strategy, workers))
            speedups.append(row.speedup if row is not None else None)
        rows.append((workload, tuple(speedups)))
    return SpeedupGrid(target, workers, strategies, tuple(rows))
