"""What the ticks of a thread say: the share of time for which it could not run, and its longest wait."""

import random

import pytest

from gilbench.measure.in_process.ticking import TICK_NS, Tick, waits_in

MS = 1_000_000


def ticks_beside(held, free, span_ns, *, seed=1):
    """The ticks of a thread beside a function that holds the GIL and releases it in turn."""
    draw = random.Random(seed).expovariate
    now_ns, ticks = 0, []
    while now_ns < span_ns:
        due_ns = now_ns + int(draw(1 / TICK_NS))
        phase_ns = due_ns % (held + free)
        ran_ns = due_ns + (held - phase_ns if phase_ns < held else 0)
        ticks.append(Tick(due_ns, ran_ns, 0, 0))
        now_ns = ran_ns + 1
    return ticks


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("period_ms", [7, 20])
def test_the_share_does_not_depend_on_the_rhythm(share, period_ms):
    """Ticks resume when the GIL is released, in step with the function, and the share is right all the same."""
    held = int(share * period_ms * MS)
    ticks = ticks_beside(held, period_ms * MS - held, 10_000 * MS)
    assert waits_in(ticks, 0, 10_000 * MS).share == pytest.approx(share, abs=0.03)


def test_one_long_hold_counts_to_the_end_of_the_round():
    """A thread that was due at once and ran after the round was held up for all of it, and no longer."""
    waits = waits_in([Tick(0, 90 * MS, 0, 0)], 10 * MS, 40 * MS)
    assert waits.share == 1.0 and waits.longest_s == pytest.approx(0.030)


def test_time_without_a_core_is_no_wait_for_the_gil():
    """A thread that was late because the host had no core for it was not held up by the function."""
    busy_host = [Tick(at * MS, (at + 4) * MS, 4 * MS, 0) for at in range(0, 40, 5)]
    waits = waits_in(busy_host, 0, 40 * MS)
    assert waits.share == 0.0 and waits.longest_s == 0.0


def test_ticks_outside_the_round_do_not_count():
    """What happened before the first call and after the last one is not the function's doing."""
    assert (
        waits_in([Tick(0, 5 * MS, 0, 0), Tick(50 * MS, 70 * MS, 0, 0)], 10 * MS, 40 * MS).share
        == 0.0
    )


def test_a_hold_lasts_longer_while_its_function_has_no_core():
    """Both lengths are kept: what the thread waited, and what it would have waited with cores for all."""
    waits = waits_in([Tick(10 * MS, 30 * MS, 0, 15 * MS)], 0, 40 * MS)
    assert waits.longest_s == pytest.approx(0.020) and waits.longest_free_s == pytest.approx(0.005)


def test_a_wait_is_certain_for_as_long_as_both_had_a_core():
    """A short wait on a busy host counts where one of many ticks met the function undisturbed."""
    ticks = [Tick(0, 12 * MS, 6 * MS, 2 * MS), Tick(20 * MS, 25 * MS, 0, 0)]
    assert waits_in(ticks, 0, 40 * MS).longest_certain_s == pytest.approx(0.005)


def test_time_in_which_the_function_had_no_core_is_nobodys():
    """A function that lost its core while it held the GIL held it no longer than it ran."""
    ticks = [Tick(at * MS, at * MS, 0, 0) for at in range(10)] + [
        Tick(10 * MS, 40 * MS, 0, 30 * MS)
    ]
    assert waits_in(ticks, 0, 40 * MS, 30 * MS).share == 0.0
    assert waits_in([Tick(0, 40 * MS, 20 * MS, 30 * MS)], 0, 40 * MS, 30 * MS).share == 1.0


def test_ticks_while_the_function_had_no_core_do_not_count():
    """A thread that runs freely while the function waits for a core says nothing of what the function holds."""
    held = [Tick((at + 1) * MS, (at + 5) * MS, 0, 0) for at in range(0, 25, 5)]
    waiting = [Tick(at * MS, at * MS, 0, 0) for at in range(26, 45)]
    back = Tick(46 * MS, 51 * MS, 0, 26 * MS)
    assert waits_in([*held, *waiting, back], 0, 51 * MS, 26 * MS).share == 1.0
    assert waits_in([*held, *waiting], 0, 45 * MS).share < 0.7


def test_delays_that_explain_a_wait_leave_nothing_of_it():
    """A thread that waited for a core, and then for a function that had lost its own, was not held up by it."""
    ticks = [Tick(at * MS, at * MS, 0, 0) for at in range(10)]
    explained = Tick(10 * MS, 16 * MS, 2 * MS, 4 * MS)
    assert waits_in([*ticks, explained], 0, 20 * MS, 4 * MS).share == 0.0
    held = Tick(10 * MS, 16 * MS, 2 * MS, 0)
    assert waits_in([*ticks, held], 0, 20 * MS, 0).share > 0.2
