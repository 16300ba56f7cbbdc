"""The switching probe: putting the holds of two threads in order, and what a run of it reports."""

import itertools
import sys
import types

from hypothesis import given
from hypothesis import strategies as st

from gilbench.target.probes import switching
from gilbench.target.probes.switching import join_neighbours

holds = st.lists(st.integers(1, 50), max_size=12)


def test_threads_that_take_turns_are_left_as_they_are():
    """Alternating holds stay as they are, but for the first and the last, which the experiment's ends cut short."""
    first, second = [(0, 5, 10), (10, 15, 11)], [(5, 10, 20), (15, 20, 21)]
    assert join_neighbours([first, second]) == [(5, 10, 20), (10, 15, 11)]


def test_a_gap_in_which_the_other_did_not_run_is_the_systems():
    """Two holds of one thread with none of the other between them are one hold, operations added up."""
    first, second = (
        [(0, 5, 1), (10, 12, 3), (13, 15, 4), (16, 19, 5), (25, 30, 1)],
        [(5, 10, 2), (19, 25, 6)],
    )
    assert join_neighbours([first, second]) == [(5, 10, 2), (10, 19, 12), (19, 25, 6)]


def test_holds_without_an_operation_are_none():
    """A thread that woke up only to wait again held nothing."""
    first, second = [(0, 5, 1), (7, 7, 0), (10, 15, 1)], [(5, 10, 1), (15, 20, 1)]
    assert join_neighbours([first, second]) == [(5, 10, 1), (10, 15, 1)]


def test_too_few_holds_leave_none():
    """With nothing, or nothing but the two ends, there is no whole hold to report."""
    assert join_neighbours([[], []]) == []
    assert join_neighbours([[(0, 5, 1)], []]) == []
    assert join_neighbours([[(0, 5, 1)], [(5, 9, 1)]]) == []


@given(holds, st.lists(st.booleans(), min_size=12, max_size=12))
def test_joining_loses_no_operation_and_makes_neighbours_differ(lengths, owners):
    """Whatever the order, each hold is whole, holds do not overlap, and only the two ends are left out."""
    by_thread, at = [[], []], 0
    for length, owner in zip(lengths, owners, strict=False):
        by_thread[owner].append((at, at + length, length))
        at += length + 1
    runs = sum(index == 0 or owners[index] != owners[index - 1] for index in range(len(lengths)))
    joined = join_neighbours(by_thread)
    assert len(joined) == max(0, runs - 2)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(joined))
    assert all(start + operations <= end + 1 for start, end, operations in joined)


def test_a_hold_shorter_than_a_block_reads_0(monkeypatch):
    """A block with a gap before and after it is a hold all the same, of which no length is known."""
    readings = iter([0, 0, 10, 20, 500, 900, 1000])
    clock = types.SimpleNamespace(perf_counter_ns=lambda: next(readings))
    monkeypatch.setattr(switching, "time", clock)
    holds = []
    switching.record_holds(0, 1000, 100, 1, 7, holds)
    assert holds == [(0, 20, 14), (500, 500, 7), (900, 1000, 14)]
    assert join_neighbours([holds, [(30, 490, 1), (510, 890, 1)]])[1] == (500, 500, 7)


def test_the_probe_leaves_the_switch_interval_as_it_was():
    """A probe changes the interpreter for as long as it runs and no longer; a hold may read 0, and has operations."""
    before = sys.getswitchinterval()
    observed = switching.run({"interval_s": 0.001, "operand_bits": 30, "duration_s": 0.02})
    assert sys.getswitchinterval() == before
    assert len(observed["hold_ns"]) == len(observed["hold_operations"])
    assert observed["operation_ns"] > 0
    assert all(hold_ns >= 0 for hold_ns in observed["hold_ns"])
    assert all(operations > 0 for operations in observed["hold_operations"])


def test_the_cost_of_an_operation_is_a_block_over_its_length(monkeypatch):
    """With a clock that each multiplication moves by 30 ns, an operation costs 30 ns."""
    monkeypatch.setattr(switching, "_time_block_ns", lambda operand, times: 30 * times)
    assert switching.time_operation_ns(1) == 30.0
