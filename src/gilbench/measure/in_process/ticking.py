"""A thread that wants to run now and then alongside a function, and how long it waits."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.measure.in_process.delays import ThreadTimes
from gilbench.measure.in_process.rounds import Call, run_round
from gilbench.target import ticking

# A thread that nothing holds up runs within this time of its due instant, on most hosts within
# half.
LATE_NS = 150_000
PATIENCE_S = 10.0


@dataclass(frozen=True)
class Waits:
    """What a ticking thread saw of one round; times in seconds.

    Attributes:
        share: The share of the round's time for which the thread could not have run.
        longest_s: The longest time for which something other than the lack of a core held it up.
        longest_free_s: Likewise, without the time for which the function had no core.
        longest_certain_s: Likewise, without the time for which either of them had none.
        latest_s: The longest time by which it was late, for whatever reason.
    """

    share: float = 0.0
    longest_s: float = 0.0
    longest_free_s: float = 0.0
    longest_certain_s: float = 0.0
    latest_s: float = 0.0


@dataclass(frozen=True)
class Tick:
    """When the thread was due, when it ran, and what of that is for lack of cores.

    Attributes:
        slept_ns: When its sleep began.
        taken: Whether the GIL was taken when it was due.
        delay_ns: How long the thread had no core.
        function_ran_ns: How long the function ran since the tick before.
        function_delay_ns: How long it had no core, as far as that ended since the tick before; it
            may hold the GIL meanwhile.
        function_lacks_core: Whether it has none when the thread runs and finds the GIL free.
    """

    slept_ns: int
    due_ns: int
    ran_ns: int
    taken: bool
    delay_ns: int
    function_ran_ns: int = 0
    function_delay_ns: int = 0
    function_lacks_core: bool = False


class Ticker(threading.Thread):
    """Sleeps for random times, and notes when it was due and when it ran.

    The sleeps are distributed exponentially: the ticks then meet each instant alike, whatever the
    rhythm of the function alongside them.

    Args:
        core: The only one that it is to run on; None for any.
    """

    def __init__(self, core: int | None = None) -> None:
        super().__init__(name="gilbench-ticker", daemon=True)
        self._core = core
        self.ticks: list[Tick] = []
        self.ticking, self.done = threading.Event(), threading.Event()
        self._function: ThreadTimes | None = None
        self._function_times_ns = (0, 0)

    def watch(self, function: ThreadTimes) -> None:
        """Read the counters of the function's thread from now on."""
        self._function_times_ns = function.ran_ns(), function.delayed_ns()
        self._function = function

    def run(self) -> None:
        """Tick until ``done`` is set."""
        ticking.run_only_on(self._core)
        ticking.end_sleeps_on_time()
        clock, sleep = time.perf_counter_ns, time.sleep
        draw = random.Random().expovariate
        own = ThreadTimes()
        slept_ns, waits_before, delayed_ns = clock(), ticking.count_waits(), own.delayed_ns()
        while not self.done.is_set():
            pause_s = draw(1 / ticking.MEAN_SLEEP_S)
            sleep(pause_s)
            ran_ns, waits = clock(), ticking.count_waits()
            due_ns = slept_ns + int(pause_s * 1e9)
            delay_before_ns, delayed_ns = delayed_ns, own.delayed_ns()
            taken = ticking.found_taken(waits - waits_before, ran_ns - due_ns)
            tick = Tick(
                slept_ns,
                due_ns,
                ran_ns,
                taken,
                delayed_ns - delay_before_ns,
                *self._since_last_asked_ns(),
                not taken and self._function is not None and self._function.lacks_core(),
            )
            self.ticks.append(tick)
            self.ticking.set()
            slept_ns, waits_before = ran_ns, waits
        own.close()

    def _since_last_asked_ns(self) -> tuple[int, int]:
        """How long the function ran, and how long it had no core, since this was last asked."""
        if self._function is None:
            return 0, 0
        ran_before_ns, delayed_before_ns = self._function_times_ns
        ran_ns, delayed_ns = self._function.ran_ns(), self._function.delayed_ns()
        self._function_times_ns = ran_ns, delayed_ns
        return ran_ns - ran_before_ns, delayed_ns - delayed_before_ns


def run_next_to_ticker(call: Call, calls: int) -> Waits:
    """One round of a function in one thread, with a ticking thread alongside it."""
    with ticking.one_core_left() as core:
        ticker = Ticker(core)
        ticker.start()
        try:
            ticker.ticking.wait(PATIENCE_S)
            timed = run_round(call, calls, started=ticker.watch)
        finally:
            ticker.done.set()
            ticker.join(PATIENCE_S)
    return waits_in(ticker.ticks, timed.start_ns, timed.end_ns, 1e9 * sys.getswitchinterval())


def waits_in(
    ticks: Sequence[Tick], start_ns: int, end_ns: int, switch_interval_ns: float = 5e6
) -> Waits:
    """What ticks say of the time between two instants."""
    longest_ns = longest_free_ns = longest_certain_ns = latest_ns = 0
    seen: list[ticking.Tick] = []
    lacks_ns = lacks_of_function(ticks)
    telling = telling_of_function(ticks)
    for tick, lacked_ns, tells in zip(ticks, lacks_ns, telling, strict=True):
        if tick.ran_ns <= start_ns or tick.due_ns >= end_ns:
            continue
        late_ns = min(tick.ran_ns, end_ns) - max(tick.due_ns, start_ns)
        blocked_ns = late_ns - tick.delay_ns
        latest_ns = max(latest_ns, late_ns)
        if tells:
            seen.append(_with_cores(tick, late_ns, lacked_ns, start_ns))
        if blocked_ns > LATE_NS:
            # A thread that waits for the GIL looks for it now and then, and may have no core for
            # that: its delay says nothing of how long the GIL was held.
            certain_ns = blocked_ns - lacked_ns
            blocked_ns = late_ns
            longest_free_ns = max(longest_free_ns, late_ns - lacked_ns)
            longest_certain_ns = max(longest_certain_ns, certain_ns)
        longest_ns = max(longest_ns, blocked_ns)
    return Waits(
        ticking.share_held(seen, switch_interval_ns),
        longest_ns / 1e9,
        longest_free_ns / 1e9,
        longest_certain_ns / 1e9,
        latest_ns / 1e9,
    )


def _with_cores(tick: Tick, late_ns: int, lacked_ns: int, start_ns: int) -> ticking.Tick:
    """A tick without the time for which the thread or the function had no core.

    Their times may overlap, so that at least the longer one is no wait for the GIL. What the
    function lacked beyond the wait, it lacked while the thread slept.
    """
    waited_ns = max(0, late_ns - max(tick.delay_ns, lacked_ns))
    slept_ns = max(0, tick.due_ns - max(tick.slept_ns, start_ns))
    sleep_ns = max(0, slept_ns - max(0, lacked_ns - late_ns))
    return ticking.Tick(sleep_ns, sleep_ns + waited_ns, tick.taken)


def lacks_of_function(ticks: Sequence[Tick]) -> list[int]:
    """For how long the function had no core before each tick and since the one before, in ns.

    The system counts that when it is over, right before the function runs again. It fills the time
    before that in which the function did not run, beyond earlier ticks where need be.
    """
    lacks: list[int] = []
    left_ns = 0  # of what later ticks counted
    for tick in reversed(ticks):
        idle_ns = tick.ran_ns - tick.slept_ns - tick.function_ran_ns
        left_ns += tick.function_delay_ns
        lacks.append(min(left_ns, max(0, idle_ns)))
        left_ns -= lacks[-1]
    return lacks[::-1]


def telling_of_function(ticks: Sequence[Tick]) -> list[bool]:
    """Which ticks are a sample of the function.

    A thread waits once for a function that lost its core while it held the GIL, and would tick many
    times while one lacks a core that did not: the first of these ticks counts. None does after a
    wait: the function has no core since it gave up the GIL for the thread.
    """
    telling: list[bool] = []
    may_tell = True
    for tick in ticks:
        telling.append(may_tell or not tick.function_lacks_core)
        may_tell = not (tick.taken or tick.function_lacks_core)
    return telling
