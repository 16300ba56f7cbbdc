"""The share of time with the GIL, from ticks of which the answer is known: no clock is read."""

from __future__ import annotations

import os
import random
import time

import pytest

from gilbench.target import ticking
from gilbench.target.probes import ticker
from gilbench.target.ticking import MEAN_SLEEP_S, Tick, share_held

SWITCH_NS = 5_000_000


def ticks_of(share, period_ns, late_ns, seconds=5.0):
    """The ticks beside a call that holds the GIL at the end of every period, for a share of it."""
    draw = random.Random(7).expovariate
    free_ns = (1 - share) * period_ns
    now_ns, ticks = 0.0, []
    while now_ns < seconds * 1e9:
        sleep_ns = draw(1 / MEAN_SLEEP_S) * 1e9
        ended_ns = now_ns + sleep_ns + late_ns
        into_ns = ended_ns % period_ns
        taken = into_ns >= free_ns
        held_on_ns = SWITCH_NS if share == 1 else period_ns - into_ns
        wait_ns = min(held_on_ns, SWITCH_NS) + late_ns if taken else 0.0
        ticks.append(Tick(int(sleep_ns), int(ended_ns + wait_ns - now_ns), taken))
        now_ns = ended_ns + wait_ns
    return ticks


@pytest.mark.parametrize("period_ns", [50_000, 200_000, 1_000_000, 8_000_000, 40_000_000])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])
def test_the_share_is_found_whatever_the_rhythm(share, period_ns):
    """Holds that are shorter and longer than sleeps and than the switch interval."""
    found = share_held(ticks_of(share, period_ns, late_ns=20_000), SWITCH_NS)
    assert found == pytest.approx(share, abs=0.05)


def test_a_tick_that_waits_for_a_core_says_nothing():
    """A free tick that is 3 ms late, as on a busy host, counts as its sleep does."""
    ticks = []
    for number, tick in enumerate(ticks_of(0.5, 1_000_000, late_ns=20_000)):
        delay_ns = 3_000_000 if number % 20 == 0 and not tick.taken else 0
        ticks.append(tick._replace(gap_ns=tick.gap_ns + delay_ns))
    assert share_held(ticks, SWITCH_NS) == pytest.approx(0.5, abs=0.03)


def test_a_single_free_tick_is_no_measure_of_the_usual_delay():
    """A call that holds the GIL throughout has one, at its end, which may be late by anything."""
    held = [Tick(300_000, 5_300_000, taken=True)] * 20
    assert share_held([*held, Tick(300_000, 5_000_000, taken=False)], SWITCH_NS) > 0.97


def test_no_tick_is_no_share():
    """A call that returns at once may end before the first tick."""
    assert share_held([], SWITCH_NS) == 0.0


def test_the_waits_of_the_calls_are_counted(monkeypatch):
    """What the system counted meanwhile, without those of the ticking thread itself: a sleep each tick, and one more
    where it found the GIL taken."""

    class Ticked:
        ticks = (Tick(1, 1, taken=True), Tick(1, 1, taken=False))
        stall_ns = 0

        def __init__(self, core):
            pass

        def start(self):
            pass

        stop = start

    counts = iter([100, 500, 1000, 1001])
    monkeypatch.setattr(ticker, "Ticker", Ticked)
    monkeypatch.setattr(ticker, "count_waits_of_all", lambda: next(counts))
    assert ticker.beside_ticker(lambda: None, None)["waits"] == 400 - 3
    assert ticker.beside_ticker(lambda: None, None)["waits"] == 0


@pytest.mark.skipif(ticking.THREAD is None, reason="waits are not counted on this system")
def test_the_system_counts_sleeps_as_waits():
    """Of the thread that sleeps, and of the whole process; nearly all of them, for a crowded host may skip one."""
    before, before_of_all = ticking.count_waits(), ticking.count_waits_of_all()
    for _ in range(50):
        time.sleep(0.002)
    assert ticking.count_waits() - before >= 10
    assert ticking.count_waits_of_all() - before_of_all >= 10


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="threads cannot be kept from cores"
)
def test_the_calls_leave_a_core_and_have_all_again():
    """Only for as long as the ticking thread runs."""
    cores = os.sched_getaffinity(0)
    with ticker.one_core_left() as core:
        if len(cores) > 1:
            assert os.sched_getaffinity(0) == cores - {core}
        else:
            assert core is None
    assert os.sched_getaffinity(0) == cores
