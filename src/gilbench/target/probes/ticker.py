"""How often a ticking thread finds the GIL taken while calls run in other threads.

It sleeps for short times and asks for the GIL after each sleep. The waits, and the share of ticks
that had to wait, say for which share of the time the calls held the GIL: no two ways to run them
are compared, and other programs on the host make ticks later but no free GIL taken.
"""

import random
import sys
import threading
import time
from typing import Any, Callable, Coroutine, Dict, List, Optional

from gilbench.target.calls import calling, finding
from gilbench.target.calls.operations import output_caught
from gilbench.target.registry import Probe
from gilbench.target.ticking import (
    MEAN_SLEEP_S,
    Tick,
    count_waits,
    count_waits_of_all,
    end_sleeps_on_time,
    found_taken,
    one_core_left,
    run_only_on,
    share_held,
)

PATIENCE_S = 20.0
BEAT_NS = 1_000_000  # of a task in an event loop that is watched


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
        run_only_on(self._core)
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
            taken = found_taken(waits - last_waits, late_ns)
            if taken:
                self.stall_ns = max(self.stall_ns, late_ns)
            add(Tick(sleep_ns, gap_ns, taken))
            last_ns, last_waits = now_ns, waits


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
                observed = beside_ticker(work, core)
        else:
            observed = beside_ticker(lambda: together(work, workers), None)
    if params.get("form") in calling.ASYNCHRONOUS:
        observed["loop_stall_ns"] = watch.stall_ns
    return observed


def beside_ticker(work: Callable[[], None], core: Optional[int]) -> Dict[str, Any]:
    """What a ticking thread, which runs on a core only if one is named, sees while work is done."""
    ticker = Ticker(core)
    ticker.start()
    waits = count_waits_of_all()
    cpu_ns, wall_ns = time.process_time_ns(), time.perf_counter_ns()
    work()
    wall_ns, cpu_ns = time.perf_counter_ns() - wall_ns, time.process_time_ns() - cpu_ns
    ticked = len(ticker.ticks) + sum(tick.taken for tick in ticker.ticks)
    waits = max(0, count_waits_of_all() - waits - ticked)
    ticker.stop()
    return {
        "share": share_held(ticker.ticks, sys.getswitchinterval() * 1e9),
        "ticks": len(ticker.ticks),
        "stall_ns": ticker.stall_ns,
        "waits": waits,  # of the calls' threads, for the GIL or anything else
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
