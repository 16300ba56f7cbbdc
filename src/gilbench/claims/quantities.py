"""The quantities that claims are about, each computed from a run's launches: one value a launch, then a location."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gilbench.analysis.location import Location, locate
from gilbench.analysis.proportion import Proportion
from gilbench.model import OF_TRIALS, Comparison, Estimate, Experiment, InputError
from gilbench.results.tables import Seen, Tables

if TYPE_CHECKING:
    import pandas as pd

SHOWN_CONFIDENCE = 0.95
Middle = Location | Proportion


@dataclass(frozen=True)
class Quantity:
    """Something measured: a ``name`` that no other quantity of the same items bears, and how to ``find`` it.

    A ``log`` quantity is a ratio, located on the log scale and shown as a factor.
    """

    name: str
    unit: str
    items: tuple[Comparison | Experiment, ...]
    find: Callable[[Tables], Middle | None]
    log: bool = True

    @property
    def key(self) -> tuple[str, ...]:
        """What a run's tables remember it by."""
        return (self.name, *(item.id for item in self.items))

    def locate(self, tables: Tables) -> Middle | None:
        """Its middle in a run, computed once; None where too little was measured."""
        if self.key not in tables.located:
            tables.located[self.key] = self.find(tables)
        found: Middle | None = tables.located[self.key]
        return found

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


@dataclass(frozen=True)
class CoresFree:
    """A comparison in those of its launches whose ceiling lay above ``least_ceiling``: in the others the cores were not
    there, by a control that does not know what the case did, and they tell nothing of what it would gain from them."""

    comparison: Comparison
    least_ceiling: float

    @property
    def share(self) -> Quantity:
        """How many launches these are, of those in which the control ran."""

        def find(tables: Tables) -> Proportion | None:
            reached = tables.of(self.comparison.id)["log_ceiling"].dropna()
            enough = int((reached > math.log(self.least_ceiling)).sum())
            return Proportion(enough, len(reached)) if len(reached) else None

        name = f"launches of {self.comparison.label} with a ceiling above {self.least_ceiling:g}"
        return Quantity(name, OF_TRIALS, (self.comparison,), find, log=False)

    @property
    def speedup(self) -> Quantity:
        """Reference time over case time."""
        return self._quantity("speedup of {}", "×", lambda launches: launches["log_speedup"])

    def speed(self, name: str) -> Quantity:
        """The same, of two targets, under a name that says which."""
        return self._quantity(name, "×", lambda launches: launches["log_speedup"])

    @property
    def of_ceiling(self) -> Quantity:
        """Speedup over the ceiling that the control reached in the same launch."""
        of_ceiling = "speedup of {} over the ceiling"
        return self._quantity(of_ceiling, "×", lambda launches: launches["log_speedup"] - launches["log_ceiling"])

    @property
    def cores_used(self) -> Quantity:
        """CPU seconds over wall seconds of the case."""
        return self._quantity("cores used by {}", " cores", lambda launches: launches["cores_used"], log=False)

    def _quantity(
        self, name: str, unit: str, column: Callable[[pd.DataFrame], pd.Series], *, log: bool = True
    ) -> Quantity:
        def find(tables: Tables) -> Location | None:
            launches = tables.of(self.comparison.id)
            return _located(column(launches[launches["log_ceiling"] > math.log(self.least_ceiling)]))

        return Quantity(name.format(self.comparison.label) + ", cores free", unit, (self.comparison,), find, log)


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
        return above - below if isinstance(above, Location) and isinstance(below, Location) else None

    return Quantity(name, "×", (*numerator.items, *denominator.items), find)


def observed(experiment: Experiment, name: str, unit: str, of_launch: Callable[[Seen], float]) -> Quantity:
    """A plain number computed from each launch's observations; nan where a launch does not tell."""

    def find(tables: Tables) -> Location | None:
        return _located(_of_launches(tables, experiment, of_launch))

    return Quantity(name, unit, (experiment,), find, log=False)


def observed_ratio(experiment: Experiment, name: str, of_launch: Callable[[Seen], float], unit: str = "×") -> Quantity:
    """A ratio computed from each launch's observations, which were made in turn: located on the log scale."""

    def find(tables: Tables) -> Location | None:
        ratios = _of_launches(tables, experiment, of_launch)
        return _located(math.log(ratio) for ratio in ratios if ratio > 0)

    return Quantity(name, unit, (experiment,), find)


def share(
    experiment: Experiment, name: str, held: Callable[[dict[str, Any]], bool], conditions: Iterable[int] = (0,)
) -> Quantity:
    """The share of trials under some conditions in which something held; an observation that has no trials is one.

    One launch tells nothing: what is odd about it is odd about all of its trials.
    """
    conditions = tuple(conditions)

    def find(tables: Tables) -> Proportion | None:
        launches = tables.seen(experiment)
        with _intelligible(experiment):
            observations = [seen[condition] for seen in launches for condition in conditions]
            trials = [trial for one in observations for trial in one.get("trials", [one])]
            count = sum(_held(held, trial) for trial in trials)
        return Proportion(count, len(trials)) if trials and len(launches) > 1 else None

    return Quantity(name, OF_TRIALS, (experiment,), find, log=False)


def _of_launches(tables: Tables, experiment: Experiment, of_launch: Callable[[Seen], float]) -> list[float]:
    with _intelligible(experiment):
        return [_value(of_launch, seen) for seen in tables.seen(experiment)]


def _value(of_launch: Callable[[Seen], float], seen: Seen) -> float:
    """What a launch says, nan where it has None or nothing for what never came."""
    try:
        return float(of_launch(seen))
    except (TypeError, ValueError, ArithmeticError):
        return math.nan


def _held(held: Callable[[dict[str, Any]], bool], trial: dict[str, Any]) -> bool:
    """Whether it held; where a trial has None for what never came, it did not."""
    try:
        return held(trial)
    except TypeError:
        return False


@contextmanager
def _intelligible(experiment: Experiment) -> Iterator[None]:
    """Observations come from a file, and may be another version's: InputError where they do not say what is asked."""
    try:
        yield
    except (KeyError, IndexError, AttributeError) as error:
        raise InputError(
            f"what {experiment.id} observed cannot be read ({type(error).__name__}: {error}); it was journalled by "
            "another version of gilbench: measure again"
        ) from error


def _plain(comparison: Comparison, column: str, name: str, unit: str) -> Quantity:
    return Quantity(name, unit, (comparison,), _column(comparison, column), log=False)


def _column(comparison: Comparison, column: str) -> Callable[[Tables], Location | None]:
    return lambda tables: _located(tables.of(comparison.id)[column])


def _located(values: Iterable[float]) -> Location | None:
    """The location of the values that are finite."""
    return locate([value for value in values if math.isfinite(value)])
