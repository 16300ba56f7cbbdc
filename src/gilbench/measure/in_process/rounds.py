"""Rounds of a function in threads of this process: their number of calls and their times."""

from __future__ import annotations

import gc
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gilbench.measure.in_process.delays import ThreadTimes

# A thread's least share of a round: its start and its end are a percent of it
ROUND_NS = 10_000_000
SIZING_TRIALS = 3  # the fastest counts: noise only adds time
MOST_CALLS = 1 << 24
# Objects. Python 3.12 freezes some hundred as it starts (375 in 3.12.1); who calls gc.freeze() in a
# session of pytest freezes tens of thousands.
MOST_FROZEN_AT_START = 5000
# A function that uses less of a core waits; the cores are no limit to it.
WAITING_CPU_SHARE = 0.1

Call = Callable[[], Any]
Started = Callable[[ThreadTimes], None]


@dataclass(frozen=True)
class Work:
    """What one thread did in a round.

    Attributes:
        end_ns: When its last call returned.
        cpu_ns: Its CPU time.
        delay_ns: How long it could have run since the round's start and had no core.
    """

    end_ns: int
    cpu_ns: int
    delay_ns: int


@dataclass(frozen=True)
class Round:
    """One round: when its threads were set going, and what each of them did."""

    start_ns: int
    threads: tuple[Work, ...]

    @property
    def end_ns(self) -> int:
        """When the last thread ended."""
        return max(work.end_ns for work in self.threads)

    @property
    def wall_ns(self) -> int:
        """From the start of the threads to the end of the last one; 1 at least."""
        return max(1, self.end_ns - self.start_ns)

    @property
    def delay_ns(self) -> int:
        """For how long threads had no core although they could run, all together."""
        return sum(work.delay_ns for work in self.threads)

    @property
    def most_ns(self) -> int:
        """What the round takes at most where each thread has a core.

        A thread that waits for the GIL also waits while the thread that holds it has no core; that
        is still part of this time.
        """
        walls_ns = (work.end_ns - self.start_ns - work.delay_ns for work in self.threads)
        return max(1, *walls_ns, *(work.cpu_ns for work in self.threads))

    @property
    def least_ns(self) -> int:
        """What the round takes at least where each thread has a core: no delay was in vain."""
        return max(1, self.wall_ns - self.delay_ns, *(work.cpu_ns for work in self.threads))


@dataclass(frozen=True)
class Size:
    """How many calls last about a given time, how long one lasts, and whether it mostly waits."""

    calls: int
    call_s: float
    waits: bool


class _Worker(threading.Thread):
    """Calls a function a number of times, once all workers of a round are there."""

    def __init__(self, call: Call, calls: int, barrier: threading.Barrier) -> None:
        super().__init__(name="gilbench", daemon=True)
        self.call, self.calls, self.barrier = call, calls, barrier
        self.times: ThreadTimes | None = None
        self.delayed_before_ns = 0
        self.work = Work(0, 0, 0)
        self.error: BaseException | None = None

    def run(self) -> None:
        self.times = ThreadTimes()
        try:
            self.barrier.wait()
            self._work(self.times)
        except BaseException as error:  # raised again in the test's own thread
            self.error = error
        finally:
            self.times.close()

    def _work(self, times: ThreadTimes) -> None:
        call = self.call
        cpu_start_ns = time.thread_time_ns()
        for _ in itertools.repeat(None, self.calls):
            call()
        end_ns = time.perf_counter_ns()
        cpu_ns = time.thread_time_ns() - cpu_start_ns
        self.work = Work(end_ns, cpu_ns, times.delayed_ns() - self.delayed_before_ns)


def run_round(call: Call, calls: int, threads: int = 1, started: Started | None = None) -> Round:
    """Call a function ``calls`` times in each of some threads, with the garbage set aside before.

    Args:
        call: The function with its arguments.
        calls: How many calls each thread makes.
        threads: How many threads there are.
        started: Called with the counters of the first thread when all are there.

    Raises:
        BaseException: What the function raised.
    """
    set_aside_garbage()
    workers: list[_Worker] = []
    start_ns = 0

    def begin() -> None:
        """Read the clocks while all workers wait: one that got the GIL late has waited for it."""
        nonlocal start_ns
        for worker in workers:
            assert worker.times is not None
            worker.delayed_before_ns = worker.times.delayed_ns()
        if started is not None and workers[0].times is not None:
            started(workers[0].times)
        start_ns = time.perf_counter_ns()

    barrier = threading.Barrier(threads, begin)
    workers += [_Worker(call, calls, barrier) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for worker in workers:
        if worker.error is not None:
            raise worker.error
    return Round(start_ns, tuple(worker.work for worker in workers))


def size_round(call: Call, round_ns: int = ROUND_NS) -> Size:
    """Find the number of calls that last at least about ``round_ns`` in one thread."""
    calls = 1
    while True:
        trials = [run_round(call, calls)]
        if trials[0].most_ns < round_ns:
            trials += [run_round(call, calls) for _ in range(SIZING_TRIALS - 1)]
        best_ns = min(trial.most_ns for trial in trials)
        if best_ns >= round_ns // 4 or calls >= MOST_CALLS:
            break
        calls *= 8
    cpu_share = max(trial.threads[0].cpu_ns / trial.most_ns for trial in trials)
    call_ns = best_ns / calls
    return Size(max(1, math.ceil(round_ns / call_ns)), call_ns / 1e9, cpu_share < WAITING_CPU_SHARE)


def set_aside_garbage() -> None:
    """Collect what the last round left, and keep what lives out of later collections."""
    gc.collect()
    gc.freeze()


@contextmanager
def garbage_restored() -> Iterator[None]:
    """Give back to the collector afterwards what rounds have set aside."""
    frozen_by_others = gc.get_freeze_count() > MOST_FROZEN_AT_START
    try:
        yield
    finally:
        if not frozen_by_others:
            gc.unfreeze()
