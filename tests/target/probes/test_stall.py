"""The stall probe: its calls, their sizing by a clock that stands in, and what a run of it reports."""

import sys
import threading
import time
import types

import pytest
from tests.target.probes.conftest import threads_left

from gilbench.target.probes import stall

PATIENCE_S = 60.0
every_call = pytest.mark.parametrize("call", stall.CALLS)


def ask(call="held", call_s=0.005):
    return stall.run({"interval_s": 0.001, "call": call, "call_s": call_s})


@every_call
def test_a_run_reports_the_call_and_the_longest_gap(call):
    """There is a longest gap where the ticking thread ran at all before the call was over; the interval is restored."""
    before = sys.getswitchinterval()
    observed, end_s = ask(call), time.monotonic() + PATIENCE_S
    while observed["ticks"] == 0 and time.monotonic() < end_s:
        assert observed["longest_gap_ns"] is None
        observed = ask(call)  # others had the cores for the whole call
    assert observed["ticks"] >= 1 and observed["longest_gap_ns"] >= 0 and observed["call_ns"] >= 0
    assert sys.getswitchinterval() == before
    assert not threads_left()


@every_call
def test_a_call_can_be_made_of_any_size(call):
    """A call is made ready first and does its work when it is called."""
    assert stall.time_ns(stall.CALLS[call](10)) >= 0


def test_a_held_call_takes_in_a_whole_range():
    """The call that holds the GIL does all its turns in one call."""
    assert stall.held(1000)() == 499_500


def test_a_call_is_sized_to_last_as_long_as_was_aimed_for(monkeypatch):
    """With 3 ns a unit, a call of 3 ms has a million units, whatever a first trial was disturbed by."""
    trials = []

    def time_ns(size):
        trials.append(size)
        return 3 * size + (0 if len(trials) % stall.TRIALS else 10**6)

    monkeypatch.setattr(stall, "time_ns", time_ns)
    assert stall.sized_call(lambda size: size, 3_000_000) == 1_000_000


def test_the_last_gap_is_the_one_in_which_the_end_was_set(monkeypatch):
    """Told to stop while it did not run, the ticking thread still reports how long that was."""
    readings, done, gaps = iter([0, 10, 1000]), threading.Event(), []
    ticks = iter([lambda: None, done.set])
    clock = types.SimpleNamespace(
        perf_counter_ns=lambda: next(readings), sleep=lambda _: next(ticks)()
    )
    monkeypatch.setattr(stall, "time", clock)
    stall.tick(threading.Event(), done, gaps)
    assert gaps == [10, 990]


def test_a_thread_that_never_ticks_is_reported(monkeypatch):
    """A ticking thread that never comes up leaves no gap, and the run ends."""
    monkeypatch.setattr(stall, "tick", lambda ticking, done, gaps: None)
    monkeypatch.setattr(stall, "PATIENCE_S", 0.05)
    observed = ask()
    assert (
        observed["longest_gap_ns"] is None and observed["ticks"] == 0 and observed["call_ns"] >= 0
    )
    assert not threads_left()


def test_a_thread_that_never_ends_does_not_hold_the_run_up(monkeypatch):
    """The ticking thread is waited for as long as patience lasts."""
    released = threading.Event()
    monkeypatch.setattr(stall, "tick", lambda ticking, done, gaps: released.wait(300))
    monkeypatch.setattr(stall, "PATIENCE_S", 0.05)
    try:
        assert ask()["longest_gap_ns"] is None
    finally:
        released.set()
    assert not threads_left()
