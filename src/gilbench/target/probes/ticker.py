"""How often a ticking thread finds the GIL taken while calls run in other threads.

It sleeps for short times and asks for the GIL after each sleep. If the GIL is free it has it at
once; if not, it waits once more, which the system counts as a voluntary switch of that thread. The
waits, and the share of ticks that had to wait, say for which share of the time the calls held the
GIL: no two ways to run them are compared, and other programs on the host make ticks later but no
free GIL taken.
"""

import os
import random
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import Any, Callable, Coroutine, Dict, Iterator, List, NamedTuple, Optional, Sequence

from gilbench.target.calls import calling, finding
from gilbench.target.calls_operations import output_caught
from gilbench.target.registry import Probe

try:
    import resource

    THREAD = getattr(resource, "RUSAGE_THREAD", None)
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]
    THREAD = None

MEAN_SLEEP_S = 0.0003
USUAL_LATE_NS = 60_000  # by which a sleep is late where no tick shows it
ENOUGH_TICKS = 5  # for their median to be the usual
PATIENCE_S = 20.0
# Where switches are not counted, a tick that is later than this waited for the GIL
LATE_NS = 1_000_000
FORCED = 0.8  # of the switch interval: who waited for longer had the GIL given up for it
BEAT_NS = 1_000_000  # of a task in an event loop that is watched
PR_SET_TIMERSLACK = 29  # of linux/prctl.h


class Tick(NamedTuple):
    """A sleep and what came of it: how long it was to be, and the time since the tick before."""

    sleep_ns: int
    gap_ns: int
    taken: bool


def share_held(ticks: Sequence[Tick], switch_interval_ns: float) -> float:
    """The share of the time for which others held the GIL.

    While a tick waits, the GIL is held. While the thread sleeps nothing is seen, but sleeps have
    exponentially distributed lengths, and what such sleeps find at their ends is on average what
    there was while they lasted (Wolff's "Poisson arrivals see time averages"). No sleep ends in its
    first moments, since every one is a little late: for these the mean of what there was at their
    start and of what ticks find is taken. A thread that is handed the GIL takes about as long to
    wake up as one whose sleep ends, and the GIL is free at the start of that time.

    Args:
        ticks: All of them, in order.
        switch_interval_ns: After which a thread that waits is given the GIL.
    """
    if not ticks:
        return 0.0
    usual_late_ns = _usual_late_ns(ticks)
    taken = sum(tick.taken for tick in ticks) / len(ticks)
    held_ns = total_ns = 0.0
    held_at_start = False  # of a sleep: whether who held the GIL takes it back at once
    for tick in ticks:
        after_sleep_ns = max(0, tick.gap_ns - tick.sleep_ns)
        # What a free tick is late beyond the usual it waited for a core, and nothing was seen.
        unseen_ns = min(usual_late_ns, after_sleep_ns)
        waited_ns = after_sleep_ns - unseen_ns if tick.taken else 0
        held_ns += taken * tick.sleep_ns + (held_at_start + taken) / 2 * unseen_ns
        total_ns += waited_ns + tick.sleep_ns + unseen_ns
        held_at_start = waited_ns > FORCED * switch_interval_ns
        waking_ns = 0 if held_at_start else min(usual_late_ns, waited_ns)
        held_ns += waited_ns - waking_ns + taken / 2 * waking_ns
    return held_ns / max(1.0, total_ns)


def _usual_late_ns(ticks: Sequence[Tick]) -> int:
    """By how much sleeps end late, as most ticks that found the GIL free show it."""
    late_ns = sorted(tick.gap_ns - tick.sleep_ns for tick in ticks if not tick.taken)
    middle_ns = late_ns[len(late_ns) // 2] if len(late_ns) >= ENOUGH_TICKS else USUAL_LATE_NS
    return min(middle_ns, LATE_NS)


class Ticker:
    """A thread that ticks from ``start`` to ``stop``.

    Args:
        core: The only one that it is to run on; None for any.

    Attributes:
        ticks: Its ticks.
        stall_ns: The longest wait for the GIL.
    """

    def __init__(self, core: Optional[int] = None) -> None:
        self.ticks: List[Tick] = []
        self.stall_ns = 0
        self._core = core
        self._done = False
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def start(self) -> None:
        """Start ticking; returns once the thread runs."""
        self._thread.start()
        self._begun.wait(PATIENCE_S)

    def stop(self) -> None:
        """Stop ticking, and wait for the thread to end."""
        self._done = True
        self._thread.join(PATIENCE_S)

    def _tick(self) -> None:
        if self._core is not None:
            with suppress(OSError):
                os.sched_setaffinity(0, {self._core})
        end_sleeps_on_time()
        draw = random.Random().expovariate
        clock, sleep, add = time.perf_counter_ns, time.sleep, self.ticks.append
        self._begun.set()
        last_ns, last_waits = clock(), count_waits()
        while not self._done:
            pause_s = draw(1 / MEAN_SLEEP_S)
            sleep(pause_s)
            now_ns, waits = clock(), count_waits()
            gap_ns, sleep_ns = now_ns - last_ns, int(pause_s * 1e9)
            late_ns = gap_ns - sleep_ns
            # The sleep itself is one wait.
            taken = waits - last_waits > 1 if THREAD is not None else late_ns > LATE_NS
            if taken:
                self.stall_ns = max(self.stall_ns, late_ns)
            add(Tick(sleep_ns, gap_ns, taken))
            last_ns, last_waits = now_ns, waits


def count_waits() -> int:
    """How often the calling thread has waited so far; 0 where the system does not count that."""
    if THREAD is None:
        return 0
    return int(resource.getrusage(THREAD).ru_nvcsw)


def end_sleeps_on_time() -> None:
    """Have the system end the sleeps of the calling thread when they are due.

    Linux may let them last 50 µs longer otherwise, to wake up less often.
    """
    with suppress(Exception):  # it is no Linux, or this Python has no ctypes
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, ctypes.c_ulong(1), 0, 0, 0)


@contextmanager
def one_core_left() -> Iterator[Optional[int]]:
    """Keep the calling thread from one core, which is left for the ticking one.

    A thread that wakes up may be put on the core where the calls run, and then runs when they
    wait: it would find the GIL free.

    Yields:
        That core; None where threads cannot be kept from cores or there is only one.
    """
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
    if len(cores) < 2:
        yield None
        return
    core = min(cores)
    try:
        os.sched_setaffinity(0, cores - {core})
    except OSError:
        yield None
        return
    try:
        yield core
    finally:
        os.sched_setaffinity(0, cores)


def together(work: Callable[[], None], count: int) -> None:
    """Work in several threads at once, until all are done."""
    threads: List[threading.Thread] = [
        threading.Thread(target=work, daemon=True) for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class LoopWatch:
    """How long an event loop stands still at most while coroutines are awaited in it."""

    def __init__(self) -> None:
        self.stall_ns = 0
        self._done = False

    async def watched(self, work: Coroutine[Any, Any, None]) -> None:
        """Await some work, next to a task that wakes up every millisecond or so."""
        import asyncio

        beating = asyncio.ensure_future(self._beat())
        try:
            await work
        finally:
            self._done = True
            await beating

    async def _beat(self) -> None:
        import asyncio

        while not self._done:
            due_ns = time.perf_counter_ns() + BEAT_NS
            await asyncio.sleep(BEAT_NS / 1e9)
            self.stall_ns = max(self.stall_ns, time.perf_counter_ns() - due_ns)


def spin() -> None:
    """Work that holds the GIL all the time, where no call is given."""
    for _ in range(1_000_000):
        pass


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """``calls`` calls of ``call`` in each of ``threads`` threads, next to a ticking one."""
    work: Callable[[], None] = spin
    watch = LoopWatch()
    if "call" in params:
        subject = finding.find(params["call"])

        def work() -> None:
            if params["form"] in calling.ASYNCHRONOUS:
                import asyncio

                calls = calling.call_in_turn(subject, params["form"], params["calls"])
                asyncio.run(watch.watched(calls))
            else:
                calling.call_repeatedly(subject, params["form"], params["calls"])

        if params["warm_up"]:
            with output_caught():
                calling.call_repeatedly(subject, params["form"], 1)
    workers = params.get("threads", 1)
    with output_caught():
        if workers == 1:
            with one_core_left() as core:
                observed = _beside_ticker(work, core)
        else:
            observed = _beside_ticker(lambda: together(work, workers), None)
    if params.get("form") in calling.ASYNCHRONOUS:
        observed["loop_stall_ns"] = watch.stall_ns
    return observed


def _beside_ticker(work: Callable[[], None], core: Optional[int]) -> Dict[str, Any]:
    ticker = Ticker(core)
    ticker.start()
    cpu_ns, wall_ns = time.process_time_ns(), time.perf_counter_ns()
    work()
    wall_ns, cpu_ns = time.perf_counter_ns() - wall_ns, time.process_time_ns() - cpu_ns
    ticker.stop()
    return {
        "share": share_held(ticker.ticks, sys.getswitchinterval() * 1e9),
        "ticks": len(ticker.ticks),
        "stall_ns": ticker.stall_ns,
        "wall_ns": wall_ns,
        "cpu_ns": cpu_ns,
    }


PROBE = Probe(
    name="ticker",
    summary=(
        "share of the time in which a ticking thread finds the GIL taken by calls in other threads"
    ),
    run=run,
    limit_s=60,
)
