"""The queue-limits probe: refusals of a real queue, and the tally of messages lost, doubled or out of order."""

import multiprocessing
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.target.probes.conftest import LIMIT_S, children_left

from gilbench.target.probes import _children, queue_limits
from gilbench.target.probes.queue_limits import tally

pytestmark = pytest.mark.filterwarnings(
    "ignore:This process:DeprecationWarning"
)  # pytest may have threads


def write_nothing(messages, writer, count):
    time.sleep(60)


def test_a_queue_refuses_and_delivers(launch):
    """Full and Empty come after the timeout, or at once; two writers' messages all arrive."""
    params = {"trials": 2, "timeout_s": 0.02, "messages": 50}
    observed = launch.ask("probe", LIMIT_S, probe="queue-limits", params=params)["trials"]
    assert len(observed) == 2
    for trial in observed:
        assert trial["put_timeout_raised"] == trial["put_nowait_raised"] == "Full"
        assert trial["get_timeout_raised"] == trial["get_nowait_raised"] == "Empty"
        assert all(
            trial[call + "_waited_ns"] >= 0 for call in ("put", "put_nowait", "get", "get_nowait")
        )
        assert trial["sent"] == trial["received"] == 100
        assert trial["lost"] == trial["duplicated"] == trial["out_of_order"] == 0


def test_writers_that_send_nothing_leave_all_lost(monkeypatch):
    """The reader gives up, and the writers, which sleep on, are ended."""
    monkeypatch.setattr(_children, "PATIENCE_S", 0.2)
    monkeypatch.setattr(queue_limits, "write", write_nothing)
    method = multiprocessing.get_start_method()
    multiprocessing.set_start_method("fork", force=True)
    try:
        observed = queue_limits.delivery(5)
    finally:
        multiprocessing.set_start_method(method, force=True)
    assert observed == {"sent": 10, "received": 0, "lost": 10, "duplicated": 0, "out_of_order": 0}
    assert children_left() == []


def test_a_call_that_is_not_refused_raised_nothing():
    """A queue that let one too many in would show as no exception."""
    raised, waited_ns = queue_limits.refusal(lambda message: None, "message")
    assert raised == "" and waited_ns >= 0


def test_order_counts_within_a_writer_only():
    """The writers' messages may mix; one that comes after a later one of its own writer is out of order."""
    assert tally([(1, 0), (0, 0), (0, 1), (1, 1)], 2)["out_of_order"] == 0
    assert tally([(1, 1), (0, 0), (0, 1), (1, 0)], 2)["out_of_order"] == 1


@given(st.permutations(range(10)), st.integers(0, 10), st.integers(0, 3))
def test_what_is_missing_and_what_is_doubled_is_counted(order, missing, doubled):
    """Every message is received, or lost; those received twice are counted once more."""
    messages = [(number % 2, number // 2) for number in order][missing:]
    again = messages[:doubled]
    observed = tally(messages + again, 5)
    assert (observed["sent"], observed["received"]) == (10, len(messages) + len(again))
    assert (observed["lost"], observed["duplicated"]) == (missing, len(again))
