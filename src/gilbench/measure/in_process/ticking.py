"""A thread that wants to run now and then alongside a function, and how long it waits."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.measure.in_process.delays import RunDelay
from gilbench.measure.in_process.rounds import Call, run_round

TICK_NS = 500_000  # the mean sleep between two ticks
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
        delay_ns: How long the thread had no core.
        function_delay_ns: How long the function had none; it may hold the GIL meanwhile.
    """

    due_ns: int
    ran_ns: int
    delay_ns: int
    function_delay_ns: int


class Ticker(threading.Thread):
    """Sleeps for random times, and notes when it was due and when it ran.

    The sleeps are distributed exponentially: the ticks then meet each instant alike, whatever the
    rhythm of the function alongside them.
    """

    def __init__(self) -> None:
        super().__init__(name="gilbench-ticker", daemon=True)
        self.ticks: list[Tick] = []
        self.ticking, self.done = threading.Event(), threading.Event()
        self._function: RunDelay | None = None
        self._function_delayed_ns = 0

    def watch(self, function: RunDelay) -> None:
        """Read the counter of the function's thread from now on."""
        self._function_delayed_ns = function.read_ns()
        self._function = function

    def run(self) -> None:
        """Tick until ``done`` is set."""
        clock, sleep = time.perf_counter_ns, time.sleep
        draw = random.Random().expovariate
        own = RunDelay()
        while not self.done.is_set():
            pause_ns = int(draw(1 / TICK_NS))
            delayed_ns = own.read_ns()
            due_ns = clock() + pause_ns
            sleep(pause_ns / 1e9)
            ran_ns = clock()
            delay_ns = own.read_ns() - delayed_ns
            self.ticks.append(Tick(due_ns, ran_ns, delay_ns, self._function_delay_ns()))
            self.ticking.set()
        own.close()

    def _function_delay_ns(self) -> int:
        """How long the function had no core since this was last asked."""
        if self._function is None:
            return 0
        before_ns, self._function_delayed_ns = self._function_delayed_ns, self._function.read_ns()
        return self._function_delayed_ns - before_ns


def run_beside_ticker(call: Call, calls: int) -> Waits:
    """One round of a function in one thread, with a ticking thread alongside it."""
    ticker = Ticker()
    ticker.start()
    try:
        ticker.ticking.wait(PATIENCE_S)
        timed = run_round(call, calls, started=ticker.watch)
    finally:
        ticker.done.set()
        ticker.join(PATIENCE_S)
    return waits_in(ticker.ticks, timed.start_ns, timed.end_ns, timed.delay_ns)


def waits_in(
    ticks: Sequence[Tick], start_ns: int, end_ns: int, function_delay_ns: int = 0
) -> Waits:
    """What ticks say of the time between two instants.

    The function had no core in a part of it.

    While the thread waits it sees that it is held up. While it sleeps it sees nothing; the ticks
    that end its sleeps are a random sample of that time, and it is shared out as they were late or
    not. All of that is in time in which the function had a core.
    """
    late = in_time = waited_ns = 0
    longest_ns = longest_free_ns = longest_certain_ns = latest_ns = 0
    without_core = _while_function_had_no_core(ticks)
    for tick in ticks:
        if tick.ran_ns <= start_ns or tick.due_ns >= end_ns:
            continue
        late_ns = min(tick.ran_ns, end_ns) - max(tick.due_ns, start_ns)
        blocked_ns = late_ns - tick.delay_ns
        latest_ns = max(latest_ns, late_ns)
        # The two delays may overlap, so that at least the longer one is no wait for the GIL. Where
        # they add up to all of the wait, they followed each other, and nothing is left of it.
        free_ns = late_ns - max(tick.delay_ns, tick.function_delay_ns)
        unexplained_ns = blocked_ns - tick.function_delay_ns
        if abs(unexplained_ns) <= LATE_NS:
            free_ns = 0
        if free_ns > LATE_NS:
            late += 1
            waited_ns += free_ns
        elif blocked_ns <= LATE_NS and tick not in without_core:
            in_time += 1
        if blocked_ns > LATE_NS:
            # A thread that waits for the GIL looks for it now and then, and may have no core for
            # that: its delay says nothing of how long the GIL was held.
            certain_ns = blocked_ns - tick.function_delay_ns
            blocked_ns = late_ns
            longest_free_ns = max(longest_free_ns, late_ns - tick.function_delay_ns)
            longest_certain_ns = max(longest_certain_ns, certain_ns)
        longest_ns = max(longest_ns, blocked_ns)
    if not late + in_time:
        return Waits()
    span_ns = max(1, end_ns - start_ns - function_delay_ns, waited_ns)
    unseen_ns = span_ns - waited_ns
    share = (waited_ns + unseen_ns * late / (late + in_time)) / span_ns
    return Waits(
        share, longest_ns / 1e9, longest_free_ns / 1e9, longest_certain_ns / 1e9, latest_ns / 1e9
    )


def _while_function_had_no_core(ticks: Sequence[Tick]) -> set[Tick]:
    """The ticks that certainly ran while the function waited for a core; they say nothing of it.

    A delay is counted when it ends, so that one that is longer than the time since the last tick
    began before that.
    """
    within: set[Tick] = set()
    delayed_from_ns = math.inf
    for index in range(len(ticks) - 1, 0, -1):
        tick, previous = ticks[index], ticks[index - 1]
        if tick.function_delay_ns > tick.ran_ns - previous.ran_ns:
            delayed_from_ns = min(delayed_from_ns, tick.ran_ns - tick.function_delay_ns)
        if previous.ran_ns > delayed_from_ns:
            within.add(previous)
        else:
            delayed_from_ns = math.inf
    return within
