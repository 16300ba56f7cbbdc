"""What is measured of a user's call, and how much of it fits into a budget."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

PROFILE = "advise"  # of runs that measure a call
TRY, MAP, TICKER, CEILING = "try-call", "map-calls", "ticker", "ceiling"

SHORTEST_BUDGET_S, LONGEST_BUDGET_S = 3.0, 86400.0  # from the question to the answer
BATCH_S = 0.006  # short calls are repeated to that length, which swamps handing them to a worker
SHORT_CALL_S = 0.05  # of longer ones a worker gets as few as possible
VERY_SHORT_CALL_S = 0.01
TICKER_S = 0.12
CEILING_S = 0.15
POOL_START_S = 0.08
THREADS_START_S = 0.02
WAITS, MAY_WAIT = 0.5, 0.2  # shares of a call's time
THREADS_PER_CORE = 64  # of waiting work at most; calls of a coroutine that are gathered as well
PROCESSES_PER_CORE = 8  # likewise; each is an interpreter with all its memory
SWEEPS_AT_MOST = 12
FEWEST_JOBS = 3  # of a sweep, where time is short
FEWEST_SWEEPS = 3  # for which there has to be time, or jobs are left out
TRIED_CALLS = 2  # of a long call, before anything is measured
AROUND_S = 5.0  # of a budget, in which targets are found, and what was measured judged and written
LEAST_NAMED_S = 20  # the shortest budget that is recommended
# What a reader asks first, in that order: where time is short the later ones are left out.
PRIORITY = (
    "thread",
    "asyncio",
    "process-pool",
    "thread-pool",
    "process",
    "to-thread",
    "interpreter-pool",
    "pool",
)
ASYNCHRONOUS = ("coroutine", "async generator")  # forms of a call that has to be awaited
IN_PROCESSES = ("process", "pool", "process-pool", "interpreter-pool")


def id_without_site(target: str) -> str:
    """A target's id without ``site=1``, the setting that every target of a call has."""
    return ",".join(part for part in target.split(",") if part != "site=1")


def ways_for(*, asynchronous: bool, interpreters: bool) -> list[str]:
    """The ways that suit a call, in the order of PRIORITY.

    Args:
        asynchronous: Whether it is a coroutine, which is gathered instead of run in a thread.
        interpreters: Whether the target has a pool of interpreters.
    """
    unsuited = {"to-thread"} if asynchronous else {"asyncio"}
    if not interpreters:
        unsuited.add("interpreter-pool")
    return [name for name in PRIORITY if name not in unsuited]


def most_workers(strategy: str, cores: int) -> int:
    """The most workers that a way is tried with, where the call waits."""
    per_core = PROCESSES_PER_CORE if strategy in IN_PROCESSES else THREADS_PER_CORE
    return per_core * cores


def enough_budget_s(seconds: float) -> int:
    """The budget that leaves so many seconds to measure in, rounded up."""
    return max(LEAST_NAMED_S, 10 * math.ceil((seconds + AROUND_S) / 10))


@dataclass(frozen=True)
class Job:
    """One thing that is measured in a launch.

    Attributes:
        probe: MAP, TICKER or CEILING.
        strategy: Of MAP: how calls are spread.
        workers: How many workers, or of TICKER threads.
    """

    probe: str
    strategy: str = ""
    workers: int = 1

    @property
    def condition(self) -> dict[str, Any]:
        """What the probe is given."""
        if self.probe == MAP:
            return {"strategy": self.strategy, "workers": self.workers}
        return {"threads": self.workers} if self.probe == TICKER else {"workers": 2}

    @property
    def group(self) -> str:
        """Jobs of one group share a launch.

        A way with processes has its own: what was called in a process before it forks may keep its
        children from working.
        """
        return f"{self.strategy}-{self.workers}" if self.strategy in IN_PROCESSES else "threads"


@dataclass(frozen=True)
class CallPlan:
    """How much is measured.

    Attributes:
        call_s: Seconds of a call.
        wait_share: Part of its time for which it waits.
        asynchronous: Whether it is a coroutine.
        cores: Usable cores of the host.
        has_gil: Whether launches have the GIL while it runs.
        interpreters: Whether the target has a pool of interpreters.
        pickling_s: Seconds to pickle and unpickle a call and its result.
        start_s: Seconds until a launch is ready to call.
        seconds: What is left of the budget.
        asked: The ways that the caller wants measured; empty for all that suit.
    """

    call_s: float
    wait_share: float
    asynchronous: bool
    cores: int
    has_gil: bool
    interpreters: bool
    pickling_s: float
    start_s: float
    seconds: float
    asked: tuple[Job, ...] = ()

    @cached_property
    def levels(self) -> list[int]:
        """Numbers of workers: powers of two below the cores, and the cores; 2 at least."""
        levels = [2]
        while 2 * levels[-1] <= self.cores:
            levels.append(2 * levels[-1])
        return levels if levels[-1] >= self.cores else [*levels, self.cores]

    @property
    def waits(self) -> bool:
        """Whether it waits for most of its time."""
        return self.wait_share > WAITS

    @property
    def may_wait(self) -> bool:
        """Whether more workers than cores may gain."""
        return self.wait_share > MAY_WAIT

    @property
    def warms_up(self) -> bool:
        """Whether calls are made before the first one that is timed: short ones only."""
        return self._is_short

    @property
    def calls(self) -> int:
        """Calls of a batch."""
        return max(1, round(BATCH_S / self.call_s))

    @property
    def ticker_calls(self) -> int:
        """Calls of each thread of a TICKER."""
        return max(1, round(TICKER_S / self.call_s))

    def _calls_of(self, job: Job) -> int:
        """Calls of a batch in a job: fewer where pickling them takes longer than making them."""
        each_s = self.call_s + (self.pickling_s if job.strategy in IN_PROCESSES else 0.0)
        return max(1, round(BATCH_S / each_s))

    def ticker_amounts(self, job: Job) -> dict[str, Any]:
        """How many calls a job of TICKER makes, in how many threads."""
        return {"calls": self.ticker_calls, "threads": job.workers, "warm_up": self.warms_up}

    @property
    def call_words(self) -> str:
        """The time of a call in the unit that suits it, such as ``1.25 ms``."""
        for unit, seconds in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
            if self.call_s >= seconds:
                return f"{self.call_s / seconds:.3g} {unit}"
        return f"{self.call_s * 1e9:.0f} ns"

    def amounts(self, job: Job) -> dict[str, Any]:
        """How many calls and pairs a job of MAP has."""
        batches, serial_batches = job.workers, 1
        if self._is_short:
            if job.workers <= 2 * self.cores:
                batches = 2 * job.workers
            serial_batches = min(batches, 4)
        return {
            "calls": self._calls_of(job),
            "serial_calls": self.calls,
            "batches": batches,
            "serial_batches": serial_batches,
            "pairs": self._pairs,
            "warm_up": self.warms_up,
        }

    @property
    def _is_short(self) -> bool:
        return self.call_s < SHORT_CALL_S

    @property
    def _pairs(self) -> int:
        """Pairs of a job of MAP in one launch."""
        if self.call_s < VERY_SHORT_CALL_S:
            return 4
        return 2 if self._is_short else 1

    def job_s(self, job: Job) -> float:
        """About how long a job takes, without the start of its launch."""
        if job.probe == CEILING:
            return CEILING_S
        if job.probe == TICKER:
            return (self.ticker_calls * job.workers + self.warms_up) * self.call_s
        amounts = self.amounts(job)
        batch_s = self.calls * self.call_s
        at_once = 1  # threads may well take turns
        if self.waits:
            at_once = job.workers
        elif job.strategy in IN_PROCESSES:
            at_once = min(job.workers, self.cores)
        parallel_s = amounts["batches"] * batch_s / at_once
        start_s = POOL_START_S if job.strategy in IN_PROCESSES else THREADS_START_S
        rounds: int = amounts["pairs"] + amounts["warm_up"]
        serial_s = float(amounts["pairs"] * amounts["serial_batches"]) * batch_s
        seconds: float = start_s + rounds * parallel_s + serial_s
        return seconds

    @cached_property
    def jobs(self) -> list[Job]:
        """What a sweep measures.

        All of it, or the first jobs, for which there is time in ``FEWEST_SWEEPS`` sweeps.
        """
        if self.asked:
            return [*self.asked, Job(TICKER)] if self.has_gil else list(self.asked)
        jobs = self._all_jobs()
        while len(jobs) > FEWEST_JOBS and FEWEST_SWEEPS * self._sweep_s(jobs) > self.seconds:
            jobs.pop()
        return jobs

    def _all_jobs(self) -> list[Job]:
        """Everything that suits the call, the most important first."""
        names = ways_for(asynchronous=self.asynchronous, interpreters=self.interpreters)
        jobs = [Job(MAP, names[0], self.levels[-1])]
        if self.has_gil:
            jobs.append(Job(TICKER, workers=1))
        jobs.append(Job(MAP, names[1], self.levels[-1]))
        if not self.waits:
            jobs.append(Job(CEILING))
        if self.has_gil:
            jobs.append(Job(TICKER, workers=2))
        jobs += [Job(MAP, name, self.levels[-1]) for name in names[2:]]
        for workers in self.levels[:-1]:
            jobs += [Job(MAP, name, workers) for name in names[:3]]
        return jobs

    def _sweep_s(self, jobs: list[Job]) -> float:
        groups = {job.group for job in jobs}
        seconds: float = sum(self.job_s(job) for job in jobs)
        return len(groups) * self.start_s + seconds

    @property
    def essential_sweep_s(self) -> float:
        """Seconds of a sweep of what decides most: threads, processes and the ticking thread."""
        jobs = self._all_jobs()
        in_processes = [job.strategy in IN_PROCESSES for job in jobs]
        return self._sweep_s(jobs[: 1 + in_processes.index(True)])

    @property
    def enough_s(self) -> float:
        """Seconds in which the call is tried, and what decides most measured often enough."""
        trial_s = self.start_s + TRIED_CALLS * self.call_s
        return trial_s + FEWEST_SWEEPS * self.essential_sweep_s

    @property
    def sweeps(self) -> int:
        """About how often everything is measured."""
        return max(1, min(SWEEPS_AT_MOST, int(self.seconds / self._sweep_s(self.jobs))))

    @property
    def expected_s(self) -> float:
        """About how long that takes, in seconds; 0 where there is time for nothing."""
        if self.start_s + min(map(self.job_s, self.jobs)) > self.seconds:
            return 0.0
        return min(self.seconds, SWEEPS_AT_MOST * self._sweep_s(self.jobs))
