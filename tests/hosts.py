"""Hosts that exist on a virtual clock only: how long work takes on their cores.

A host's cores have a speed that changes over time. Serial code runs on one core, threads that hold the GIL take turns
of a switch interval on any of them, processes run in parallel.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gilbench.model import Host
from tests.synthetic import make_host

SWITCH_S = 0.005
OS_SLICE_S = 0.004  # of a program that shares its core with another
QUOTA_PERIOD_S = 0.1


@dataclass(frozen=True)
class HostLaw:
    """What a simulated host is like.

    Attributes:
        cores: That the run may use.
        dwell_s: Mean seconds for which a core keeps its lower speed; None where it has one speed.
        slow: The lower speed; the other is 1.
        slow_share: Share of the time at the lower speed.
        slow_cores: Cores that always have the lower speed, as the small ones of some processors do.
        drift: How far the speed of all cores swings about its mean over five minutes.
        launch_noise: Standard deviation of a launch's log speedup.
        round_noise: That of the logarithm of a round's time.
        bad_launches: Share of launches that are off by 5 to 10 % either way.
        foreign: Busy programs that share the cores.
        foreign_dwell_s: Mean seconds for which each of them is busy; None: always.
        foreign_share: Share of the time for which each of them is busy.
        shared_pace: Speed of two virtual cores of one real core while both are busy; 1 for real cores.
        shared_dwell_s: Mean seconds for which virtual cores share a real one, and do not; None: always.
        quota_cores: CPU seconds per wall-clock second that the container gets; None without a limit.
        gil: Whether the target has it.
        speedups: Label of a comparison → its speedup on cores of one speed, instead of the lawful one.
    """

    cores: int = 2
    dwell_s: float | None = None
    slow: float = 0.54
    slow_share: float = 0.5
    slow_cores: int = 0
    drift: float = 0.0
    launch_noise: float = 0.01
    round_noise: float = 0.01
    bad_launches: float = 0.0
    foreign: int = 0
    foreign_dwell_s: float | None = None
    foreign_share: float = 0.5
    shared_pace: float = 1.0
    shared_dwell_s: float | None = None
    quota_cores: float | None = None
    gil: bool = True
    speedups: Mapping[str, float] = field(default_factory=dict)


class Alternation:
    """Two values that take turns, each for an exponentially distributed time; made as far as it is asked for.

    Args:
        values: The two.
        dwell_s: The mean time of the second; None to have the first all the time.
        generator: Draws the times.
        share: Of the second value in the whole time.
    """

    CHUNK = 512

    def __init__(
        self,
        values: tuple[float, float],
        dwell_s: float | None,
        generator: np.random.Generator,
        share: float = 0.5,
    ) -> None:
        self._values, self._dwell_s, self._generator = values, dwell_s, generator
        self._phase = int(generator.random() < share) if dwell_s else 0
        self._first_s = (dwell_s or 0.0) * (1 - share) / share
        self._begins_s = [0.0]
        self._done = [0.0]  # the integral of the value up to each beginning

    def _extend(self) -> None:
        if self._dwell_s is None:
            dwells, values = np.full(1, 1e6), np.full(1, self._values[0])
        else:
            which = (self._phase + len(self._begins_s) - 1 + np.arange(self.CHUNK)) % 2
            means_s = np.take((self._first_s, self._dwell_s), which)
            dwells, values = self._generator.exponential(means_s), np.take(self._values, which)
        self._begins_s.extend((self._begins_s[-1] + np.cumsum(dwells)).tolist())
        self._done.extend((self._done[-1] + np.cumsum(dwells * values)).tolist())

    def integral(self, at_s: float) -> float:
        """The integral of the value from 0 to a time."""
        while self._begins_s[-1] <= at_s:
            self._extend()
        place = bisect_right(self._begins_s, at_s) - 1
        return self._done[place] + (at_s - self._begins_s[place]) * self._slope(place)

    def reached_s(self, integral: float) -> float:
        """When the integral from 0 reaches a value."""
        while self._done[-1] <= integral:
            self._extend()
        place = bisect_right(self._done, integral) - 1
        return self._begins_s[place] + (integral - self._done[place]) / self._slope(place)

    def value(self, at_s: float) -> float:
        """The value at a time."""
        self.integral(at_s)
        return self._slope(bisect_right(self._begins_s, at_s) - 1)

    def _slope(self, place: int) -> float:
        return self._values[(self._phase + place) % 2] if self._dwell_s else self._values[0]

    def spent_s(self, begin_s: float, work: float) -> float:
        """How long it takes from ``begin_s`` on until the integral has grown by ``work``."""
        return self.reached_s(self.integral(begin_s) + work) - begin_s


@dataclass(frozen=True)
class Spent:
    """What some work took: wall-clock and CPU seconds, and the CPU seconds of each of its workers."""

    wall_s: float
    cpu_s: float
    each_s: tuple[float, ...] = ()


class SimulatedHost:
    """A host on its virtual clock.

    Args:
        law: What it is like.
        seed: Of what is drawn launch by launch and round by round.
        mood_seed: Of when its cores and its other programs change; ``seed`` if left out.

    Attributes:
        now_s: The time.
        busy_s: CPU seconds that all cores have been busy so far, other programs included.
    """

    def __init__(self, law: HostLaw, seed: int, mood_seed: int | None = None) -> None:
        self.law, self.now_s, self.busy_s = law, 0.0, 0.0
        self.random = np.random.default_rng(seed)
        of_moods = np.random.default_rng(seed if mood_seed is None else mood_seed)
        moods = iter(of_moods.spawn(law.cores + 3 + max(0, law.foreign - 1)))
        self._cores = []
        for core in range(law.cores):
            speeds = (law.slow, law.slow) if core < law.slow_cores else (1.0, law.slow)
            self._cores.append(Alternation(speeds, law.dwell_s, next(moods), law.slow_share))
        first_program = next(moods)
        self._paces = Alternation((law.shared_pace, 1.0), law.shared_dwell_s, next(moods))
        self._swing_s = next(moods).uniform(0, 300)
        programs = (first_program, *moods)[: law.foreign]
        self._foreign = [self._program(law, generator) for generator in programs]

    @staticmethod
    def _program(law: HostLaw, generator: np.random.Generator) -> Alternation:
        """When one of the other programs is busy."""
        if law.foreign_dwell_s is None:
            return Alternation((1.0, 0.0), None, generator)
        idle_share = 1 - law.foreign_share
        idle_s = law.foreign_dwell_s * idle_share / law.foreign_share
        return Alternation((1.0, 0.0), idle_s, generator, idle_share)

    def describe(self) -> Host:
        """What gilbench sees of the host before it measures."""
        quota = self.law.quota_cores
        usable = self.law.cores if quota is None else max(1, min(self.law.cores, math.floor(quota)))
        return make_host(self.law.cores, usable_cores=usable, cgroup_quota_cores=quota)

    def use(self, spent: Spent) -> None:
        """Let time pass in which this run used some of the CPU and other programs what they had of the rest."""
        foreign_s = min(self.foreign(), self.law.cores) * spent.wall_s
        self.busy_s += min(self.law.cores * spent.wall_s, spent.cpu_s + foreign_s)
        self.now_s += spent.wall_s

    def foreign(self) -> float:
        """How many other programs are busy now."""
        return sum(program.value(self.now_s) for program in self._foreign)

    def any_core(self) -> int:
        """A core at random."""
        return int(self.random.integers(self.law.cores))

    def _waiting_s(self, cpu_s: float, workers: int) -> float:
        """How long one of so many workers waits for other programs during its own CPU time."""
        beyond = workers + self.foreign() - self.law.cores
        if beyond <= 0:
            return 0.0
        slices = (
            cpu_s
            / OS_SLICE_S
            * min(1.0, beyond / workers)
            * self.foreign()
            / min(self.law.cores, workers + 1)
        )
        return OS_SLICE_S * (math.floor(slices) + (self.random.random() < slices % 1))

    def _paced(self, work: float) -> float:
        return work / (
            1 + self.law.drift * math.sin((self.now_s + self._swing_s) / 300 * 2 * math.pi)
        )

    def on_one_core(self, core: int, work_s: float) -> Spent:
        """Work that takes ``work_s`` at full speed, on one core."""
        cpu_s = self._cores[core].spent_s(self.now_s, self._paced(work_s))
        return Spent(cpu_s + self._waiting_s(cpu_s, 1), cpu_s)

    def in_turns(self, work_s: float) -> Spent:
        """The same in threads that hold the GIL in turns, each turn on whatever core."""
        left, at_s = self._paced(work_s), self.now_s
        while True:
            core = self._cores[self.any_core()]
            turn_s = core.spent_s(at_s, left)
            if turn_s <= SWITCH_S:
                cpu_s = at_s + turn_s - self.now_s
                return Spent(cpu_s + self._waiting_s(cpu_s, 1), cpu_s)
            left -= core.integral(at_s + SWITCH_S) - core.integral(at_s)
            at_s += SWITCH_S

    def in_parallel(self, work_s: float, workers: int, stagger_s: float) -> Spent:
        """The same in equal shares that begin one after the other, each on a core as long as there are enough."""
        pace = self._pace_together(min(workers, self.law.cores), self.now_s)
        share = self._paced(work_s) / pace / min(workers, self.law.cores)
        ends_s, each_s = [], []
        for worker, core in enumerate(self._cores[:workers]):
            own_s = core.spent_s(self.now_s + worker * stagger_s, share)
            ends_s.append(worker * stagger_s + own_s + self._waiting_s(own_s, workers))
            each_s.append(own_s)
        cpu_s = sum(each_s)
        # The operating system moves workers about where there are more of them than cores.
        wall_s = (
            max(ends_s)
            if workers <= self.law.cores
            else statistics.fmean(ends_s) + workers * stagger_s
        )
        if self.law.quota_cores is not None:
            at_once_s = self.random.uniform(0, self.law.quota_cores * QUOTA_PERIOD_S)
            wall_s = max(wall_s, (cpu_s - at_once_s) / self.law.quota_cores)
        return Spent(wall_s, cpu_s, tuple(each_s))

    def _pace_together(self, cores: int, at_s: float) -> float:
        """Speed of each core while so many of them are busy: every two of them may be one real core."""
        return 1.0 if cores < 2 else self._paces.value(at_s)

    def loops(self, core: int, begin_s: float, window_s: float, spinning: int) -> int:
        """What a spinning process gets done in a window beside others that spin."""
        timeline = self._cores[core % self.law.cores]
        work = timeline.integral(begin_s + window_s) - timeline.integral(begin_s)
        work *= self._pace_together(min(spinning, self.law.cores), begin_s)
        runnable = spinning + self.foreign()
        if runnable > self.law.cores:
            work *= self.random.binomial(8, self.law.cores / runnable) / 8
        if self.law.quota_cores is not None and spinning > self.law.quota_cores:
            work *= self.law.quota_cores / spinning
        return int(work * 1e7)
