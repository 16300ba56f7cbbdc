"""The progress probe: threads that start and end together, and what is reported when one of them does not turn up."""

import sys
import time

import pytest
from tests.target.probes.conftest import threads_left

from gilbench.target.probes import progress

PATIENCE_S = 60.0


def ask(workers=2, duration_s=0.01):
    return progress.run({"workers": workers, "interval_s": 0.001, "duration_s": duration_s})


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_every_thread_reports(workers):
    """An entry a thread; none begins before the agreed start, none ends before the agreed end."""
    before, duration_s = sys.getswitchinterval(), 0.01
    observed, end_s = ask(workers, duration_s), time.monotonic() + PATIENCE_S
    while sum(observed["loops"]) == 0 and time.monotonic() < end_s:
        duration_s *= 2  # others had the cores for the whole window
        observed = ask(workers, duration_s)
    assert [len(observed[name]) for name in ("loops", "began_ns", "ended_ns")] == [workers] * 3
    assert all(count >= 0 for count in observed["loops"]) and sum(observed["loops"]) > 0
    for began_ns, ended_ns in zip(observed["began_ns"], observed["ended_ns"], strict=True):
        assert began_ns <= ended_ns
    assert sys.getswitchinterval() == before
    assert not threads_left()


def test_start_and_end_are_agreed_upon_once():
    """The window that all threads see is as long as was asked for."""
    race = progress.Race(3, 0.25)
    race.agree()
    assert race.end_ns - race.start_ns == 250_000_000


def test_cores_used_are_those_of_the_window(monkeypatch):
    """CPU time and time that passed are those from the common start to the last one's end."""
    clock_ns = iter([3_000, 10_000, 4_000])  # CPU time, the time and CPU time again
    monkeypatch.setattr(progress.time, "process_time_ns", lambda: next(clock_ns))
    monkeypatch.setattr(progress.time, "perf_counter_ns", lambda: next(clock_ns))
    race = progress.Race(2, 0.25)
    race.agree()
    race.ended_ns = [race.start_ns + 1_500, race.start_ns + 2_000]
    assert race.took() == {"cpu_ns": 1_000, "wall_ns": 2_000}


def test_a_window_that_has_passed_is_no_loop(monkeypatch):
    """A thread that first runs when all is over reports that it did nothing."""
    monkeypatch.setattr(progress, "LEAD_NS", -(10**9))
    observed = ask(1)
    assert observed["loops"] == [0] and observed["began_ns"] == observed["ended_ns"] != [None]


def test_a_thread_that_never_turns_up_is_reported(monkeypatch):
    """The others wait for it as long as patience lasts, and then nobody reports."""
    compete = progress.compete
    monkeypatch.setattr(progress, "compete", lambda race, worker: worker and compete(race, worker))
    monkeypatch.setattr(progress, "PATIENCE_S", 0.05)
    nothing = {name: [None] * 3 for name in ("loops", "began_ns", "ended_ns")}
    assert ask(3) == {**nothing, "cpu_ns": None, "wall_ns": None}
    assert not threads_left()
