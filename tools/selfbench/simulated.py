"""Launches on simulated hosts, thousands at once: cores whose speeds change, and launches that differ.

Experiments that share a mood have the same course of core speeds and differ in all else, so that the others show what
one of them could have measured in the same seconds. Times are in milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from gilbench.analysis.location import TRIM

Array = NDArray[np.float64]
HORIZON_MS = 40_000
SLOW = 0.54  # of the usual speed
MIGRATES = 0.3  # how often serial code is on another core than in its last round
LAUNCH_MS, BETWEEN_MS = 50.0, 4.0
ROUND_MS = 10.0
STARTS_MS = {"threads": 0.2, "processes": 4.0}


@dataclass(frozen=True)
class Law:
    """What a host is like.

    Attributes:
        dwell_ms: Mean time for which a core keeps a speed; None for cores of one speed.
        drift: How far the speed of both cores swings about its mean within 20 s.
        launch_noise: Standard deviation of the log speedup of a launch.
        bad: Share of launches that are off by 5 to 10 % either way.
    """

    dwell_ms: float | None = None
    drift: float = 0.0
    launch_noise: float = 0.01
    bad: float = 0.0


HOSTS = {
    "quiet": Law(),
    "drifting": Law(drift=0.05),
    "rare bad launches": Law(launch_noise=0.04, bad=0.1),
    **{
        f"two speeds, dwell {dwell:g} s": Law(1000 * dwell, 0.05, bad=0.02)
        for dwell in (0.02, 0.1, 0.5, 2.0, 5.0)
    },
}


class Cores:
    """What two cores have done by each millisecond, for each mood, and both in turns."""

    def __init__(self, law: Law, moods: int, generator: np.random.Generator) -> None:
        shape = (2, moods, HORIZON_MS)
        speeds = np.ones(shape)
        if law.dwell_ms is not None:
            changes = generator.random(shape) < 1 / law.dwell_ms
            changes[..., 0] = generator.random(shape[:2]) < 0.5
            speeds[np.cumsum(changes, axis=2) % 2 == 1] = SLOW
        phases = generator.uniform(0, 2 * np.pi, moods)[:, None]
        speeds *= 1 + law.drift * np.sin(2 * np.pi * np.arange(HORIZON_MS) / 20_000 + phases)
        done = np.zeros((3, moods, HORIZON_MS + 1))
        np.cumsum(speeds, axis=2, out=done[:2, :, 1:])
        done[2] = done[:2].mean(axis=0)
        self._moods = moods
        self._rows = done.reshape(3 * moods, -1)
        self._apart = 2.0 * HORIZON_MS
        self._all = (self._rows + self._apart * np.arange(3 * moods)[:, None]).ravel()

    def lasts(
        self, core: NDArray[np.intp], mood: NDArray[np.intp], at_ms: Array, work: Array
    ) -> Array:
        """How long work takes from a time on, on a core; core 2 is both in turns."""
        row = core * self._moods + mood
        whole = at_ms.astype(np.intp)
        begun = self._rows[row, whole]
        begun = begun + (at_ms - whole) * (self._rows[row, whole + 1] - begun)
        goal = begun + work + self._apart * row
        place = np.searchsorted(self._all, goal, side="right") - 1
        step = self._all[place + 1] - self._all[place]
        end_ms = place - row * (HORIZON_MS + 1) + (goal - self._all[place]) / step
        return np.asarray(end_ms - at_ms)


@dataclass(frozen=True)
class Launches:
    """When each launch of each experiment began, and its log ratio; shape (moods, repeats, launches)."""

    began_ms: Array
    logs: Array

    def truth_of(self, mood: int, repeat: int, launches: int) -> float:
        """The trimmed mean over the launches of the other repeats that began meanwhile."""
        began_ms = np.delete(self.began_ms[mood], repeat, axis=0)
        logs = np.delete(self.logs[mood], repeat, axis=0)
        first_ms, last_ms = self.began_ms[mood, repeat, [0, launches - 1]]
        is_within = (began_ms >= first_ms) & (began_ms <= last_ms)
        chosen = logs[is_within] if is_within.sum() > launches else logs
        return float(stats.trim_mean(chosen, TRIM))


def simulate(
    law: Law,
    strategy: str,
    log_ratio: float,
    *,
    launches: int,
    pairs: int,
    moods: int,
    repeats: int,
    generator: np.random.Generator,
    combine: Callable[[Array], Array] = lambda logs: logs.mean(axis=1),
) -> Launches:
    """Launches in which rounds of a case and of its reference alternate in random order.

    Args:
        law: The host.
        strategy: ``threads`` in turns, ``processes`` in parallel, or ``head`` on the same core.
        log_ratio: The true one, on cores of one speed.
        launches: Of each experiment.
        pairs: Of each launch.
        moods: Courses of the cores' speeds.
        repeats: Experiments of each.
        generator: Draws everything.
        combine: Makes one value of the pairs of a launch, shape (experiments, pairs).
    """
    cores = Cores(law, moods, generator)
    n = moods * repeats
    mood = np.repeat(np.arange(moods), repeats)
    core = generator.integers(2, size=n)
    now_ms = np.zeros(n)
    began_ms, logs = np.empty((n, launches)), np.empty((n, launches))
    work = np.full(n, ROUND_MS)
    for launch in range(launches):
        began_ms[:, launch] = now_ms
        now_ms = now_ms + LAUNCH_MS
        core = generator.integers(2, size=n)
        offset = generator.normal(0, law.launch_noise, n)
        is_bad = generator.random(n) < law.bad
        offset += is_bad * generator.uniform(0.05, 0.10, n) * generator.choice([-1, 1], n)
        of_pairs = np.empty((n, pairs))
        for pair in range(pairs):
            if strategy != "head":
                core = np.where(generator.random(n) < MIGRATES, 1 - core, core)
            case_first = generator.random(n) < 0.5
            noise = np.exp(generator.normal(0, 0.01, (2, n)))
            first = _timed(cores, strategy, case_first, core, mood, now_ms, work, log_ratio)
            now_ms = now_ms + first + BETWEEN_MS
            second = _timed(cores, strategy, ~case_first, core, mood, now_ms, work, log_ratio)
            now_ms = now_ms + second + BETWEEN_MS
            case = np.where(case_first, first, second) * noise[0]
            reference = np.where(case_first, second, first) * noise[1]
            of_pairs[:, pair] = np.log(reference / case)
        logs[:, launch] = combine(of_pairs) + offset
    shape = (moods, repeats, launches)
    return Launches(began_ms.reshape(shape), logs.reshape(shape))


def _timed(
    cores: Cores,
    strategy: str,
    is_case: NDArray[np.bool_],
    core: NDArray[np.intp],
    mood: NDArray[np.intp],
    now_ms: Array,
    work: Array,
    log_ratio: float,
) -> Array:
    """A round of the case where ``is_case``, of the reference elsewhere."""
    serial = cores.lasts(core, mood, now_ms, work)
    less = work / np.exp(log_ratio)
    if strategy == "head":
        case = cores.lasts(core, mood, now_ms, less)
    elif strategy == "threads":
        case = cores.lasts(np.full_like(core, 2), mood, now_ms, less) + STARTS_MS[strategy]
    else:
        halves = [cores.lasts(np.full_like(core, each), mood, now_ms, less / 2) for each in (0, 1)]
        case = np.maximum(*halves) + STARTS_MS[strategy]
    return np.where(is_case, case, serial)
