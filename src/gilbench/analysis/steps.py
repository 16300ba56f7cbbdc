"""Finds where series of runs step to another level, and how sure that is.

Policy: nothing is assumed of how runs scatter but that, if nothing changed, any order of them was
as likely as any other. Steps are found by maximally selected rank statistics (Pettitt, 1979;
standardised as by Lausen and Schumacher, 1992). The runs are shuffled for all series at once
(Westfall and Young, 1993), so that the chance of any false step in any series is at most alpha,
however the series depend on each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

SIDE = 3  # runs on each side of a step at least: one or two that are off are no step
SHUFFLES = 1999
LEAST_RUNS = 2 * SIDE
TIE = 1e-9  # statistics that differ by less than this are equal but for rounding

Series = Sequence[float | None]  # one value per run, in order; None where a run has none


@dataclass(frozen=True)
class Step:
    """A step of a series to another level.

    Attributes:
        series: The number of the series.
        at: The first run at the new level.
        p: The chance of a step as clear as this one, in any series, if there were none.
    """

    series: int
    at: int
    p: float


def find_steps(series: Sequence[Series], alpha: float = 0.05, seed: int = 0) -> list[Step]:
    """Find the steps of several series.

    The runs on each side of a step are searched again, so ``alpha`` holds at each depth.

    Args:
        series: Series of the same runs.
        alpha: The accepted chance of any false step.
        seed: Decides how runs are shuffled; the same values and seed give the same steps.

    Returns:
        The steps, in order of the series and then of the runs.
    """
    segments = [_Segment(number, 0, len(values)) for number, values in enumerate(series)]
    steps: list[Step] = []
    while segments:
        new_steps = _search(series, segments, alpha, seed)
        steps += new_steps
        segments = _split(segments, new_steps)
    placed: list[Step] = []
    for number, values in enumerate(series):
        placed += _place_again(values, [step for step in steps if step.series == number])
    return placed


@dataclass(frozen=True)
class _Segment:
    """The runs of one series from ``start`` on and before ``end``."""

    series: int
    start: int
    end: int

    def contains(self, step: Step) -> bool:
        return self.series == step.series and self.start < step.at < self.end

    def present_runs(self, values: Series) -> list[int]:
        """Those of its runs that have a value."""
        return [run for run in range(self.start, self.end) if values[run] is not None]


def _split(segments: Sequence[_Segment], steps: Sequence[Step]) -> list[_Segment]:
    """Both sides of each step; segments without a step are done."""
    halves: list[_Segment] = []
    for step in steps:
        for segment in segments:
            if segment.contains(step):
                halves.append(_Segment(segment.series, segment.start, step.at))
                halves.append(_Segment(segment.series, step.at, segment.end))
    return halves


def _place_again(values: Series, steps: Sequence[Step]) -> list[Step]:
    """Move each step of a series to its likeliest place between its neighbours.

    A step that was found first may have been displaced by another that was not known yet.
    """
    ordered = sorted(steps, key=lambda step: step.at)
    for place, step in enumerate(ordered):
        start = ordered[place - 1].at if place else 0
        end = ordered[place + 1].at if place + 1 < len(ordered) else len(values)
        candidate = _Candidate.of(_Segment(step.series, start, end), values)
        ordered[place] = replace(step, at=candidate.at)
    return ordered


@dataclass(frozen=True)
class _Candidate:
    """The likeliest step of a segment, and the statistic that says how clear it is.

    ``ranks`` are those of the values of ``runs``, the runs of the segment that have one.
    """

    segment: _Segment
    runs: list[int]
    ranks: NDArray[np.float64]
    at: int
    statistic: float

    @classmethod
    def of(cls, segment: _Segment, values: Series) -> _Candidate:
        runs = segment.present_runs(values)
        ranks = _ranks([values[run] for run in runs])
        statistics = _step_statistics(ranks[np.newaxis, :])[0]
        at = runs[SIDE + int(statistics.argmax())]
        return cls(segment, runs, ranks, at, float(statistics.max()))


def _search(
    series: Sequence[Series], segments: Sequence[_Segment], alpha: float, seed: int
) -> list[Step]:
    """The steps of those segments that have one, each at its likeliest place."""
    candidates: list[_Candidate] = []
    for segment in segments:
        values = series[segment.series]
        if len(segment.present_runs(values)) >= LEAST_RUNS:
            candidates.append(_Candidate.of(segment, values))
    if not candidates:
        return []
    highest = _highest_when_shuffled(candidates, max(map(len, series)), seed)
    steps: list[Step] = []
    for candidate in candidates:
        as_high = int(np.sum(highest >= candidate.statistic - TIE))
        p = (1 + as_high) / (1 + SHUFFLES)
        if p <= alpha:
            steps.append(Step(candidate.segment.series, candidate.at, p))
    return steps


def _ranks(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Mid-ranks, centred and divided by their standard deviation; 0 where all values are equal."""
    numbers = np.asarray(values, dtype=float)
    below = (numbers[np.newaxis, :] < numbers[:, np.newaxis]).sum(axis=1)
    same = (numbers[np.newaxis, :] == numbers[:, np.newaxis]).sum(axis=1)
    ranks = below + (same + 1) / 2
    centred = ranks - ranks.mean()
    spread = float(np.sqrt((centred**2).sum() / (len(numbers) - 1)))
    if spread == 0:
        return np.zeros_like(centred)
    return np.asarray(centred / spread)


def _step_statistics(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the sum of the ranks before each possible step is from 0.

    The distance is in standard deviations of that sum in a random order of the runs.

    Args:
        ranks: Shape (orders, runs).

    Returns:
        Shape (orders, places of a step): column 0 has SIDE runs before the step.
    """
    runs = ranks.shape[1]
    before = np.arange(SIDE, runs - SIDE + 1)
    sums = np.abs(np.cumsum(ranks, axis=1)[:, before - 1])
    return np.asarray(sums / np.sqrt(before * (runs - before) / runs))


def _highest_when_shuffled(
    candidates: Sequence[_Candidate], runs: int, seed: int
) -> NDArray[np.float64]:
    """The highest statistic of all candidates in each of SHUFFLES orders of the runs.

    The orders are the same for all candidates.
    """
    keys = np.random.default_rng(seed).random((SHUFFLES, runs))
    highest = np.full(SHUFFLES, -math.inf)
    orders: dict[tuple[int, ...], NDArray[np.intp]] = {}  # most series have the same runs
    for candidate in candidates:
        present = tuple(candidate.runs)
        if present not in orders:
            orders[present] = np.argsort(keys[:, candidate.runs], axis=1)
        statistics = _step_statistics(candidate.ranks[orders[present]])
        highest = np.maximum(highest, statistics.max(axis=1))
    return highest
