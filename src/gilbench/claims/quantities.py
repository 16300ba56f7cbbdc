"""The quantities that claims are about, each computed from a run's launches: one value a launch, then a location."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gilbench.analysis.location import Location, locate
from gilbench.model import Comparison, Estimate, Experiment
from gilbench.results.tables import Tables

SHOWN_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Quantity:
    """Something measured. A ``log`` quantity is a ratio, located on the log scale and shown as a factor."""

    name: str
    unit: str
    items: tuple[Comparison | Experiment, ...]
    locate: Callable[[Tables], Location | None]
    log: bool = True

    def scaled(self, value: float) -> float:
        """A value as the reader sees it, on the scale that the location is on."""
        return math.log(value) if self.log else value

    def estimate(self, tables: Tables, confidence: float = SHOWN_CONFIDENCE) -> Estimate | None:
        location = self.locate(tables)
        if location is None:
            return None
        lo, hi = location.interval(confidence)
        center = location.center
        if self.log:
            center, lo, hi = (math.exp(min(value, 700.0)) for value in (center, lo, hi))
        return Estimate(center, lo, hi, self.unit, location.n, confidence)


def speedup(comparison: Comparison, name: str = "") -> Quantity:
    """Reference time over case time."""
    return Quantity(name or f"speedup of {comparison.label}", "×", (comparison,), _column(comparison, "log_speedup"))


def of_ceiling(comparison: Comparison) -> Quantity:
    """Speedup over the ceiling that the control reached in the same launch."""

    def find(tables: Tables) -> Location | None:
        launches = tables.of(comparison.id)
        return _located(launches["log_speedup"] - launches["log_ceiling"])

    return Quantity(f"speedup of {comparison.label} over the ceiling", "×", (comparison,), find)


def ceiling(comparison: Comparison) -> Quantity:
    """What spinning processes reached beside this comparison."""
    name = f"ceiling at {comparison.case.workers} workers"
    return Quantity(name, "×", (comparison,), _column(comparison, "log_ceiling"))


def cores_used(comparison: Comparison) -> Quantity:
    """CPU seconds over wall seconds of the case."""
    return _plain(comparison, "cores_used", f"cores used by {comparison.label}", " cores")


def reference_cores_used(comparison: Comparison) -> Quantity:
    """CPU seconds over wall seconds of the serial reference: 1 where nothing else took its core away."""
    return _plain(
        comparison, "reference_cores_used", f"cores used by the serial reference of {comparison.label}", " cores"
    )


def foreign_cores(comparison: Comparison) -> Quantity:
    """What everything else on the host used while the comparison was measured."""
    return _plain(comparison, "foreign_cores", f"cores used by other programs beside {comparison.label}", " cores")


def over(numerator: Quantity, denominator: Quantity, name: str) -> Quantity:
    """The ratio of two independent ratios."""

    def find(tables: Tables) -> Location | None:
        above, below = numerator.locate(tables), denominator.locate(tables)
        return None if above is None or below is None else above - below

    return Quantity(name, "×", (*numerator.items, *denominator.items), find)


def observed(experiment: Experiment, name: str, unit: str, of_launch: Callable[[pd.DataFrame], float]) -> Quantity:
    """A plain number computed from each launch's observations, a frame indexed by condition."""

    def find(tables: Tables) -> Location | None:
        seen = tables.observations[tables.observations["item"] == experiment.id]
        complete = [
            launch.set_index("condition")
            for _, launch in seen.groupby("launch")
            if len(launch) == len(experiment.conditions)
        ]
        return _located(pd.Series([of_launch(launch) for launch in complete], dtype=float))

    return Quantity(name, unit, (experiment,), find, log=False)


def _plain(comparison: Comparison, column: str, name: str, unit: str) -> Quantity:
    return Quantity(name, unit, (comparison,), _column(comparison, column), log=False)


def _column(comparison: Comparison, column: str) -> Callable[[Tables], Location | None]:
    return lambda tables: _located(tables.of(comparison.id)[column])


def _located(values: pd.Series) -> Location | None:
    numbers = values.to_numpy(dtype=float)
    return locate(numbers[np.isfinite(numbers)].tolist())
