"""Measures a call on one target within a budget of seconds.

It measures the ways to run it in pairs with serial calls, and a ticking thread next to it.

The launches of a sweep go through everything once; sweeps repeat until the time is up. What hangs
or fails is left out of later sweeps, and so are the slowest ways where time is short.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from gilbench.measure.launches import Launch, MeasurementError, NoAnswer
from gilbench.plan.call_plan import (
    MAP,
    SWEEPS_AT_MOST,
    TICKER,
    CallPlan,
    Job,
    id_without_site,
    most_workers,
)
from gilbench.run.call_records import CallRecords
from gilbench.run.call_requests import ask
from gilbench.run.call_trial import ASKED_PATIENCE_S, SET_UP_LIMIT_S, CallOnTarget
from gilbench.run.hung_ways import SEPARATE_LAUNCH, HungWays
from gilbench.run.repeating import worth_repeating
from gilbench.summary.call_gain import gain_of
from gilbench.summary.call_ways import NOT_TRIED
from gilbench.summary.tried_call import TriedCall

PATIENCE_S = 2.5  # beyond what is expected, before a way counts as hanging
PATIENCE_FACTOR = 8.0
SHORTEST_S = 0.3  # of the budget, that is still worth a launch
FEWEST_LAUNCHES = 2  # for an interval
STILL_GAINS = 1.15  # over half as many workers, so that twice as many are tried


class CallSweeps:
    """The measurements of a call on one target.

    Args:
        call: What is called, and where.
        tried: What a few calls showed.
        records: Where observations are kept.
        asked: The ways that are measured, and no others; empty for all that suit.
    """

    def __init__(
        self,
        call: CallOnTarget,
        tried: TriedCall,
        records: CallRecords,
        asked: Sequence[Job] = (),
    ) -> None:
        self._call, self._tried, self._records, self._asked = call, tried, records, tuple(asked)
        self._end_s, self._share = 0.0, 1.0
        self._launches = 1  # with that in which it was tried
        self._failed: set[Job] = set()
        self._hung = HungWays(call.target)
        self._seconds: dict[Job, float] = {}  # what a job took last

    def _plan(self, seconds: float) -> CallPlan:
        """What is measured in so many seconds."""
        return self._tried.plan(seconds, self._call.host.usable_cores, self._asked)

    @property
    def shortest_s(self) -> float:
        """Seconds in which what decides most is measured as often as an interval needs."""
        return FEWEST_LAUNCHES * self._plan(0.0).essential_sweep_s

    def launches(self, end_s: float, share: float) -> Iterator[int]:
        """Measure every job in turn, again and again.

        Args:
            end_s: When the time is up, on the monotonic clock.
            share: The part of the time until then that this target has.

        Yields:
            The number of the sweep, after each of its launches.
        """
        self._end_s, self._share = end_s, share
        plan = self._plan(share * self._left_s())
        self._announce(plan)
        jobs = list(plan.jobs)
        draw = random.Random(self._call.session.seed)
        for sweep in range(SWEEPS_AT_MOST):
            groups = _by_group(jobs)
            order = list(groups)
            if sweep > 1:  # the second sweep has the best way first: it needs an interval most
                draw.shuffle(order)
            for group in order:
                if not self._launch(sweep, groups[group], plan):
                    return
                yield sweep
            if sweep == 0 and not self._asked:
                if plan.may_wait:
                    jobs += yield from self._more_workers(plan)
                jobs = self._worth_repeating(jobs, plan)

    def _announce(self, plan: CallPlan) -> None:
        """Say how long a call takes, and for how long it is measured."""
        measured = "no time is left to measure it"
        if self._asked or plan.expected_s:
            measured = f"measuring for {plan.expected_s:.0f} s"
        place = id_without_site(self._call.target.id)
        takes = f"{self._tried.shown} takes {plan.call_words} on {place}"
        self._call.session.doing(f"{takes}; {measured}")

    def _left_s(self, sweep: int | None = None) -> float:
        """What is left of the time; ways that were asked for have one launch whatever it takes."""
        if self._asked and sweep == 0:
            return math.inf
        return self._end_s - time.monotonic()

    def _launch(self, sweep: int, jobs: Sequence[Job], plan: CallPlan) -> bool:
        """Measure jobs in one launch, another one after a job that ended it.

        Returns:
            Whether there is time for more.
        """
        launch: Launch | None = None
        waiting = list(jobs)
        try:
            while waiting:
                job = waiting.pop(0)
                expected_s = self._seconds.get(job, plan.job_s(job))
                start_s = 0.0 if launch else plan.start_s
                if not self._is_due(job, sweep, expected_s + start_s):
                    continue
                if launch is None:
                    launch = self._open(sweep)
                start_method = self._hung.start_method
                if self._measure(launch, sweep, job, plan, expected_s):
                    continue
                launch.close()
                launch = None
                if self._hung.start_method != start_method:  # from now on it is not forked
                    waiting.insert(0, job)
        except MeasurementError:  # it was not ready before the time was up
            return False
        finally:
            if launch is not None:
                launch.close()
        return self._left_s(sweep) > SHORTEST_S

    def _open(self, sweep: int) -> Launch:
        """Open a launch that is ready for jobs.

        Raises:
            MeasurementError: It is not ready before the time is up.
        """
        number = self._launches
        self._launches += 1
        launch = self._call.open_launch(number)
        try:
            launch.set_up(min(SET_UP_LIMIT_S, max(1.0, self._left_s(sweep))))
        except BaseException:
            launch.close()
            raise
        return launch

    def _is_due(self, job: Job, sweep: int, needed_s: float) -> bool:
        """Whether a job is measured now: there is time for it, and it is not known to hang."""
        if job in self._failed or self._left_s(sweep) < needed_s:
            return False
        return not self._hangs_too(job)

    def _hangs_too(self, job: Job) -> bool:
        """Whether a way of the same kind hung, and this one was never measured.

        It is kept as failed then, because waiting for it too would take the time of the others.
        """
        hung = self._hung.like(job)
        if job.probe == TICKER:
            return hung is not None and job.workers > 1
        if job.probe != MAP or hung is None or self._gain(job) is not None:
            return False
        self._failed.add(job)
        observed = {"failed": f"{NOT_TRIED}, because {hung} did not return"}
        self._records.add(self._call.target, job.probe, job.condition, 0, observed, 0.0)
        return True

    def _measure(
        self, launch: Launch, sweep: int, job: Job, plan: CallPlan, expected_s: float
    ) -> bool:
        """Measure a job; returns whether the launch is still of use."""
        began_s = time.monotonic()
        patience_s = PATIENCE_S + PATIENCE_FACTOR * expected_s
        if self._asked:
            patience_s = max(ASKED_PATIENCE_S, patience_s)
        limit_s = max(SHORTEST_S, min(self._left_s(sweep), patience_s))
        try:
            observed = ask(launch, job, plan, self._request(job), limit_s)
            failure = observed.get("failed", "")
        except NoAnswer:
            silence = self._hung.no_answer(job, limit_s, patience_s, expected_s)
            failure = silence.failure
            if silence.may_still_work:
                self._keep(launch, SEPARATE_LAUNCH, job, {"failed": failure}, limit_s)
                return False
        except MeasurementError as error:
            failure = str(error)
        if failure:
            observed = {"failed": failure}
            self._failed.add(job)
        self._seconds[job] = time.monotonic() - began_s
        self._keep(launch, sweep, job, observed, self._seconds[job])
        return not failure

    def _keep(
        self, launch: Launch, number: int, job: Job, observed: dict[str, Any], seconds: float
    ) -> None:
        """Keep what a launch observed of a job, unless its failure has no words."""
        if observed.get("failed") != "":
            target, pid = self._call.target, launch.pid
            self._records.add(target, job.probe, job.condition, number, observed, seconds, pid)

    def _request(self, job: Job) -> dict[str, Any]:
        """What is called, and how the processes of a job are started if not as the target does."""
        call = {"call": dict(self._call.spec.request), "form": self._tried.trial["form"]}
        return {**call, **self._hung.settings(job)}

    def _more_workers(self, plan: CallPlan) -> Generator[int, None, list[Job]]:
        """More workers for a call that waits: of threads, and of processes if they may gain more.

        Yields:
            The number of the sweep, after each launch.

        Returns:
            For each the jobs with the highest gains: the last but one that was tried, and the last.
        """
        in_threads = self._better_in_threads(plan)
        jobs = yield from self._doubled(in_threads, plan)
        gain = max(self._gain(job) or 0.0 for job in [in_threads, *jobs])
        for strategy in ("process-pool", "process"):
            in_processes = Job(MAP, strategy, plan.levels[-1])
            may_gain_more = gain < most_workers(strategy, plan.cores)
            if may_gain_more and self._gain(in_processes) is not None:
                return jobs + (yield from self._doubled(in_processes, plan))
        return jobs

    def _better_in_threads(self, plan: CallPlan) -> Job:
        """Threads; of a coroutine what gains more, because one that blocks its loop does not."""
        threads = Job(MAP, "thread", plan.levels[-1])
        if not plan.asynchronous:
            return threads
        gathered = Job(MAP, "asyncio", plan.levels[-1])
        return max(gathered, threads, key=lambda job: self._gain(job) or 0.0)

    def _doubled(self, first: Job, plan: CallPlan) -> Generator[int, None, list[Job]]:
        """Double the workers of a way until its gain ends."""
        tried = [first]
        gains = [self._gain(first)]
        while gains[-1] is not None:
            job = Job(MAP, first.strategy, 2 * tried[-1].workers)
            # Enough to repeat it, and the one before: an interval needs two launches.
            has_time = self._left_s() >= 3 * (plan.start_s + plan.job_s(job))
            if job.workers > most_workers(job.strategy, plan.cores) or not has_time:
                break
            self._launch(0, [job], plan)
            yield 0
            gain = self._gain(job)
            if gain is None:
                break
            tried.append(job)
            gains.append(gain)
            if gain < STILL_GAINS * (gains[-2] or 0.0):
                break
        return [job for job in tried[-2:] if job.workers > first.workers]

    def _gain(self, job: Job) -> float | None:
        for observed in self._records.under(self._call.target, job.probe, job.condition):
            return gain_of(observed)
        return None

    def _worth_repeating(self, jobs: Sequence[Job], plan: CallPlan) -> list[Job]:
        gains = {}
        for job in jobs:
            gain = self._gain(job) if job.probe == MAP else None
            if gain is not None and job not in self._failed:
                gains[job] = gain
        return worth_repeating(
            [job for job in jobs if job not in self._failed],
            gains,
            first=Job(MAP, "asyncio" if plan.asynchronous else "thread", 2),
            sweep_s=lambda kept: self._sweep_s(kept, plan),
            time_s=self._share * self._left_s(),
        )

    def _sweep_s(self, jobs: Sequence[Job], plan: CallPlan) -> float:
        launches = len({job.group for job in jobs})
        seconds = sum(self._seconds.get(job, plan.job_s(job)) for job in jobs)
        return launches * plan.start_s + seconds


def _by_group(jobs: Sequence[Job]) -> dict[str, list[Job]]:
    """The jobs that share a launch, by the name of their group."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(job.group, []).append(job)
    return groups
