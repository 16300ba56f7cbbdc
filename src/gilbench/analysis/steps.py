"""Where several series of runs step, and how sure that is.

Policy: nothing is assumed of how runs scatter but that, if nothing changed, any order of them was as likely as any
other. A step is looked for by maximally selected rank statistics (Pettitt, 1979; standardised as by Lausen and
Schumacher, 1992), and the runs are shuffled for all series at once (Westfall and Young, 1993), so that the chance of
any false step in any of them is at most alpha, however the series depend on each other.
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

Series = Sequence[float | None]  # a value a run, in the order of the runs; None where a run has none


@dataclass(frozen=True)
class Step:
    """From the run ``at`` on a series is at another level; ``p`` is the chance of any such step where there is none."""

    series: int
    at: int
    p: float


def find(series: Sequence[Series], alpha: float = 0.05, seed: int = 0) -> list[Step]:
    """The steps of all series, in order; the same for the same values.

    After a step each side is looked at by itself, so the chance of a false one is held at each depth.
    """
    parts = [_Part(number, 0, len(values)) for number, values in enumerate(series)]
    steps: list[Step] = []
    while parts:
        found = _look(series, parts, alpha, seed)
        steps += found
        parts = [half for step in found for part in parts if part.holds(step) for half in part.split(step.at)]
    return [step for number, values in enumerate(series) for step in _placed(values, steps, number)]


def _placed(values: Series, found: Sequence[Step], number: int) -> list[Step]:
    """The steps of one series in order, each where it is likeliest between its neighbours: the first that was found may
    have been put off its place by one that was not known of yet."""
    mine = sorted((step for step in found if step.series == number), key=lambda step: step.at)
    for place, step in enumerate(mine):
        start = mine[place - 1].at if place else 0
        end = mine[place + 1].at if place + 1 < len(mine) else len(values)
        runs = [run for run in range(start, end) if values[run] is not None]
        scan = _scan(_ranks([values[run] for run in runs])[np.newaxis, :])
        mine[place] = replace(step, at=runs[SIDE + int(scan[0].argmax())])
    return mine


@dataclass(frozen=True)
class _Part:
    """Runs of one series, those from ``start`` and before ``end``."""

    series: int
    start: int
    end: int

    def holds(self, step: Step) -> bool:
        return self.series == step.series and self.start < step.at < self.end

    def split(self, at: int) -> tuple[_Part, ...]:
        return (_Part(self.series, self.start, at), _Part(self.series, at, self.end))


def _look(series: Sequence[Series], parts: Sequence[_Part], alpha: float, seed: int) -> list[Step]:
    """The parts that have a step, each at its likeliest place."""
    present = [[run for run in range(part.start, part.end) if series[part.series][run] is not None] for part in parts]
    tried = [(part, runs) for part, runs in zip(parts, present, strict=True) if len(runs) >= LEAST_RUNS]
    if not tried:
        return []
    ranks = [_ranks([series[part.series][run] for run in runs]) for part, runs in tried]
    observed = [_scan(one[np.newaxis, :]) for one in ranks]
    highest = _highest_of_shuffled([runs for _, runs in tried], ranks, max(map(len, series)), seed)
    steps = []
    for (part, runs), scan in zip(tried, observed, strict=True):
        top = float(scan[0].max())
        p = (1 + int(np.sum(highest >= top - 1e-9))) / (1 + SHUFFLES)
        if p <= alpha:
            steps.append(Step(part.series, runs[SIDE + int(scan[0].argmax())], p))
    return steps


def _ranks(values: Sequence[float | None]) -> NDArray[np.float64]:
    """Mid-ranks, less their mean, over the standard deviation that they have: 0 throughout where all are the same."""
    numbers = np.asarray(values, dtype=float)
    below = (numbers[np.newaxis, :] < numbers[:, np.newaxis]).sum(axis=1)
    same = (numbers[np.newaxis, :] == numbers[:, np.newaxis]).sum(axis=1)
    ranks = below + (same + 1) / 2
    centred = ranks - ranks.mean()
    spread = float(np.sqrt((centred**2).sum() / (len(numbers) - 1)))
    return np.asarray(centred / spread if spread > 0 else centred * 0.0)


def _scan(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each beginning's sum of ranks is from nothing, in standard deviations of a random order.

    Shape (orders, runs) becomes (orders, places of a step): column 0 has SIDE runs before the step.
    """
    count = ranks.shape[1]
    before = np.arange(SIDE, count - SIDE + 1)
    sums = np.abs(np.cumsum(ranks, axis=1)[:, before - 1])
    return np.asarray(sums / np.sqrt(before * (count - before) / count))


def _highest_of_shuffled(
    present: Sequence[Sequence[int]], ranks: Sequence[NDArray[np.float64]], runs: int, seed: int
) -> NDArray[np.float64]:
    """The largest statistic of all series in each of SHUFFLES orders of the runs, the same order for all of them."""
    places = np.random.default_rng(seed).random((SHUFFLES, runs))
    highest = np.full(SHUFFLES, -math.inf)
    orders = {tuple(mine): np.argsort(places[:, list(mine)], axis=1) for mine in present}
    for mine, ranked in zip(present, ranks, strict=True):
        highest = np.maximum(highest, _scan(ranked[orders[tuple(mine)]]).max(axis=1))
    return highest
