"""The probes of a pipe: pipe-ends and pipe-eof."""

import multiprocessing
import os
import threading
import time

import pytest
from tests.target.probes.conftest import LIMIT_S, PATIENCE_S, children_left

from gilbench.target.probes import _children, pipe_ends, pipe_eof

pytestmark = pytest.mark.filterwarnings(
    "ignore:This process:DeprecationWarning"
)  # pytest may have threads


@pytest.fixture
def forking():
    """Children are forks of the tests' process, so that a test can put another function in a child's place; neither
    they nor a thread of the probe is left."""
    method, before = multiprocessing.get_start_method(), set(threading.enumerate())
    multiprocessing.set_start_method("fork", force=True)
    yield
    multiprocessing.set_start_method(method, force=True)
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
    assert not set(threading.enumerate()) - before
    assert children_left() == []


def sleep_on(*args):
    time.sleep(60)


def die(*args):
    os._exit(3)


def send_and_sleep_on(connection, wait_s):
    connection.send(time.perf_counter_ns())
    time.sleep(60)


def test_a_duplex_pipe_carries_both_ways_and_a_simplex_one_only_one(launch):
    """Messages arrive at both ends of the one; the ends of the other raise at what they cannot do."""
    observed = launch.ask("probe", LIMIT_S, probe="pipe-ends", params={"trials": 2})["trials"]
    expected = {
        "both_ways": ["to the child", "to the parent"],
        "receiver_received": "one way",
        "receiver_send_raised": "OSError",
        "sender_recv_raised": "OSError",
    }
    assert observed == [expected] * 2


@pytest.mark.parametrize("silent", [sleep_on, die])
def test_nothing_arrives_from_a_child_that_sends_nothing(brief, monkeypatch, forking, silent):
    """What did not arrive is None, whether the child sleeps on or is dead."""
    monkeypatch.setattr(pipe_ends, "answer", silent)
    (trial,) = pipe_ends.PROBE.run({"trials": 1})["trials"]
    assert trial["both_ways"] == [None, None] and trial["receiver_received"] is None


def test_recv_waits_for_the_child_and_then_for_its_end(launch):
    """The message is there after it was sent, later than recv was called; then comes EOFError."""
    observed = launch.ask("probe", LIMIT_S, probe="pipe-eof", params={"trials": 2, "wait_s": 0.02})[
        "trials"
    ]
    assert len(observed) == 2
    for trial in observed:
        assert (
            trial["received"] and trial["recv_raised"] == "" and trial["eof_raised"] == "EOFError"
        )
        assert (
            0 <= trial["recv_called_ns"] <= trial["received_ns"]
            and 0 <= trial["sent_ns"] <= trial["received_ns"]
        )


def test_a_reader_that_keeps_the_senders_end_meets_no_end(launch):
    """With its own copy open the reader waits on; on its own closed end it gets OSError."""
    params = {"trials": 2, "wait_s": 0.02, "kept_s": 0.02}
    observed = launch.ask("probe", LIMIT_S, probe="pipe-eof", params=params)["trials"]
    outcomes = [
        (trial["kept_raised"], trial["closed_raised"], trial["eof_raised"]) for trial in observed
    ]
    assert outcomes == [(_children.TIMED_OUT, "OSError", "EOFError")] * 2


def test_a_message_that_never_comes_is_timed_out(brief, forking):
    """The child sleeps on: recv is given up, let go by the child's end, and not tried again."""
    (trial,) = pipe_eof.PROBE.run({"trials": 1, "wait_s": 60})["trials"]
    assert not trial["received"] and trial["recv_raised"] == _children.TIMED_OUT
    assert trial["sent_ns"] is trial["received_ns"] is trial["eof_raised"] is None


def test_a_child_that_keeps_its_end_open_sends_no_eof(monkeypatch, forking):
    """The message came, however late; its end did not, and is waited for no longer than patience lasts."""
    within, limits_s = _children.within, iter([PATIENCE_S, 0.2])
    monkeypatch.setattr(_children, "within", lambda _, *call: within(next(limits_s), *call))
    monkeypatch.setattr(pipe_eof, "send_and_end", send_and_sleep_on)
    (trial,) = pipe_eof.PROBE.run({"trials": 1, "wait_s": 0})["trials"]
    assert trial["received"] and trial["eof_raised"] == _children.TIMED_OUT


def test_a_child_that_dies_first_ends_the_pipe(monkeypatch, forking):
    """EOFError comes instead of the message."""
    monkeypatch.setattr(pipe_eof, "send_and_end", die)
    (trial,) = pipe_eof.PROBE.run({"trials": 1, "wait_s": 0})["trials"]
    assert not trial["received"] and trial["recv_raised"] == trial["eof_raised"] == "EOFError"
