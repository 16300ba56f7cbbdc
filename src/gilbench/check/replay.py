"""A whole check on launches that are given instead of measured: for simulation and for calibration.

It decides nothing of its own: what settles a look, and what a sample comes to, is ``decision``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gilbench.analysis.location import Location, locate
from gilbench.check.decision import (
    Bounds,
    Change,
    confirmed,
    first_is_enough,
    of_sample,
    second_is_enough,
    suspect,
)

Draw = Callable[[int], Sequence[float]]  # so many launches of a case: natural logarithms of head over baseline


@dataclass(frozen=True)
class Looks:
    """When the first and the second sample of a case are looked at, in launches."""

    looks: tuple[int, ...]
    again: tuple[int, ...]


@dataclass(frozen=True)
class Sampled:
    """A sample as far as it was taken."""

    location: Location
    launches: int


def first(draw: Draw, bounds: Bounds, looks: tuple[int, ...], cases: int) -> Sampled:
    """The first sample of a case."""
    return _sampled(draw, looks, lambda location: first_is_enough(location, bounds, len(looks), cases))


def second(draw: Draw, bounds: Bounds, looks: tuple[int, ...], suspects: int) -> Sampled:
    """The second sample of a suspected case."""
    return _sampled(draw, looks, lambda location: second_is_enough(location, bounds, len(looks), suspects))


def _sampled(draw: Draw, looks: tuple[int, ...], enough: Callable[[Location], bool]) -> Sampled:
    values = list(draw(looks[-1]))
    for look in looks:
        location = locate(values[:look])
        assert location is not None
        if enough(location) or look == looks[-1]:
            return Sampled(location, look)
    raise AssertionError("a sample has one look at least")


def check(draws: Sequence[Draw], bounds: Sequence[Bounds], effort: Looks) -> list[tuple[Change, int]]:
    """A whole check: what each case comes to, and after how many launches."""
    cases, looks, again_looks = len(draws), len(effort.looks), len(effort.again)
    firsts = [first(draw, bound, effort.looks, cases) for draw, bound in zip(draws, bounds, strict=True)]
    suspects = [index for index in range(cases) if suspect(firsts[index].location, bounds[index], looks)]
    seconds = [second(draws[index], bounds[index], effort.again, len(suspects)) for index in suspects]
    verdicts = confirmed([one.location for one in seconds], [bounds[index] for index in suspects], again_looks)
    found = [
        (of_sample(one.location, bound, looks, cases), one.launches) for one, bound in zip(firsts, bounds, strict=True)
    ]
    for index, again, is_confirmed in zip(suspects, seconds, verdicts, strict=True):
        change = of_sample(again.location, bounds[index], again_looks, cases, is_confirmed=is_confirmed)
        found[index] = (change, firsts[index].launches + again.launches)
    return found
