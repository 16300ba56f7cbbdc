"""The measured comparisons of a run as rows of estimates: what the CSV file, the tables and the figures all show."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from gilbench.analysis import scaling
from gilbench.analysis.location import locate
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import Case, Comparison
from gilbench.results.tables import Tables
from gilbench.summary import formatting


@dataclass(frozen=True)
class Measured:
    """A middle and its 95 % interval over ``n`` launches; one launch has a middle only."""

    center: float
    lo: float | None
    hi: float | None
    unit: str
    n: int

    def __str__(self) -> str:
        return formatting.interval(self.center, self.lo, self.hi, self.unit)

    @property
    def span(self) -> tuple[float, float]:
        """The interval; the middle itself where there is none."""
        return (self.center if self.lo is None else self.lo), (self.center if self.hi is None else self.hi)


def measured(values: Iterable[float], unit: str, *, log: bool = False) -> Measured | None:
    """The location of one value a launch; ``log`` values are shown as factors. None where nothing was measured."""
    numbers = [float(value) for value in values if math.isfinite(value)]
    if not numbers:
        return None
    shown = _factor if log else float
    location = locate(numbers)
    if location is None:
        return Measured(shown(numbers[0]), None, None, unit, 1)
    lo, hi = location.interval(SHOWN_CONFIDENCE)
    return Measured(shown(location.center), shown(lo), shown(hi), unit, location.n)


def _factor(log: float) -> float:
    return math.exp(min(log, 700.0))  # beyond that there is no float


@dataclass(frozen=True)
class CaseRow:
    """One comparison and its launches, ``LAUNCH_COLUMNS`` of the tables. Times are means over launches, in seconds."""

    comparison: Comparison
    launches: pd.DataFrame

    @property
    def case(self) -> Case:
        return self.comparison.case

    @property
    def against_serial(self) -> bool:
        return self.comparison.over_serial

    @property
    def pairs(self) -> int:
        return int(self.launches["pairs"].sum())

    @cached_property
    def speedup(self) -> Measured | None:
        """Reference time over case time."""
        return measured(self.launches["log_speedup"], "×", log=True)

    @cached_property
    def cores_used(self) -> Measured | None:
        """CPU seconds over wall seconds of the case."""
        return measured(self.launches["cores_used"], " cores")

    @cached_property
    def ceiling(self) -> Measured | None:
        """What spinning processes reached in the same launches; None where the control did not run."""
        return measured(self.launches["log_ceiling"], "×", log=True)

    @property
    def efficiency(self) -> float | None:
        return scaling.efficiency(self.speedup.center, self.case.workers) if self.speedup else None

    @property
    def serial_fraction(self) -> float | None:
        return scaling.serial_fraction(self.speedup.center, self.case.workers) if self.speedup else None

    def mean(self, column: str) -> float:
        """The plain mean over launches: means of phases add up to the mean of the whole, trimmed means do not."""
        return float(self.launches[column].mean())


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[CaseRow, ...]:
    """A row for every comparison of the plan with at least one complete pair, in the plan's order.

    The rows of one run are kept: every table and figure of its report asks for them.
    """
    groups = {str(item): group for item, group in tables.launches.groupby("item", sort=False)}
    return tuple(CaseRow(comparison, groups[comparison.id]) for comparison in tables.comparisons)


def find(case_rows: Iterable[CaseRow], case: Case) -> CaseRow | None:
    """The row of a case that is paired with serial, where it was measured."""
    return next((row for row in case_rows if row.case == case and row.against_serial), None)


def ceilings(case_rows: Iterable[CaseRow]) -> dict[int, Measured]:
    """Worker count → ceiling, over every launch of the rows in which the control ran."""
    found: dict[int, list[float]] = {}
    for row in case_rows:
        found.setdefault(row.case.workers, []).extend(row.launches["log_ceiling"].dropna())
    located = {workers: measured(values, "×", log=True) for workers, values in sorted(found.items())}
    return {workers: ceiling for workers, ceiling in located.items() if ceiling}
