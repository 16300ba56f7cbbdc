"""What the ticks of a thread say: the share of time for which it could not run, and its longest wait."""

import random

import pytest

from gilbench.measure.in_process.ticking import (
    Tick,
    lacks_of_function,
    telling_of_function,
    waits_in,
)
from gilbench.target.ticking import MEAN_SLEEP_S

MS = 1_000_000


def tick(slept_ms, due_ms, ran_ms, *, delay_ms=0, ran_for_ms=0, lacked_ms=0, lacks=False):
    """A tick that found the GIL taken where it is late beyond what it lacked a core."""
    taken = ran_ms - due_ms > delay_ms
    times_ns = [int(ms * MS) for ms in (slept_ms, due_ms, ran_ms)]
    counted_ns = [int(ms * MS) for ms in (delay_ms, ran_for_ms, lacked_ms)]
    return Tick(*times_ns, taken, *counted_ns, lacks)


def ticks_beside(held, free, span_ns, *, seed=1):
    """The ticks of a thread beside a function that holds the GIL and releases it in turn."""
    draw = random.Random(seed).expovariate
    now_ns, ticks = 0, []
    while now_ns < span_ns:
        due_ns = now_ns + int(draw(1 / MEAN_SLEEP_S) * 1e9)
        phase_ns = due_ns % (held + free)
        ran_ns = due_ns + (held - phase_ns if phase_ns < held else 0)
        ticks.append(Tick(now_ns, due_ns, ran_ns, ran_ns > due_ns, 0))
        now_ns = ran_ns + 1
    return ticks


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("period_ms", [1, 7, 20])
def test_the_share_does_not_depend_on_the_rhythm(share, period_ms):
    """Ticks resume when the GIL is released, in step with the function, and the share is right all the same."""
    held = int(share * period_ms * MS)
    ticks = ticks_beside(held, period_ms * MS - held, 10_000 * MS)
    assert waits_in(ticks, 0, 10_000 * MS).share == pytest.approx(share, abs=0.03)


def test_one_long_hold_counts_to_the_end_of_the_round():
    """A thread that was due at once and ran after the round was held up for all of it, and no longer."""
    waits = waits_in([tick(0, 0, 90)], 10 * MS, 40 * MS)
    assert waits.share == pytest.approx(1.0, abs=0.01)
    assert waits.longest_s == pytest.approx(0.030)


def test_time_without_a_core_is_no_wait_for_the_gil():
    """A thread that was late because the host had no core for it was not held up by the function."""
    busy_host = [tick(at - 1, at, at + 4, delay_ms=4) for at in range(1, 40, 5)]
    waits = waits_in(busy_host, 0, 40 * MS)
    assert waits.share == 0.0 and waits.longest_s == 0.0


def test_ticks_outside_the_round_do_not_count():
    """What happened before the first call and after the last one is not the function's doing."""
    outside = [tick(0, 0, 5), tick(5, 50, 70)]
    assert waits_in(outside, 10 * MS, 40 * MS).share == 0.0


def test_a_hold_lasts_longer_while_its_function_has_no_core():
    """Both lengths are kept: what the thread waited, and what it would have waited with cores for all."""
    waits = waits_in([tick(10, 10, 30, ran_for_ms=5, lacked_ms=15)], 0, 40 * MS)
    assert waits.longest_s == pytest.approx(0.020) and waits.longest_free_s == pytest.approx(0.005)


def test_a_wait_is_certain_for_as_long_as_both_had_a_core():
    """A short wait on a busy host counts where one of many ticks met the function undisturbed."""
    ticks = [
        tick(0, 0, 12, delay_ms=6, ran_for_ms=10, lacked_ms=2),
        tick(12, 20, 25, ran_for_ms=5),
    ]
    assert waits_in(ticks, 0, 40 * MS).longest_certain_s == pytest.approx(0.005)


def test_what_a_function_lacked_before_a_wait_is_not_taken_from_the_wait():
    """It ran for 4 of the 16 ms: 12 of the 22 that were counted at its end belong to the wait, the rest before it."""
    ticks = [
        tick(0, 1, 1, ran_for_ms=1),
        tick(1, 11, 11, lacks=True),
        tick(11, 11, 27, ran_for_ms=4, lacked_ms=22),
    ]
    assert lacks_of_function(ticks) == [0, 10 * MS, 12 * MS]
    assert waits_in(ticks, 0, 40 * MS).longest_free_s == pytest.approx(0.004)


def test_time_in_which_the_function_had_no_core_is_nobodys():
    """A function that lost its core while it held the GIL held it no longer than it ran."""
    free = [tick(at, at + 1, at + 1, ran_for_ms=1) for at in range(9)]
    held = tick(9, 10, 40, ran_for_ms=1, lacked_ms=30)
    ran_on = tick(9, 10, 40, ran_for_ms=31)
    assert waits_in([*free, held], 0, 40 * MS).share < 0.15
    assert waits_in([*free, ran_on], 0, 40 * MS).share > 0.7


def test_ticks_while_a_function_waits_for_a_core_count_once():
    """A thread that waits for a function without a core ticks once for it, however long that takes."""
    runs = [tick(at, at + 1, at + 1, ran_for_ms=1) for at in range(3)]
    waits = [tick(at, at + 1, at + 1, lacks=True) for at in range(3, 9)]
    assert telling_of_function([*runs, *waits]) == [True] * 4 + [False] * 5


def test_ticks_after_a_wait_do_not_count_while_the_function_has_no_core():
    """It gave up the GIL for the thread and found no core to ask for it again."""
    held = [tick(at, at, at + 5, ran_for_ms=5) for at in range(0, 25, 5)]
    waiting = [tick(at, at + 1, at + 1, lacks=True) for at in range(25, 45)]
    ticks = [*held, *waiting, tick(45, 46, 51, ran_for_ms=5, lacked_ms=21)]
    assert waits_in(ticks, 0, 51 * MS).share > 0.95
    forgotten = [tick(at, at + 1, at + 1) for at in range(25, 45)]
    assert waits_in([*held, *forgotten], 0, 45 * MS).share < 0.8
