"""The wake-up probe: what a run of it reports, and that it ends when a sender or a worker does not play along."""

import multiprocessing
import sys
import time

import pytest
from tests.target.probes.conftest import children_left, threads_left

from gilbench.target.probes import wakeup

PUSH = wakeup.push


@pytest.fixture(autouse=True)
def leaves_nothing(monkeypatch):
    """Forked children, so that a test may replace what they run, and much patience; afterwards all is as it was."""
    for name in ("PATIENCE_S", "LOST_AFTER_S", "GIVE_UP_S"):
        monkeypatch.setattr(wakeup, name, 60.0)
    fork = multiprocessing.get_context("fork")
    monkeypatch.setattr(wakeup.multiprocessing, "get_context", lambda: fork)
    interval = sys.getswitchinterval()
    yield
    assert children_left() == []
    assert sys.getswitchinterval() == interval
    assert not threads_left()


def ask(load="none", workers=1, samples=5, gap_s=0.002, timeout=False, **more):
    params = {"interval_s": 0.001, "load": load, "workers": workers, "samples": samples}
    return wakeup.run({**params, "gap_s": gap_s, "timeout": timeout, **more})


def silent(connection, sender, gap_s, message_bytes):
    """A sender that never says that it is ready."""
    time.sleep(60)


def dead(connection, sender, gap_s, message_bytes):
    """A sender that ends at once."""


def mute(connection, sender, gap_s, message_bytes):
    """A sender that is ready and never sends."""
    connection.send("ready")
    time.sleep(60)


def gone(connection, sender, gap_s, message_bytes):
    """A sender that is ready and ends."""
    connection.send("ready")


def hasty(connection, sender, gap_s, message_bytes):
    """A sender that never waits for the thread to go to sleep."""
    connection.send("ready")
    connection.recv()
    stamp = time.perf_counter_ns().to_bytes(wakeup.STAMP_BYTES, "big")
    for _ in range(7):
        sender.send(stamp)
    PUSH(Told(), sender, gap_s, message_bytes)


class Told:
    """A pipe whose other end has said that sending may begin."""

    def send(self, message):
        pass

    def recv(self):
        return "go"


def stand_still(counts, worker, end_ns):
    """A worker that computes nothing."""


@pytest.mark.parametrize("timeout", [False, True])
@pytest.mark.parametrize(("load", "beside"), [("none", 0), ("threads", 2), ("process", 2)])
def test_every_sample_is_there(load, beside, timeout):
    """Each sample is there, the workers alongside were seen running, and the sender was another process."""
    observed = ask(load, workers=2, samples=8, timeout=timeout)
    assert len(observed["latency_ns"]) == 8
    assert all(latency >= 0 for latency in observed["latency_ns"])
    assert observed["beside"] == beside
    assert observed["sender_pid"] not in (None, wakeup.multiprocessing.current_process().pid)
    assert observed["cpu_ns"] >= 0 and observed["wall_ns"] >= 0


def test_only_a_timeout_of_python_makes_two_calls_of_a_wait():
    """A socket without a timeout blocks in the kernel and gives up there; one with a timeout does not block."""
    with wakeup.socket.socket() as blocking, wakeup.socket.socket() as timed:
        wakeup.limit_waiting(blocking, False)
        wakeup.limit_waiting(timed, True)
        assert blocking.gettimeout() is None
        assert timed.gettimeout() == wakeup.LOST_AFTER_S
        assert any(blocking.getsockopt(wakeup.socket.SOL_SOCKET, wakeup.socket.SO_RCVTIMEO, 16))


@pytest.mark.parametrize("timeout", [False, True])
def test_a_large_message_comes_whole(monkeypatch, timeout):
    """Each message that was met asleep had the size that was asked for, and began with its stamp."""
    sizes = []

    class Connection:
        def __init__(self, connection):
            self.connection = connection

        def recv(self, most):
            message = self.connection.recv(2 * most)
            sizes.append(len(message))
            return message

    receive = wakeup.receive
    monkeypatch.setattr(
        wakeup, "receive", lambda connection, *rest: receive(Connection(connection), *rest)
    )
    observed = ask(timeout=timeout, message_bytes=128 << 10)
    assert len(observed["latency_ns"]) == 5
    assert set(sizes) == {128 << 10}


def test_the_interval_holds_for_the_messages(monkeypatch):
    """The switch interval asked for is that of the moment of the messages."""
    intervals = []
    monkeypatch.setattr(wakeup, "receive", lambda *_: intervals.append(sys.getswitchinterval()))
    assert ask()["latency_ns"] == []
    assert intervals == [pytest.approx(0.001)]


@pytest.mark.parametrize("sender", [silent, dead])
def test_a_sender_that_never_comes_up_is_reported(monkeypatch, sender):
    """Without a sender nothing is received and nothing computes; it is ended."""
    monkeypatch.setattr(wakeup, "push", sender)
    monkeypatch.setattr(wakeup, "PATIENCE_S", 0.1)
    assert ask("process", workers=2) == {**wakeup.NOTHING, "latency_ns": []}


@pytest.mark.parametrize("timeout", [False, True])
@pytest.mark.parametrize("sender", [mute, gone])
def test_waits_in_vain_are_lost(monkeypatch, sender, timeout):
    """A sender that sends nothing costs a few waits, whoever limits them, and is no latency."""
    monkeypatch.setattr(wakeup, "push", sender)
    monkeypatch.setattr(wakeup, "LOST_AFTER_S", 0.01)
    observed = ask(samples=4, timeout=timeout)
    assert observed["latency_ns"] == [] and observed["lost"] == wakeup.MOST_LOST


def test_messages_that_met_no_sleeper_are_no_latencies(monkeypatch):
    """What was sent before the thread waited for it is counted apart."""
    monkeypatch.setattr(wakeup, "push", hasty)
    observed = ask(samples=4)
    assert observed["early"] >= 6 and len(observed["latency_ns"]) == 4


def test_nothing_is_received_after_the_end(monkeypatch):
    """When time is up the rest of the samples is missing: neither a latency nor lost."""
    monkeypatch.setattr(wakeup, "GIVE_UP_S", 0.0)
    observed = ask(samples=4)
    assert observed["latency_ns"] == [] and observed["lost"] == 0


@pytest.mark.parametrize("load", ["threads", "process"])
def test_a_worker_that_does_not_run_is_not_counted(monkeypatch, load):
    """Workers whose counts never move were not alongside; messages are received all the same, however late."""
    monkeypatch.setattr(wakeup, "compute", stand_still)
    monkeypatch.setattr(wakeup, "PATIENCE_S", 0.1)
    monkeypatch.setattr(wakeup, "received", lambda pipe: pipe.recv())
    observed = ask(load, workers=2)
    assert observed["beside"] == 0
    assert len(observed["latency_ns"]) == 5


def test_workers_end_by_themselves_when_time_is_up():
    """A worker that nobody stops computes up to its end and no longer."""
    counts = [0, 0]
    wakeup.compute(counts, 0, time.perf_counter_ns() - 1)
    assert counts == [0, 0]
    wakeup.compute([0, 1], 0, time.perf_counter_ns() + 10**12)
