"""The speedup in threads: what blocks say of it, on hosts with free cores and on busy ones."""

import math
from types import SimpleNamespace

import pytest

from gilbench.measure.in_process import speedup
from gilbench.measure.in_process.held_up import HeldSample, TickedBlock
from gilbench.measure.in_process.intervals import FEWEST_BLOCKS, Interval
from gilbench.measure.in_process.speedup import SpeedupBlock, SpeedupSample, TooFewCores
from gilbench.measure.in_process.ticking import Waits

STEADY = (0.99, 1.0, 1.01, 1.0, 1.0)


def speedups(blocks, *, threads=2):
    """A sample that has measured blocks: least, most and ceiling of each."""
    sample = SpeedupSample(lambda: None, threads, 2, None)
    for least, most, ceiling in blocks:
        sample.blocks.append(SpeedupBlock(math.log(least), math.log(most), ceiling))
    return sample


def test_no_speedup_is_certain_where_cores_were_free():
    """Threads that gain nothing are known to, where spinning processes gained."""
    interval = speedups([(value, value, 1.96) for value in STEADY]).interval()
    assert interval.above(1.5) is False and interval.above(0.8) is True


def test_no_speedup_is_open_on_a_busy_host():
    """Where spinning processes gain nothing either, threads may gain anything elsewhere."""
    interval = speedups([(value, value, 1.1) for value in STEADY]).interval()
    assert interval.above(1.5) is None and interval.hi == math.inf
    assert "cores free in 0 of 5 blocks" in speedups([(1, 1, 1.1)] * 5).controls()
    assert "other programs kept the cores busy" in speedups([(1, 1, 0.0)] * 5).controls()


def test_a_speedup_on_a_busy_host_is_a_speedup():
    """What was reached was reached, whatever the ceiling control had."""
    assert speedups([(1.9 * value, 2, 0.7) for value in STEADY]).interval().above(1.5) is True


def test_what_the_ceiling_lacks_is_granted():
    """A speedup just below a bound is not a failure where the ceiling lacks as much."""
    blocks = [(1.45 * value, 1.45 * value, 1.7) for value in STEADY]
    assert speedups(blocks).interval().above(1.6) is None
    full = [(least, most, 2.0) for least, most, _ in blocks]
    assert speedups(full).interval().above(1.6) is False


def test_waiting_needs_no_cores():
    """A function that waits has no ceiling: its speedup is what it is."""
    sample = speedups([(3.9 * value, 3.9 * value, math.inf) for value in STEADY], threads=4)
    sample.waits = True
    assert sample.interval().above(3.5) is True and sample.interval().above(4.4) is False
    assert "waits" in sample.controls()


@pytest.fixture
def steady(monkeypatch):
    """A function that computes, all of whose rounds take as long."""
    size = SimpleNamespace(calls=1, call_s=0.001, waits=False)
    monkeypatch.setattr(speedup, "size_round", lambda call: size)
    took = SimpleNamespace(least_ns=1_000_000, most_ns=1_000_000)
    monkeypatch.setattr(speedup, "run_round", lambda *_: took)


def test_computing_threads_need_a_core_each(steady):
    """With fewer cores than threads nothing is measured, and the reason has both numbers."""
    sample = SpeedupSample(lambda: sum(range(1000)), 2, 1, None)
    with pytest.raises(TooFewCores, match="2 CPU-bound threads need 2 cores, and 1 is usable here"):
        sample.prepare()


def held(shares):
    """A speedup sample of a busy host, that has measured how long the function holds the GIL."""
    sample = speedups([(value, 2, 0.7) for value in STEADY])
    sample._held.blocks += [TickedBlock(Waits(share), Waits()) for share in shares]
    return sample


def test_who_holds_the_gil_gains_nothing_on_any_host():
    """The times with the GIL cannot overlap, so that no free core is needed to rule a gain out."""
    sample = held([0.97 * value for value in STEADY])
    assert sample.interval().above(1.5) is False and sample.interval().hi < 1.1
    assert "it holds the GIL for 97 % of its time" in sample.controls()


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_who_releases_the_gil_may_gain_elsewhere(share):
    """Half of the time without the GIL leaves room for a gain, which a busy host does not show."""
    assert held([share * value for value in STEADY]).interval().above(1.5) is None


class NoCores:
    """A ceiling control on a host whose cores other programs use."""

    def measure(self, workers):
        return 0.9


class Holding(HeldSample):
    """A sample of a function that holds the GIL nearly all the time."""

    prepared = 0

    def prepare(self):
        self.prepared += 1

    def measure_block(self):
        self.blocks.append(TickedBlock(Waits(0.97), Waits()))


def test_a_busy_host_has_the_gil_looked_at(monkeypatch, steady):
    """Where cores are missing, the sample itself measures how long the function holds the GIL."""
    monkeypatch.setattr(speedup, "HeldSample", Holding)
    monkeypatch.setattr(speedup, "has_gil", lambda: True)
    sample = SpeedupSample(lambda: None, 2, 2, NoCores())
    sample.prepare()
    for _ in range(FEWEST_BLOCKS):
        assert sample._most_by_gil() == math.inf
        sample.measure_block()
    assert sample._held.prepared == 1 and len(sample._held.blocks) == FEWEST_BLOCKS
    assert sample.interval().above(1.5) is False


def test_a_build_without_the_gil_is_not_looked_at_for_it(monkeypatch, steady):
    """Nobody holds what is not there."""
    monkeypatch.setattr(speedup, "HeldSample", Holding)
    monkeypatch.setattr(speedup, "has_gil", lambda: False)
    sample = SpeedupSample(lambda: None, 2, 2, NoCores())
    sample.prepare()
    sample.measure_block()
    assert not sample._held.blocks


def test_an_estimate_lies_in_its_interval():
    """Of blocks that differ, the estimate is between the ends."""
    interval = speedups([(1.4, 1.5, 1.9), (1.6, 1.7, 1.9)] * 3).interval()
    assert isinstance(interval, Interval) and interval.lo < interval.center < interval.hi
