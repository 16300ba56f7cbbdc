"""What the launches of an experiment observed, target by target, for the figures that draw it.

A launch without a number, because what it waited for never happened, is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from gilbench.model import Experiment, Target
from gilbench.results.tables import Seen, Tables
from gilbench.summary.cases import Measured, measured

Last = TypeVar("Last")
Drawn = TypeVar("Drawn", bound=Collection[Any])


@dataclass(frozen=True)
class TargetLaunches:
    """What the launches of one experiment observed on one target; at least one launch.

    ``analyses`` is at how many analyses the measuring of them might have stopped.
    """

    target: str
    launches: list[Seen]
    analyses: int = 1

    def over_launches(
        self, reduction: Callable[..., float], *arguments: Any, unit: str = "", log: bool = True
    ) -> Measured | None:
        """Where one number per launch lies, with its interval; None where no launch has one.

        Args:
            reduction: Makes the number of a launch, as ``reduction(seen, *arguments)``.
            arguments: What else the reduction takes.
            unit: Of the number, as readers see it.
            log: Whether the number is located on the log scale.
        """

        def number_of(seen: Seen) -> float:
            try:
                number = reduction(seen, *arguments)
                return math.log(number) if log else number
            except (TypeError, ValueError, ArithmeticError, LookupError):
                return math.nan

        return measured(map(number_of, self.launches), unit, log=log, analyses=self.analyses)

    def by_last_argument(
        self, lasts: Iterable[Last], reduction: Callable[..., float], *arguments: Any, unit: str
    ) -> dict[Last, Measured]:
        """``over_launches`` for each last argument; those without a number are left out."""
        numbers = {}
        for last in lasts:
            number = self.over_launches(reduction, *arguments, last, unit=unit)
            if number:
                numbers[last] = number
        return numbers


def launches_by_target(
    tables: Tables, experiment: Callable[[Target], Experiment]
) -> list[TargetLaunches]:
    """The launches of an experiment on each target that has any.

    What a run observed under other conditions, as another version set them, is left out.
    """
    by_target = []
    for target in tables.run.targets:
        on_target = experiment(target)
        launches = tables.seen(on_target)
        if launches:
            analyses = tables.analyses_of(on_target.id)
            by_target.append(TargetLaunches(target.id, launches, analyses))
    return by_target


def drawn_by_target(
    tables: Tables,
    experiment: Callable[[Target], Experiment],
    drawn_of: Callable[[TargetLaunches], Drawn],
) -> tuple[tuple[str, Drawn], ...]:
    """What is drawn of an experiment on each target; those with nothing to draw are left out."""
    drawn = []
    for launches in launches_by_target(tables, experiment):
        of_target = drawn_of(launches)
        if of_target:
            drawn.append((launches.target, of_target))
    return tuple(drawn)
