"""Replays a whole check on given launches: for simulation and calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gilbench.analysis.location import Location, locate
from gilbench.check.decision import (
    Bounds,
    Change,
    classify_sample,
    confirmed,
    first_is_enough,
    second_is_enough,
    suspect,
)

# Returns so many launches of a case: natural logarithms of head time over baseline time.
Draw = Callable[[int], Sequence[float]]


@dataclass(frozen=True)
class Looks:
    """After how many launches the first and the second sample of a case are analysed."""

    looks: tuple[int, ...]
    again: tuple[int, ...]


@dataclass(frozen=True)
class ReplayedSample:
    """A sample, and the launches after which it was decided or complete."""

    location: Location
    launches: int


class ReplayedCase(NamedTuple):
    """The result of a case, and the launches that it took."""

    change: Change
    launches: int


def first(draw: Draw, bounds: Bounds, looks: tuple[int, ...], cases: int) -> ReplayedSample:
    """The first sample of a case.

    Args:
        draw: Gives launches of the case.
        bounds: The bounds of the case.
        looks: The numbers of launches after which the sample is analysed.
        cases: How many cases the check has.
    """
    return _sampled(
        draw, looks, lambda location: first_is_enough(location, bounds, len(looks), cases)
    )


def second(draw: Draw, bounds: Bounds, looks: tuple[int, ...], suspects: int) -> ReplayedSample:
    """The second sample of a suspected case.

    Args:
        draw: Gives fresh launches of the case.
        bounds: The bounds of the case.
        looks: The numbers of launches after which the sample is analysed.
        suspects: How many cases are measured a second time.
    """
    return _sampled(
        draw, looks, lambda location: second_is_enough(location, bounds, len(looks), suspects)
    )


def _sampled(
    draw: Draw, looks: tuple[int, ...], enough: Callable[[Location], bool]
) -> ReplayedSample:
    values = list(draw(looks[-1]))
    for look in looks:
        location = locate(values[:look])
        assert location is not None
        if enough(location) or look == looks[-1]:
            return ReplayedSample(location, look)
    raise AssertionError("a sample is analysed at least once")


def check(draws: Sequence[Draw], bounds: Sequence[Bounds], effort: Looks) -> list[ReplayedCase]:
    """Replay a whole check.

    Args:
        draws: The launches of each case.
        bounds: The bounds of each case.
        effort: After how many launches a sample is analysed.

    Returns:
        A result for each case.
    """
    cases, looks, again_looks = len(draws), len(effort.looks), len(effort.again)
    firsts, suspects = [], []  # the samples, and the indices of the cases to measure again
    for index, (draw, bound) in enumerate(zip(draws, bounds, strict=True)):
        sample = first(draw, bound, effort.looks, cases)
        firsts.append(sample)
        if suspect(sample.location, bound, looks):
            suspects.append(index)
    seconds, locations = [], []
    for index in suspects:
        sample = second(draws[index], bounds[index], effort.again, len(suspects))
        seconds.append(sample)
        locations.append(sample.location)
    of_suspects = [bounds[index] for index in suspects]
    are_confirmed = confirmed(locations, of_suspects, again_looks)
    results = []
    for sample, bound in zip(firsts, bounds, strict=True):
        change = classify_sample(sample.location, bound, looks, cases)
        results.append(ReplayedCase(change, sample.launches))
    for index, again, is_confirmed in zip(suspects, seconds, are_confirmed, strict=True):
        change = classify_sample(
            again.location, bounds[index], again_looks, cases, is_confirmed=is_confirmed
        )
        results[index] = ReplayedCase(change, firsts[index].launches + again.launches)
    return results
