"""Samples are measured up to one analysis after the other, within a time."""

import pytest

from gilbench.measure.in_process import samples
from gilbench.measure.in_process.intervals import ANALYSES
from gilbench.measure.in_process.samples import Sequential, TooSlow


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
    measured.measure_more()
    assert sample.measured == ANALYSES[1] and not measured.finished


def test_measuring_ends_with_the_last_analysis(monkeypatch):
    """What the last analysis does not decide stays undecided, however much time is left."""
    sample = FakeSample(monkeypatch, 0.01)
    measured = Sequential(sample, 1000)
    measured.start()
    while not measured.finished:
        measured.measure_more()
    assert sample.measured == ANALYSES[-1]


def test_measuring_ends_when_time_is_over(monkeypatch):
    """No block is begun that would not end in time."""
    sample = FakeSample(monkeypatch, 1.0)
    measured = Sequential(sample, 6.5)
    measured.start()
    measured.measure_more()
    assert sample.measured == 6 and measured.finished


def test_what_cannot_be_analysed_in_time_is_not_measured(monkeypatch):
    """A function that is too slow says so at once, with the time that it needs."""
    sample = FakeSample(monkeypatch, 4.0)
    with pytest.raises(TooSlow, match=r"seconds=60"):
        Sequential(sample, 5).start()
    assert sample.measured == 0


def test_what_the_host_takes_does_not_count(monkeypatch):
    """Blocks that take longer than foreseen are measured for three times as long."""
    sample = FakeSample(monkeypatch, 3.0)
    monkeypatch.setattr(sample, "prepare", lambda: 0.1)
    measured = Sequential(sample, 5)
    measured.start()
    assert sample.measured == 5 and measured.finished


def test_patience_has_an_end(monkeypatch):
    """Three times the limit is all that a test takes."""
    sample = FakeSample(monkeypatch, 6.0)
    monkeypatch.setattr(sample, "prepare", lambda: 0.1)
    measured = Sequential(sample, 5)
    measured.start()
    assert sample.measured == 2 and measured.finished


@pytest.mark.parametrize(("pair_s", "measured"), [(0.05, 3), (0.15, 2), (0.5, 1)])
def test_a_block_is_short_on_a_slow_host(monkeypatch, pair_s, measured):
    """Pairs that take long at the moment are fewer in a block, so that the blocks are enough."""
    now_s = [0.0]
    monkeypatch.setattr(samples.time, "perf_counter", lambda: now_s[0])

    def pair():
        now_s[0] += pair_s

    assert len(samples.pairs_of_block(pair, 3)) == measured
