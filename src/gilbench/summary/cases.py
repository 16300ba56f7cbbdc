"""The measured comparisons of a run as rows of estimates, for files, tables and figures."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from gilbench.analysis import scaling
from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import locate
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import Case, Comparison
from gilbench.results.tables import Tables
from gilbench.summary import formatting


@dataclass(frozen=True)
class Measured:
    """An estimate (10 % trimmed mean) and its 95 % confidence interval over launches.

    Attributes:
        lo, hi: The ends of the interval; None where one launch gives an estimate only.
        n: The number of launches.
    """

    center: float
    lo: float | None
    hi: float | None
    unit: str
    n: int

    def __str__(self) -> str:
        return formatting.interval(self.center, self.lo, self.hi, self.unit)

    @property
    def span(self) -> tuple[float, float]:
        """The interval; the estimate itself where there is none."""
        if self.lo is None or self.hi is None:
            return self.center, self.center
        return self.lo, self.hi


def measured(
    values: Iterable[float], unit: str, *, log: bool = False, analyses: int = 1
) -> Measured | None:
    """The estimate from one value per launch.

    Args:
        values: One per launch; those that are not finite are left out.
        unit: The unit that is written after the value.
        log: Whether the values are logarithms of ratios, to be shown as factors.
        analyses: At how many analyses the measuring might have stopped.

    Returns:
        None where no value is finite.
    """
    numbers = [float(value) for value in values if math.isfinite(value)]
    if not numbers:
        return None
    shown = _factor if log else float
    location = locate(numbers)
    if location is None:
        return Measured(shown(numbers[0]), None, None, unit, 1)
    lo, hi = location.interval(nominal_confidence(SHOWN_CONFIDENCE, analyses))
    return Measured(shown(location.center), shown(lo), shown(hi), unit, location.n)


def _factor(log: float) -> float:
    return math.exp(min(log, 700.0))  # beyond that there is no float


@dataclass(frozen=True)
class CaseRow:
    """One comparison with its launches.

    Attributes:
        launches: A frame with one row per launch and the ``LAUNCH_COLUMNS`` of the tables; times
            are in seconds.
        analyses: At how many analyses the measuring of the launches might have stopped.
    """

    comparison: Comparison
    launches: pd.DataFrame
    analyses: int = 1

    @property
    def case(self) -> Case:
        """The case that is compared with its reference."""
        return self.comparison.case

    @property
    def against_serial(self) -> bool:
        """Whether the reference is the same workload run serially on the same target."""
        return self.comparison.over_serial

    @property
    def pairs(self) -> int:
        """The pairs of all launches."""
        return int(self.launches["pairs"].sum())

    @cached_property
    def speedup(self) -> Measured | None:
        """Reference time over case time."""
        return self.over_launches(self.launches["log_speedup"], "×", log=True)

    @cached_property
    def cores_used(self) -> Measured | None:
        """CPU seconds per wall-clock second of the case."""
        return self.over_launches(self.launches["cores_used"], " cores")

    @cached_property
    def ceiling(self) -> Measured | None:
        """The speedup of spinning processes in the same launches; None without that control."""
        return self.over_launches(self.launches["log_ceiling"], "×", log=True)

    def over_launches(
        self, values: Iterable[float], unit: str, *, log: bool = False
    ) -> Measured | None:
        """``measured`` of one value per launch of this row."""
        return measured(values, unit, log=log, analyses=self.analyses)

    @property
    def efficiency(self) -> float | None:
        """Speedup per worker; None without a speedup."""
        return scaling.efficiency(self.speedup.center, self.case.workers) if self.speedup else None

    @property
    def serial_fraction(self) -> float | None:
        """The share of the work that is not parallel (Karp–Flatt).

        None without a speedup, or with one worker.
        """
        return (
            scaling.serial_fraction(self.speedup.center, self.case.workers)
            if self.speedup
            else None
        )

    def mean(self, column: str) -> float:
        """The plain mean over launches.

        Means of phases add up to the mean of the whole; trimmed means do not.
        """
        return float(self.launches[column].mean())


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[CaseRow, ...]:
    """A row for every comparison of the plan with at least one complete pair, in the plan's order.

    The rows of the last run are cached: every table and figure of its report uses them.
    """
    groups = {str(item): group for item, group in tables.launches.groupby("item", sort=False)}
    case_rows = []
    for comparison in tables.comparisons:
        id = comparison.id
        case_rows.append(CaseRow(comparison, groups[id], tables.analyses_of(id)))
    return tuple(case_rows)


def find(case_rows: Iterable[CaseRow], case: Case) -> CaseRow | None:
    """The row of a case that is paired with serial, where it was measured."""
    return next((row for row in case_rows if row.case == case and row.against_serial), None)


def ceilings(case_rows: Iterable[CaseRow]) -> dict[int, Measured]:
    """Worker count → ceiling, over all launches of the rows in which the control ran."""
    logs: dict[int, list[float]] = {}
    analyses: dict[int, int] = {}
    for row in case_rows:
        workers = row.case.workers
        logs.setdefault(workers, []).extend(row.launches["log_ceiling"].dropna())
        analyses[workers] = max(row.analyses, analyses.get(workers, 1))
    by_workers = {}
    for workers in sorted(logs):
        ceiling = measured(logs[workers], "×", log=True, analyses=analyses[workers])
        if ceiling is not None:
            by_workers[workers] = ceiling
    return by_workers
