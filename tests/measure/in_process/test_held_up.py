"""How a function holds up another thread: what blocks say of it."""

import pytest

from gilbench.measure.in_process.held_up import HeldSample, StallSample, TickedBlock
from gilbench.measure.in_process.ticking import Waits

STEADY = (0.99, 1.0, 1.01, 1.0, 1.0)


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
        (
            Waits(1.0, 0.020 * value, 0.020 * value, 0.020 * value - delay_s),
            Waits(longest_certain_s=control_s, latest_s=1.0),
        )
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


def test_a_stall_is_certain_however_much_longer_some_blocks_saw_it():
    """Next to busy processes a block shows 4 ms or 60; all of them are beyond 2 ms, and a few suffice to say so."""
    waits_ms = (4, 9, 60, 5, 14, 7, 6, 12, 6, 5, 11, 8)
    blocks = [(Waits(1.0, 0.1, 0.1, ms / 1000), Waits(latest_s=0.0001)) for ms in waits_ms]
    assert ticked(StallSample, blocks).interval().above(0.002) is True


def test_stalls_that_few_blocks_saw_are_not_certain():
    """What is not seen in most blocks is no reason to fail, nor is what is too short to be seen."""
    blocks = [
        (Waits(0.0, 0.1, 0.1, ms / 1000), Waits(latest_s=1.0))
        for ms in (0, 0, 9, 0, 0, 5, 0, 0, 0, 7, 0, 0)
    ]
    assert ticked(StallSample, blocks).interval().lo < 0.002
    unseen = [(Waits(0.0, 0.001, 0.001, 0.00004 * value), Waits(latest_s=1.0)) for value in STEADY]
    assert ticked(StallSample, unseen).interval().lo <= 0.00004
