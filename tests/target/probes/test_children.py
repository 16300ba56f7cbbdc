"""Trials that always end: calls that block, children that do not end by themselves, pools that cannot be terminated."""

import multiprocessing
import os
import signal
import threading
import time

import pytest
from tests.target.probes.conftest import PATIENCE_S, children_left

from gilbench.target.probes import _children

pytestmark = pytest.mark.filterwarnings(
    "ignore:This process:DeprecationWarning"
)  # pytest may have threads


@pytest.fixture
def stubborn():
    """Children forked meanwhile do not heed SIGTERM."""
    method = multiprocessing.get_start_method()
    multiprocessing.set_start_method("fork", force=True)
    heeded = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, heeded)
    multiprocessing.set_start_method(method, force=True)


def threads_left(before):
    """Threads that go on although all that they could wait for has been taken away."""
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
    return set(threading.enumerate()) - before


def test_a_call_is_reported_by_value_or_by_the_name_of_what_it_raised():
    """A call in a thread returns as one made here does."""
    for how in (_children.attempt, lambda call, *args: _children.within(PATIENCE_S, call, *args)):
        assert how(divmod, 7, 2) == ((3, 1), "")
        assert how(divmod, 7, 0) == (None, "ZeroDivisionError")


def test_a_call_that_does_not_return_is_timed_out():
    """The caller goes on; the thread ends once what it waits for comes."""
    before, come = set(threading.enumerate()), threading.Event()
    assert _children.within(0.01, come.wait) == (None, _children.TIMED_OUT)
    come.set()
    assert not threads_left(before)


def test_what_comes_through_a_pipe_is_received():
    """A message is received; nothing, and a closed end, are None."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    with reader:
        with writer:
            assert _children.received(reader, 0) is None
            writer.send("word")
            assert _children.received(reader, PATIENCE_S) == "word"
        assert _children.received(reader, PATIENCE_S) is None


def test_a_child_that_does_not_end_is_killed_and_reaped():
    """Leaving the block ends the child, also when the block raises."""
    with pytest.raises(KeyError), _children.running(time.sleep, 60):
        raise KeyError
    assert children_left() == []


def begin_and_sleep_on(begun):
    os.write(begun, b"!")
    time.sleep(60)


def test_a_pool_that_cannot_be_terminated_is_killed(brief, stubborn):
    """A worker that neither ends its task nor heeds SIGTERM makes terminate() block; it goes, and so does its thread."""
    before = set(threading.enumerate())
    begun_read, begun = os.pipe()
    with _children.pool_of(1) as (pool, workers):
        pool.apply_async(begin_and_sleep_on, (begun,))
        assert os.read(begun_read, 1) == b"!"  # else it would be killed with the lock of the queue
        assert len(workers) == 1
    os.close(begun_read)
    os.close(begun)
    assert children_left() == []
    assert not threads_left(before)


def test_a_probe_makes_as_many_trials_as_it_is_asked_for():
    """Every trial is given the params; the probe bears the name it was made with."""
    probe = _children.probe_of("a-name", "a summary", lambda params: {"seen": params["trials"]})
    assert probe.name == "a-name"
    assert probe.run({"trials": 3}) == {"trials": [{"seen": 3}] * 3}


def test_trials_that_take_too_long_are_fewer(monkeypatch):
    """No trial begins after the time for that is up, but the first always does."""
    monkeypatch.setattr(_children, "BEGIN_WITHIN_S", 0.0)
    assert _children.probe_of("a-name", "a summary", lambda params: {}).run({"trials": 3}) == {
        "trials": [{}]
    }
