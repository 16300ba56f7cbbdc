"""The wake-up probe: what a run of it reports, and that it ends when an echo or a worker does not play along."""

import multiprocessing
import sys
import threading
import time

import pytest

from gilbench.target.probes import wakeup


@pytest.fixture(autouse=True)
def leaves_nothing(monkeypatch):
    """Forked children, so that a test may replace what they run; afterwards all is as it was before."""
    fork = multiprocessing.get_context("fork")
    monkeypatch.setattr(wakeup.multiprocessing, "get_context", lambda: fork)
    interval, threads = sys.getswitchinterval(), threading.active_count()
    yield
    assert multiprocessing.active_children() == []
    assert sys.getswitchinterval() == interval
    assert threading.active_count() == threads


def ask(load="none", workers=1, samples=5):
    return wakeup.run({"interval_s": 0.001, "load": load, "workers": workers, "samples": samples})


def silent(connection):
    """An echo that never tells its address."""
    time.sleep(60)


def dead(connection):
    """An echo that ends at once."""


def deaf(connection):
    """An echo that tells its address and never answers."""
    with wakeup.socket.socket(wakeup.socket.AF_INET, wakeup.socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        connection.send(server.getsockname())
        time.sleep(60)


def gone(connection):
    """An echo that tells its address and ends: its port is closed."""
    with wakeup.socket.socket(wakeup.socket.AF_INET, wakeup.socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        connection.send(server.getsockname())


def stand_still(counts, worker, end_ns):
    """A worker that computes nothing."""


@pytest.mark.parametrize(("load", "beside"), [("none", 0), ("threads", 2), ("process", 2)])
def test_every_ping_is_a_round_trip_or_lost(load, beside):
    """Each sample is there, the workers beside were seen running, and the echo was another process."""
    observed = ask(load, workers=2, samples=8)
    assert len(observed["latency_ns"]) + observed["lost"] == 8
    assert all(latency > 0 for latency in observed["latency_ns"])
    assert observed["beside"] == beside
    assert observed["echo_pid"] not in (None, wakeup.multiprocessing.current_process().pid)


def test_the_interval_holds_for_the_pings(monkeypatch):
    """The switch interval asked for is that of the moment of the pings."""
    intervals = []
    monkeypatch.setattr(wakeup, "ping", lambda *_: intervals.append(sys.getswitchinterval()))
    assert ask()["latency_ns"] == []
    assert intervals == [pytest.approx(0.001)]


@pytest.mark.parametrize("echo", [silent, dead])
def test_an_echo_that_never_comes_up_is_reported(monkeypatch, echo):
    """Without an address nothing is pinged and nothing computes; the echo is ended."""
    monkeypatch.setattr(wakeup, "echo", echo)
    monkeypatch.setattr(wakeup, "PATIENCE_S", 0.1)
    assert ask("process", workers=2) == {"latency_ns": [], "lost": 0, "beside": 0, "echo_pid": None}


def test_pings_without_an_answer_are_lost(monkeypatch):
    """An echo that is up and never answers costs each ping its patience, and is no latency."""
    monkeypatch.setattr(wakeup, "echo", deaf)
    monkeypatch.setattr(wakeup, "LOST_AFTER_S", 0.01)
    observed = ask(samples=4)
    assert observed["latency_ns"] == [] and observed["lost"] == 4


def test_no_ping_is_sent_after_the_end(monkeypatch):
    """When time is up the rest of the samples is missing: neither a latency nor lost."""
    monkeypatch.setattr(wakeup, "GIVE_UP_S", 0.0)
    observed = ask(samples=4)
    assert observed["latency_ns"] == [] and observed["lost"] == 0


def test_an_echo_that_has_ended_answers_nothing(monkeypatch):
    """A closed port loses every ping."""
    monkeypatch.setattr(wakeup, "echo", gone)
    monkeypatch.setattr(wakeup, "LOST_AFTER_S", 0.01)
    observed = ask(samples=4)
    assert observed["latency_ns"] == [] and observed["lost"] == 4


@pytest.mark.parametrize("load", ["threads", "process"])
def test_a_worker_that_does_not_run_is_not_counted(monkeypatch, load):
    """Workers whose counts never move were not beside the pings; the pings are made all the same."""
    monkeypatch.setattr(wakeup, "compute", stand_still)
    monkeypatch.setattr(wakeup, "PATIENCE_S", 0.1)
    observed = ask(load, workers=2)
    assert observed["beside"] == 0
    assert len(observed["latency_ns"]) == 5


def test_late_replies_are_not_taken_for_another_pings():
    """A reply that bears another ping's number is skipped."""
    with wakeup.socket.socket(wakeup.socket.AF_INET, wakeup.socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        latency_ns, lost = [], []
        end_ns = time.perf_counter_ns() + 20 * 10**9
        arguments = (server.getsockname(), 1, end_ns, latency_ns, lost)
        pinging = threading.Thread(target=wakeup.ping, args=arguments, daemon=True)
        pinging.start()
        message, sender = server.recvfrom(8)
        server.sendto(b"\xff" * 8, sender)
        assert latency_ns == []
        server.sendto(message, sender)
        pinging.join(20)
    assert len(latency_ns) == 1 and lost == []


def test_workers_end_by_themselves_when_time_is_up():
    """A worker that nobody stops computes up to its end and no longer."""
    counts = [0, 0]
    wakeup.compute(counts, 0, time.perf_counter_ns() - 1)
    assert counts == [0, 0]
    wakeup.compute([0, 1], 0, time.perf_counter_ns() + 10**12)
