"""What the cores did: differences of readings, and the timeline's thread."""

import itertools
import threading

import psutil
import pytest
from tests.patience import wait_for

from gilbench.measure import cores
from gilbench.measure.cores import CoreTimes, Timeline
from gilbench.model import HostUse

WAIT_S = 120.0


def test_a_difference_is_taken_core_by_core():
    """Busy seconds since an earlier reading, and stolen ones."""
    assert CoreTimes((2.5, 7.0), 1.25).since(CoreTimes((2.0, 7.0), 1.0)) == HostUse(
        (0.5, 0.0), 0.25
    )


def test_a_counter_that_goes_back_counts_as_nothing():
    """Kernels correct their counters now and then; no core was ever busy for less than no time."""
    assert CoreTimes((1.99, 3.0), 0.5).since(CoreTimes((2.0, 2.0), 0.6)) == HostUse((0.0, 1.0), 0.0)


def test_this_hosts_cores_only_go_forward():
    """A real reading has every core, and its difference to a later one is no less than nothing."""
    earlier = cores.read()
    use = cores.read().since(earlier)
    assert len(use.busy_s) == len(earlier.busy_s) > 0
    assert all(busy >= 0 for busy in use.busy_s) and use.steal_s >= 0


def test_cores_that_come_and_go_do_not_change_a_reading(monkeypatch):
    """One that the host's owner takes away is not busy; another one is left out."""
    everyone = psutil.cpu_times(percpu=True)
    earlier = cores.read()
    for now in (everyone[:-1], [*everyone, everyone[0]]):
        monkeypatch.setattr(psutil, "cpu_times", lambda percpu, now=now: now)
        assert len(cores.read().since(earlier).busy_s) == len(earlier.busy_s)


@pytest.fixture
def scripted(monkeypatch):
    """Readings that grow by 0.3 and 9 seconds on each of two cores, at a hundred samples a second."""
    readings = iter(range(10_000))

    def read():
        number = next(readings)
        return CoreTimes((0.0003 * number, 9.0 * number), 0.0)

    monkeypatch.setattr(cores.OpenCounters, "take", lambda _: read())
    monkeypatch.setattr(cores, "TIMELINE_HZ", 200)


def test_counters_that_stay_open_say_what_psutil_says():
    """Of the same cores, between two readings of psutil, and again later."""
    counters = cores.OpenCounters()
    seen = []
    for _ in range(2):
        earlier = cores.read()
        seen.append(counters.core_times(counters.take()))
        later = cores.read()
        between = zip(earlier.busy_s, seen[-1].busy_s, later.busy_s, strict=True)
        assert all(lo - 0.001 <= busy <= hi + 0.001 for lo, busy, hi in between)
        assert earlier.steal_s - 0.001 <= seen[-1].steal_s <= later.steal_s + 0.001
        assert wait_for(lambda since=later: cores.read().busy_s != since.busy_s)
    assert seen[0] != seen[1]
    counters.close()


def test_counters_without_their_file_are_those_of_psutil(monkeypatch):
    """As on systems that have none."""

    def refuse(*_):
        raise FileNotFoundError

    monkeypatch.setattr(cores.os, "open", refuse)
    without_file = cores.OpenCounters()
    earlier = cores.read()
    monkeypatch.setattr(cores, "read", lambda: earlier)
    assert without_file.core_times(without_file.take()) is earlier
    without_file.close()


def test_the_timeline_samples_until_it_is_closed(scripted):
    """Each sample has the run's time and a share of 0 to 1 a core; after closing there are no more."""
    samples, enough = [], threading.Event()

    def take(sample):
        samples.append(sample)
        if len(samples) == cores.WRITTEN_AT_ONCE + 1:
            enough.set()

    timeline = Timeline(lambda: 12.5, take)
    assert enough.wait(WAIT_S)
    timeline.close()
    taken = len(samples)
    assert not timeline._thread.is_alive()
    assert {sample.t_s for sample in samples} == {12.5}
    assert all(
        len(sample.busy) == 2 and 0 <= sample.busy[0] <= sample.busy[1] == 1.0 for sample in samples
    )
    assert len(samples) == taken


def test_every_sample_is_written_once_and_in_order(scripted, monkeypatch):
    """Some at a time, and the rest when the timeline is closed."""
    monkeypatch.setattr(cores, "WRITTEN_AT_ONCE", 3)
    ticks, written = itertools.count(), []
    timeline = Timeline(lambda: float(next(ticks)), lambda sample: written.append(sample.t_s))
    assert wait_for(lambda: len(written) >= 3)
    monkeypatch.setattr(cores, "WRITTEN_AT_ONCE", 1_000)  # nothing writes those from here on
    timeline.close()
    assert written == [float(number) for number in range(1, next(ticks))]


def test_a_timeline_that_is_closed_at_once_is_no_error(scripted):
    """A run that ends before the first sample has none."""
    Timeline(lambda: 0.0, lambda sample: None).close()
