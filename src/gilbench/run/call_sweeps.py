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

from gilbench.measure.answers import decode_observed
from gilbench.measure.launches import Launch, MeasurementError, NoAnswer
from gilbench.measure.session import Session
from gilbench.measure.targets import calls
from gilbench.measure.targets.calls import CallSpec
from gilbench.model import Host, InputError, Target, one_line
from gilbench.plan.call_plan import (
    MAP,
    SWEEPS_AT_MOST,
    TICKER,
    TRY,
    CallPlan,
    Job,
    id_without_site,
    most_workers,
)
from gilbench.run.call_records import CallRecords
from gilbench.run.call_requests import ask
from gilbench.run.hung_ways import OF_ITS_OWN, HungWays
from gilbench.run.repeating import worth_repeating
from gilbench.summary.call_gain import gain_of
from gilbench.summary.call_reasons import UNFINISHED
from gilbench.summary.call_ways import NOT_TRIED
from gilbench.summary.tried_call import TriedCall, did_not_return

SET_UP_LIMIT_S = 30.0
PATIENCE_S = 2.5  # beyond what is expected, before a way counts as hanging
PATIENCE_FACTOR = 8.0
ASKED_PATIENCE_S = 30.0  # at least, for the ways that were asked for and the first call of all
SEVERAL_SHARE = 0.08  # of the time, within which a first call returns that is made again
SHORTEST_S = 0.3  # of the budget, that is still worth a launch
FEWEST_LAUNCHES = 2  # for an interval
STILL_GAINS = 1.15  # over half as many workers, so that twice as many are tried


class CallSweeps:
    """The measurements of a call on one target.

    Args:
        session: Has the target bundle.
        host: The machine.
        spec: What is called.
        target: Where.
        records: Where observations are kept.
        asked: The ways that are measured, and no others; empty for all that suit.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        spec: CallSpec,
        target: Target,
        records: CallRecords,
        asked: Sequence[Job] = (),
    ) -> None:
        self._asked = tuple(asked)
        self._session, self._host, self._spec, self._target = session, host, spec, target
        self._records = records
        self._end_s, self._share = 0.0, 1.0
        self._launches = 0
        self._failed: set[Job] = set()
        self._hung = HungWays(target)
        self._seconds: dict[Job, float] = {}  # what a job took last

    def try_call(self, seconds: float, targets: int = 1) -> None:
        """Call a few times, to see how it is called and how long that takes.

        Args:
            seconds: For which the first call is waited for.
            targets: How many share the budget.

        Raises:
            InputError: It cannot be called.
        """
        self._session.doing(f"trying {self._spec.text} on {id_without_site(self._target.id)}")
        began_s = time.monotonic()
        limit_s = max(2.0, seconds)
        limit_ns = int(SEVERAL_SHARE * limit_s * 1e9)
        if self._asked:  # which have one launch whatever it takes
            limit_s = max(ASKED_PATIENCE_S, limit_s)
        try:
            with self._open() as launch:
                launch.set_up(SET_UP_LIMIT_S)
                answer = launch.ask("try call", limit_s, limit_ns=limit_ns, **self._spec.request)
                trial = decode_observed(TRY, answer)
        except NoAnswer:
            problem = did_not_return(self._target, self._host, limit_s, targets)
            raise self._unusable(problem) from None
        except MeasurementError as error:
            self._records.add(self._target, TRY, {}, 0, {"problem": one_line(str(error))}, 0.0)
            raise self._unusable(f"{error}; run the call by itself first") from error
        seconds = time.monotonic() - began_s
        self._records.add(self._target, TRY, {}, 0, trial, seconds, launch.pid)
        problem = one_line(str(trial.get("problem", "")))
        if "missing" in trial:
            raise self._unusable(
                f"{problem}, which is not installed for {self._target.executable}; "
                "install it there, or name another interpreter with --python"
            )
        if "problem" in trial:
            raise self._unusable(problem)
        self._tried = TriedCall(self._target, trial)
        suiting = self._tried.suiting_ways
        for job in self._asked:
            if job.strategy not in suiting:
                raise self._unusable(
                    f"{job.strategy} does not suit it there; choose from: {', '.join(suiting)}"
                )

    def _unusable(self, problem: str) -> InputError:
        return InputError(
            f"{self._spec.text} cannot be measured on {id_without_site(self._target.id)}: {problem}"
        )

    @property
    def shortest_s(self) -> float:
        """Seconds in which what decides most is measured as often as an interval needs."""
        plan = self._tried.plan(0.0, self._host.usable_cores, self._asked)
        return FEWEST_LAUNCHES * plan.essential_sweep_s

    def launches(self, end_s: float, share: float) -> Iterator[int]:
        """Measure every job in turn, again and again.

        Args:
            end_s: When the time is up, on the monotonic clock.
            share: The part of the time until then that this target has.

        Yields:
            The number of the sweep, after each of its launches.
        """
        self._end_s, self._share = end_s, share
        plan = self._tried.plan(share * self._left_s(), self._host.usable_cores, self._asked)
        place = id_without_site(self._target.id)
        measured = "no time is left to measure it"
        if self._asked or plan.expected_s:
            measured = f"measuring for {plan.expected_s:.0f} s"
        self._session.doing(f"{self._tried.shown} takes {plan.call_words} on {place}; {measured}")
        jobs = list(plan.jobs)
        draw = random.Random(self._session.seed)
        for sweep in range(SWEEPS_AT_MOST):
            groups: dict[str, list[Job]] = {}
            for job in jobs:
                groups.setdefault(job.group, []).append(job)
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

    def _open(self) -> Launch:
        variables = calls.environment_of(self._launches)
        self._launches += 1
        target = self._target
        return Launch(target.executable, self._session.target_bundle, target.settings, variables)

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
                if job in self._failed or self._left_s(sweep) < expected_s + start_s:
                    continue
                if self._hangs_too(job):
                    continue
                if launch is None:
                    launch = self._open()
                    launch.set_up(min(SET_UP_LIMIT_S, max(1.0, self._left_s(sweep))))
                start_method = self._hung.start_method
                if not self._measure(launch, sweep, job, plan, expected_s):
                    launch.close()
                    launch = None
                    if self._hung.start_method != start_method:
                        waiting.insert(0, job)
        except MeasurementError:  # it was not ready before the time was up
            return False
        finally:
            if launch is not None:
                launch.close()
        return self._left_s(sweep) > SHORTEST_S

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
        self._records.add(self._target, job.probe, job.condition, 0, observed, 0.0)
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
            observed = ask(launch, job, plan, self._call(job), limit_s)
            failure = observed.get("failed", "")
        except NoAnswer:
            failure = self._hung.no_answer(job, limit_s, patience_s, expected_s)
            if not failure or failure.startswith(UNFINISHED):
                self._keep(launch, OF_ITS_OWN, job, {"failed": failure}, limit_s)
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
            target, pid = self._target, launch.pid
            self._records.add(target, job.probe, job.condition, number, observed, seconds, pid)

    def _call(self, job: Job) -> dict[str, Any]:
        """What is called, and how the processes of a job are started if not as the target does."""
        call = {"call": dict(self._spec.request), "form": self._tried.trial["form"]}
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
        for observed in self._records.under(self._target, job.probe, job.condition):
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
