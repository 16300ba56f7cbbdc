"""The messages probe: what it counts, and that no silence, death or lie of the peer keeps it or is overlooked."""

import itertools
import multiprocessing
import os
import signal
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.target.probes.conftest import children_left, threads_left

from gilbench.target import registry
from gilbench.target.probes import _patience, messages
from gilbench.target.probes.messages import END, make_message, tally

SIZE = 64
KEYS = {"elapsed_ns", "received", "lost", "duplicated", "reordered", "wrong_size", "round_trip_ns"}
every_channel = pytest.mark.parametrize("channel", registry.names("channel"))
every_mode = pytest.mark.parametrize("mode", ["throughput", "round-trip"])
process_channels = [
    name
    for name in registry.names("channel")
    if registry.load("channel", name).peer_in == "process"
]


def run(channel="pipe", mode="throughput", size_bytes=SIZE, count=5):
    observed = messages.run(
        {"channel": channel, "mode": mode, "size_bytes": size_bytes, "messages": count}
    )
    assert children_left() == []
    assert not threads_left()
    return observed


def faults(observed):
    return {
        key: observed[key] for key in ("received", "lost", "duplicated", "reordered", "wrong_size")
    }


def sightings(numbers):
    """What is kept of whole messages with these numbers."""
    whole = [make_message(number, SIZE) for number in numbers]
    return [(0, len(message), message[:8], message[-8:]) for message in whole]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A peer that is slow, because others have the cores, is not silent."""
    for name in ("READY_S", "QUIET_S"):
        monkeypatch.setattr(messages, name, 60)


@pytest.fixture
def with_peer(monkeypatch):
    """Have the peer do something else."""
    if multiprocessing.get_start_method() != "fork":
        pytest.skip("a replaced peer reaches a forked process only")
    return lambda peer: [
        monkeypatch.setattr(messages, name, peer) for name in ("send_all", "echo_all")
    ]


@pytest.fixture
def hurried(unhurried, with_peer, monkeypatch):
    """The same, with limits so short that a test can wait for them once ``first`` messages have come."""
    patience = _patience.patience
    monkeypatch.setattr(messages, "QUIET_S", 0.3)
    monkeypatch.setattr(messages, "LEAVE_S", 0.1)

    def replace(peer, first=0):
        def after_the_first(quiet_s, total_s, progress):
            ticks = itertools.count()
            return patience(
                quiet_s, total_s, lambda: progress() if progress() >= first else -next(ticks)
            )

        monkeypatch.setattr(messages._patience, "patience", after_the_first)
        with_peer(peer)

    return replace


def swallow(control, end, size_bytes, count):
    """A peer that takes whatever comes and never says a word."""
    if messages.wait_for_go(control):
        while end.receive():
            pass


def never_ready(control, end, size_bytes, count):
    time.sleep(60)


def deaf(control, end, size_bytes, count):
    """A peer that takes nothing either, so that a large message sticks in the pipe."""
    messages.wait_for_go(control)
    time.sleep(60)


def die(control, end, size_bytes, count):
    messages.wait_for_go(control)
    os._exit(3)


def stop_half_way(control, end, size_bytes, count):
    messages.wait_for_go(control)
    for number in range(3):
        end.send(make_message(number, size_bytes))
    end.receive()


def lie(control, end, size_bytes, count):
    """0 twice, 2 before 1, 3 too short, and 4 not at all."""
    messages.wait_for_go(control)
    for number, size in [
        (0, size_bytes),
        (0, size_bytes),
        (2, size_bytes),
        (1, size_bytes),
        (3, size_bytes - 1),
    ]:
        end.send(make_message(number, size))
    end.send(END)


@every_channel
def test_a_peer_sends_every_message_once(channel):
    """Throughput: all received, none lost, duplicated, reordered or of another size; one time for all."""
    observed = run(channel, count=200)
    assert set(observed) == KEYS
    assert faults(observed) == {
        "received": 200,
        "lost": 0,
        "duplicated": 0,
        "reordered": 0,
        "wrong_size": 0,
    }
    assert observed["elapsed_ns"] >= 0 and observed["round_trip_ns"] == []


@every_channel
def test_a_peer_echoes_every_message_once(channel):
    """Round trip: a time each, which together are no longer than the whole."""
    observed = run(channel, "round-trip", count=20)
    assert set(observed) == KEYS
    assert faults(observed) == {
        "received": 20,
        "lost": 0,
        "duplicated": 0,
        "reordered": 0,
        "wrong_size": 0,
    }
    assert len(observed["round_trip_ns"]) == 20 and min(observed["round_trip_ns"]) >= 0
    assert sum(observed["round_trip_ns"]) <= observed["elapsed_ns"]


@every_channel
def test_the_least_and_the_greatest_size_pass(channel, subtests):
    """No message is so large that both sides wait for each other, and none so small that its number is lost."""
    for mode in messages.modes():
        for size_bytes in (messages.LEAST_BYTES, messages.MOST_BYTES):
            with subtests.test(mode=mode, size_bytes=size_bytes):
                counts = faults(run(channel, mode, size_bytes, 2))
                assert counts == dict.fromkeys(counts, 0) | {"received": 2}


@every_channel
@every_mode
def test_silence_ends_it(channel, mode, hurried):
    """A peer that is ready and then says nothing: everything is lost, and no time is made up."""
    hurried(swallow)
    observed = run(channel, mode)
    assert faults(observed) == {
        "received": 0,
        "lost": 5,
        "duplicated": 0,
        "reordered": 0,
        "wrong_size": 0,
    }
    assert observed["elapsed_ns"] is None and observed["round_trip_ns"] == []


@pytest.mark.parametrize("peer", [never_ready, deaf, die])
def test_a_peer_that_is_no_use_ends_it(peer, hurried, monkeypatch, subtests):
    """Never ready, deaf to a message larger than any buffer, or dead: everything is lost."""
    hurried(peer)
    if peer is never_ready:
        monkeypatch.setattr(messages, "READY_S", 0.1)
    for channel in process_channels:
        with subtests.test(channel=channel):
            observed = run(channel, "round-trip", 2 << 20, 2)
            assert (observed["received"], observed["lost"], observed["elapsed_ns"]) == (0, 2, None)


@every_channel
def test_what_came_before_the_silence_counts(channel, hurried):
    """Three of five messages: two lost, and the time is that of the third."""
    hurried(stop_half_way, first=3)
    observed = run(channel)
    assert (observed["received"], observed["lost"]) == (3, 2)
    assert observed["elapsed_ns"] >= 0


def test_a_lying_peer_is_found_out(with_peer):
    """Each kind of fault is counted as what it is."""
    with_peer(lie)
    assert faults(run()) == {
        "received": 5,
        "lost": 2,
        "duplicated": 1,
        "reordered": 1,
        "wrong_size": 1,
    }


@given(
    st.permutations(range(8)), st.sets(st.integers(0, 7)), st.lists(st.integers(0, 7), max_size=4)
)
def test_every_fault_is_counted(order, dropped, repeated):
    """Whatever is dropped is lost, whatever is sent again is a duplicate, and order matters only among first ones."""
    numbers = [number for number in order if number not in dropped]
    repeats = [number for number in repeated if number not in dropped]
    counts = tally(sightings(numbers + repeats), SIZE, 8)
    late = sum(number < max(numbers[:place], default=-1) for place, number in enumerate(numbers))
    assert counts["received"] == len(numbers) + len(repeats)
    assert (counts["lost"], counts["duplicated"]) == (len(dropped), len(repeats))
    assert (counts["reordered"], counts["wrong_size"]) == (late, 0)


def test_a_torn_message_is_none():
    """A head of one and a tail of another: its number is not believed, though its size is right."""
    torn = (0, SIZE, make_message(1, SIZE)[:8], make_message(2, SIZE)[-8:])
    counts = tally([*sightings([0]), torn], SIZE, 2)
    assert (counts["received"], counts["lost"], counts["wrong_size"]) == (2, 1, 1)


@given(st.integers(0, 1 << 40), st.integers(messages.LEAST_BYTES, 300))
def test_a_message_bears_its_number_at_either_end(number, size_bytes):
    """It has exactly the size asked for."""
    message = make_message(number, size_bytes)
    assert len(message) == size_bytes
    assert message[:8] == message[-8:] == number.to_bytes(8, "little")


def test_what_does_not_fit_is_refused(subtests):
    """Too small for a number, too large for a message, or too much to prepare: the error says what is possible."""
    for size_bytes, count, remedy in [
        (15, 1, "must be 16 to"),
        ((16 << 20) + 1, 1, "must be 16 to"),
        (16 << 20, 17, "take fewer or smaller ones"),
    ]:
        with (
            subtests.test(size_bytes=size_bytes, count=count),
            pytest.raises(ValueError, match=remedy),
        ):
            run(size_bytes=size_bytes, count=count)


def test_a_channel_that_the_platform_lacks_is_missing(monkeypatch):
    """The reason is the channel's own."""
    channel = registry.load("channel", "pipe")._replace(missing=lambda: "no pipes here")
    monkeypatch.setattr(registry, "load", lambda kind, name: channel)
    assert run() == {"missing": "no pipes here"}


def test_patience_ends_where_nothing_moves():
    """A lock that nobody releases is waited for no longer than that, and the signal's handler is as before."""
    lock = threading.Lock()
    before = signal.getsignal(signal.SIGALRM)
    with lock, pytest.raises(_patience.Overdue), _patience.patience(0.05, 60):
        lock.acquire()
    assert signal.getsignal(signal.SIGALRM) == before


def test_patience_lasts_while_something_moves():
    """Progress at every look keeps it waiting, until the whole has taken too long."""
    looks = iter(range(1000))
    with _patience.patience(0.01, 60, lambda: next(looks)):
        time.sleep(0.1)
    with pytest.raises(_patience.Overdue), _patience.patience(0.01, 0.05, lambda: next(looks)):
        time.sleep(60)


def test_patience_gives_the_timer_back():
    """A timer that was running before, such as a test's own limit, goes on."""
    before = signal.setitimer(signal.ITIMER_REAL, 50, 0)
    try:
        with _patience.patience(10, 60):
            pass
        left_s, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 10 < left_s <= 50
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)


def test_spoilt_messages_are_an_error(monkeypatch):
    """A speed at which messages get lost is not reported; the error says which, of how many, and by which channel."""
    spoilt = {"lost": 2, "duplicated": 1, "reordered": 0, "wrong_size": 0}
    monkeypatch.setattr(messages, "run", lambda params: spoilt)
    params = {"channel": "pipe", "size_bytes": 16, "messages": 9, "mode": "throughput"}
    with pytest.raises(
        messages.MessagesSpoilt, match="of 9 messages of 16 bytes by pipe: 2 lost, 1 duplicated"
    ):
        messages.PROBE.run(params)
