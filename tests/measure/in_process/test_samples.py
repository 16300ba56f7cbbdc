"""Samples: measured up to one analysis after the other, and what their blocks say."""

import math

import pytest

from gilbench.measure.in_process import samples
from gilbench.measure.in_process.intervals import ANALYSES, Interval
from gilbench.measure.in_process.samples import (
    HeldSample,
    Sequential,
    SpeedupBlock,
    SpeedupSample,
    StallSample,
    TickedBlock,
    TooFewCores,
    TooSlow,
)
from gilbench.measure.in_process.ticking import Waits

STEADY = (0.99, 1.0, 1.01, 1.0, 1.0)


class FakeSample:
    """Blocks that take a time of a clock that the test turns."""

    def __init__(self, monkeypatch, block_s):
        self.now_s, self.block_s, self.measured = 0.0, block_s, 0
        monkeypatch.setattr(samples.time, "perf_counter", lambda: self.now_s)

    def prepare(self):
        return self.block_s

    def measure_block(self):
        self.measured += 1
        self.now_s += self.block_s


def test_blocks_are_measured_up_to_the_next_analysis(monkeypatch):
    """The first analysis comes after the first blocks, each further one after more."""
    sample = FakeSample(monkeypatch, 0.01)
    measured = Sequential(sample, 10)
    measured.start()
    assert sample.measured == ANALYSES[0]
    measured.go_on()
    assert sample.measured == ANALYSES[1] and not measured.finished


def test_measuring_ends_with_the_last_analysis(monkeypatch):
    """What the last analysis does not decide stays undecided, however much time is left."""
    sample = FakeSample(monkeypatch, 0.01)
    measured = Sequential(sample, 1000)
    measured.start()
    while not measured.finished:
        measured.go_on()
    assert sample.measured == ANALYSES[-1]


def test_measuring_ends_when_time_is_over(monkeypatch):
    """No block is begun that would not end in time."""
    sample = FakeSample(monkeypatch, 1.0)
    measured = Sequential(sample, 6.5)
    measured.start()
    measured.go_on()
    assert sample.measured == 6 and measured.finished


def test_what_cannot_be_analysed_in_time_is_not_measured(monkeypatch):
    """A function that is too slow says so at once, with the time that it needs."""
    sample = FakeSample(monkeypatch, 4.0)
    with pytest.raises(TooSlow, match=r"seconds=60"):
        Sequential(sample, 5).start()
    assert sample.measured == 0


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


def test_computing_threads_need_a_core_each():
    """With fewer cores than threads nothing is measured, and the reason has both numbers."""
    sample = SpeedupSample(lambda: sum(range(1000)), 2, 1, None)
    with pytest.raises(TooFewCores, match="2 CPU-bound threads need 2 cores, and 1 is usable here"):
        sample.prepare()


def ticked(kind, blocks):
    """A sample of a ticking thread that has measured blocks: waits beside the function and the control."""
    sample = kind(lambda: None)
    for function, control in blocks:
        sample.blocks.append(TickedBlock(function, control))
    return sample


def test_the_share_held_leaves_out_what_the_host_does():
    """A thread that is late as often beside a hash is not held up by the function."""
    noisy = [(Waits(0.3 * value), Waits(0.3)) for value in STEADY]
    assert ticked(HeldSample, noisy).interval().above(0.1) is False


def test_a_host_that_holds_threads_up_decides_nothing():
    """Where the control thread hardly ran either, the blocks do not count."""
    swamped = [(Waits(1.0), Waits(0.9)) for _ in STEADY]
    assert ticked(HeldSample, swamped).interval().above(0.5) is None


def test_a_share_is_a_share():
    """The ends of the interval stay between nothing and everything."""
    wild = [(Waits(share), Waits()) for share in (0.9, 1.0, 0.8, 1.0, 1.0)]
    interval = ticked(HeldSample, wild).interval()
    assert 0.0 <= interval.lo <= interval.center <= interval.hi <= 1.0


@pytest.mark.parametrize(
    ("control_s", "delay_s", "decided"),
    [(0.0001, 0.0, True), (0.019, 0.0, None), (0.0001, 0.019, None)],
)
def test_a_stall_is_certain_where_the_host_did_not_cause_it(control_s, delay_s, decided):
    """A long wait counts for a failure only as far as the control and the delays do not explain it."""
    blocks = [
        (Waits(1.0, 0.020 * value, 0.020 * value - delay_s), Waits(latest_s=control_s))
        for value in STEADY
    ]
    assert ticked(StallSample, blocks).interval().above(0.010) is decided


def test_a_stall_is_certain_where_delays_were_counted():
    """A thread that comes late alongside the control, for lack of a core, does not hide a stall without one."""
    blocks = [
        (Waits(1.0, 0.030, 0.020, 0.005 * value), Waits(0.0, 0.0001, latest_s=0.030))
        for value in STEADY
    ]
    assert ticked(StallSample, blocks).interval().above(0.002) is True


def test_a_short_stall_is_short_on_any_host():
    """What a thread really waited was no longer than that."""
    blocks = [(Waits(0.0, 0.001 * value, 0), Waits(latest_s=0.05)) for value in STEADY]
    assert ticked(StallSample, blocks).interval().above(0.010) is False


def test_an_estimate_lies_in_its_interval():
    """Of blocks that differ, the estimate is between the ends."""
    interval = speedups([(1.4, 1.5, 1.9), (1.6, 1.7, 1.9)] * 3).interval()
    assert isinstance(interval, Interval) and interval.lo < interval.center < interval.hi
