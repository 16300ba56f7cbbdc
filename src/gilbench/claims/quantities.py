"""The quantities that claims are about: one value per launch, then an estimate over launches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gilbench import model
from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import Location, locate, mean
from gilbench.analysis.proportion import Proportion
from gilbench.model import InputError

if TYPE_CHECKING:
    from gilbench.results.tables import Seen, Tables

SHOWN_CONFIDENCE = 0.95
LARGEST_LOG = 700.0  # beyond it there is no float
Located = Location | Proportion


@dataclass(frozen=True)
class Quantity:
    """Something that is estimated from a run's data.

    Args:
        name: Unique among the quantities of the same items.
        unit: Shown behind a number: ``×`` for a ratio, `` cores``, ``OF_TRIALS`` for a share.
        items: What must be measured.
        compute: Its location in a run; None where too little was measured.
        log: Whether it is a ratio, located on the log scale and shown as a factor.
    """

    name: str
    unit: str
    items: tuple[model.Comparison | model.Experiment, ...]
    compute: Callable[[Tables], Located | None]
    log: bool = True

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The key under which a run's tables keep its location."""
        return (self.name, *(item.id for item in self.items))

    def locate(self, tables: Tables) -> Located | None:
        """Its location in a run, computed once; None where too little was measured."""
        if self.key not in tables.located:
            tables.located[self.key] = self.compute(tables)
        location: Located | None = tables.located[self.key]
        return location

    def scaled(self, value: float) -> float:
        """Convert a value from the scale that the reader sees to the scale of the location."""
        return math.log(value) if self.log else value

    def unscaled(self, value: float) -> float:
        """Convert a value from the scale of the location to the scale that the reader sees."""
        return math.exp(min(value, LARGEST_LOG)) if self.log else value

    def estimate(self, tables: Tables) -> model.Estimate | None:
        """The estimate as the reader sees it; None where too little was measured.

        Its interval allows for the analyses at which measuring might have stopped.
        """
        location = self.locate(tables)
        if location is None:
            return None
        analyses = max((tables.analyses_of(item.id) for item in self.items), default=1)
        lo, hi = location.interval(nominal_confidence(SHOWN_CONFIDENCE, analyses))
        return model.Estimate(
            self.unscaled(location.center),
            self.unscaled(lo),
            self.unscaled(hi),
            self.unit,
            location.n,
            SHOWN_CONFIDENCE,
        )

    def basis(self, tables: Tables) -> model.Basis | None:
        """What the estimate is computed from.

        None for a share of trials, or where too little was measured.
        """
        location = self.locate(tables)
        if not isinstance(location, Location):
            return None
        return model.Basis(location.center, location.se, location.df, self.log)


def speedup(comparison: model.Comparison, name: str = "") -> Quantity:
    """Reference time over case time."""
    name = name or f"speedup of {comparison.label}"
    return Quantity(name, "×", (comparison,), _column(comparison, "log_speedup"))


def compute_speedup(comparison: model.Comparison) -> Quantity:
    """Reference time over case time, from the first task's start to the last task's end.

    Starting and joining the workers is left out.
    """
    name = f"speedup of {comparison.label} in compute time"
    return Quantity(name, "×", (comparison,), _column(comparison, "log_compute_speedup"))


def ceiling(comparison: model.Comparison) -> Quantity:
    """What spinning processes reached on the host.

    It is measured in the launches of a comparison that has this control.
    """
    name = f"ceiling next to {comparison.label}"
    return Quantity(name, "×", (comparison,), _column(comparison, "log_ceiling"))


def over_ceiling(comparison: model.Comparison) -> Quantity:
    """Speedup over what the ceiling of the same launch leaves to equal shares.

    Where cores differ in speed, equal shares end with the slowest core. Spinning processes, which
    each do what they can, lose nothing by that.
    """

    def compute(tables: Tables) -> Location | None:
        launches = tables.of(comparison.id)
        reachable = launches["log_ceiling"] + launches["log_evenness"]
        return _located(launches["log_speedup"] - reachable)

    name = f"speedup of {comparison.label} over the ceiling of equal shares"
    return Quantity(name, "×", (comparison,), compute)


def evenness(comparison: model.Comparison) -> Quantity:
    """Speed of the slowest worker's core over the mean of all: what equal shares lose."""
    name = f"speed of the slowest core over the mean, in {comparison.label}"
    return Quantity(name, "×", (comparison,), _column(comparison, "log_evenness"))


def cores_used(comparison: model.Comparison) -> Quantity:
    """CPU seconds over wall seconds of the case."""
    return _plain(comparison, "cores_used", f"cores used by {comparison.label}", " cores")


def reference_cores_used(comparison: model.Comparison) -> Quantity:
    """CPU seconds over wall seconds of the serial reference: 1 where it had a core to itself."""
    name = f"cores used by the serial reference of {comparison.label}"
    return _plain(comparison, "reference_cores_used", name, " cores")


def foreign_cores(comparison: model.Comparison) -> Quantity:
    """Cores that other programs used while the comparison was measured."""
    name = f"cores used by other programs during {comparison.label}"
    return _plain(comparison, "foreign_cores", name, " cores")


def over(numerator: Quantity, denominator: Quantity, name: str) -> Quantity:
    """The ratio of two independent ratios.

    Args:
        numerator: On the log scale.
        denominator: On the log scale, from other items than the numerator.
        name: Unique among quantities of both.
    """

    def compute(tables: Tables) -> Location | None:
        above, below = numerator.locate(tables), denominator.locate(tables)
        if isinstance(above, Location) and isinstance(below, Location):
            return above - below
        return None

    return Quantity(name, "×", (*numerator.items, *denominator.items), compute)


def geometric_mean(ratios: Sequence[Quantity], name: str) -> Quantity:
    """The geometric mean of independent ratios, each counting alike."""

    def compute(tables: Tables) -> Location | None:
        locations = []
        for ratio in ratios:
            location = ratio.locate(tables)
            if not isinstance(location, Location):
                return None
            locations.append(location)
        return mean(locations)

    items: list[model.Comparison | model.Experiment] = []
    for ratio in ratios:
        items += ratio.items
    return Quantity(name, "×", tuple(items), compute)


def observed(
    experiment: model.Experiment,
    name: str,
    unit: str,
    of_launch: Callable[[Seen], float],
) -> Quantity:
    """A plain number computed from the observations of each launch.

    Args:
        experiment: The probe that is observed.
        name: Unique among the quantities of the experiment.
        unit: Shown behind the number.
        of_launch: The value of one launch, from what the probe returned under each condition;
            nan for none.
    """

    def compute(tables: Tables) -> Location | None:
        return _located(_of_launches(tables, experiment, of_launch))

    return Quantity(name, unit, (experiment,), compute, log=False)


def observed_ratio(
    experiment: model.Experiment,
    name: str,
    of_launch: Callable[[Seen], float],
    unit: str = "×",
) -> Quantity:
    """A ratio computed from the observations of each launch, located on the log scale.

    Args:
        experiment: The probe that is observed.
        name: Unique among the quantities of the experiment.
        of_launch: The ratio of one launch, from what the probe returned under each condition;
            nan for none.
        unit: Shown behind the number.
    """

    def compute(tables: Tables) -> Location | None:
        ratios = _of_launches(tables, experiment, of_launch)
        return _located(math.log(ratio) for ratio in ratios if ratio > 0)

    return Quantity(name, unit, (experiment,), compute)


def share(
    experiment: model.Experiment,
    name: str,
    held: Callable[[dict[str, Any]], bool],
    conditions: Iterable[int] = (0,),
    counts: Callable[[dict[str, Any]], bool] = bool,
) -> Quantity:
    """The share of trials in which something held; an observation without trials counts as one.

    It needs two launches or more: whatever is odd about a launch affects all of its trials.

    Args:
        experiment: The probe that is observed.
        name: Unique among the quantities of the experiment.
        held: Whether it held in a trial.
        conditions: Indices of the conditions whose trials count.
        counts: Whether a trial of these counts.
    """
    conditions = tuple(conditions)

    def compute(tables: Tables) -> Proportion | None:
        launches = tables.seen(experiment)
        with _readable(experiment):
            trials = [trial for trial in _trials_of(launches, conditions) if _held(counts, trial)]
            count = sum(_held(held, trial) for trial in trials)
        if not trials or len(launches) < 2:
            return None
        return Proportion(count, len(trials))

    return Quantity(name, model.OF_TRIALS, (experiment,), compute, log=False)


def _trials_of(launches: Iterable[Seen], conditions: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The trials that launches made under some conditions."""
    for seen in launches:
        for condition in conditions:
            observation = seen[condition]
            yield from observation.get("trials", [observation])


def _of_launches(
    tables: Tables,
    experiment: model.Experiment,
    of_launch: Callable[[Seen], float],
) -> list[float]:
    with _readable(experiment):
        return [_value(of_launch, seen) for seen in tables.seen(experiment)]


def _value(of_launch: Callable[[Seen], float], seen: Seen) -> float:
    """The value of one launch; nan where something that it takes was never observed."""
    try:
        return float(of_launch(seen))
    except (TypeError, ValueError, ArithmeticError):
        return math.nan


def _held(held: Callable[[dict[str, Any]], bool], trial: dict[str, Any]) -> bool:
    """Whether it held in a trial; it did not where something was never observed (None)."""
    try:
        return held(trial)
    except TypeError:
        return False


@contextmanager
def _readable(experiment: model.Experiment) -> Iterator[None]:
    """Turn what another version's journal lacks into an InputError."""
    try:
        yield
    except (KeyError, IndexError, AttributeError) as error:
        raise InputError(
            f"what {experiment.id} observed cannot be read ({type(error).__name__}: {error}); "
            "it was journalled by another version of gilbench: measure again"
        ) from error


def _plain(comparison: model.Comparison, column: str, name: str, unit: str) -> Quantity:
    return Quantity(name, unit, (comparison,), _column(comparison, column), log=False)


def _column(comparison: model.Comparison, column: str) -> Callable[[Tables], Location | None]:
    return lambda tables: _located(tables.of(comparison.id)[column])


def _located(values: Iterable[float]) -> Location | None:
    """The location of the values that are finite."""
    return locate([value for value in values if math.isfinite(value)])
