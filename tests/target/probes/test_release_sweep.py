"""The release sweep: the same calls on both sides, and what is reported when a thread does not turn up."""

import threading

import pytest
from tests.target.probes.conftest import threads_left

from gilbench.target.probes import release_sweep


def ask(**changed):
    params = {
        "function": "sha256",
        "buffer_bytes": 1000,
        "total_bytes": 10_000,
        "repeats": 3,
        "threads": 2,
    }
    return release_sweep.run({**params, **changed})


@pytest.mark.parametrize("function", release_sweep.FUNCTIONS)
def test_both_sides_are_measured_as_often(function, subtests):
    """A length of time for every repeat of either side, and no thread is left over."""
    for threads in (1, 2, 3):
        with subtests.test(threads=threads):
            observed = ask(function=function, threads=threads)
            assert len(observed["serial_ns"]) == len(observed["threads_ns"]) == 3
            assert all(
                length_ns >= 0 for length_ns in observed["serial_ns"] + observed["threads_ns"]
            )
            assert not threads_left()


@pytest.mark.parametrize(
    ("total_bytes", "threads", "calls"), [(10_000, 2, 10), (10_999, 3, 9), (1, 2, 2), (5_000, 2, 4)]
)
def test_both_sides_do_the_same_calls(monkeypatch, total_bytes, threads, calls):
    """Total work is the same, rounded down to as many calls a thread, and each thread makes one at least."""
    lengths = []
    monkeypatch.setitem(
        release_sweep.FUNCTIONS, "noted", lambda buffer: lengths.append(len(buffer))
    )
    observed = ask(function="noted", total_bytes=total_bytes, threads=threads, repeats=1)
    assert observed["calls"] == calls
    assert lengths == [1000] * (2 * calls)


def test_a_side_lasts_from_the_first_start_to_the_last_end(monkeypatch):
    """Threads that did not run side by side took as long as both of them."""

    def report(barrier, function, buffer, calls, out):
        out.append((10 + len(out) * 50, 40 + len(out) * 50))

    monkeypatch.setattr(release_sweep, "work", report)
    assert release_sweep.span_ns(hash, b"", 4, 2) == 80
    assert release_sweep.span_ns(hash, b"", 4, 1) == 30


def test_a_thread_that_never_turns_up_is_reported(monkeypatch):
    """The others wait for it at a barrier no longer than they are told to; the run ends at that side, which has nothing
    to show."""
    work, lazy = release_sweep.work, iter([True])

    class Hasty(threading.Barrier):
        def wait(self, timeout):
            return super().wait(0.05)

    def one_is_missing(*arguments):
        return None if arguments[0].parties > 1 and next(lazy, False) else work(*arguments)

    monkeypatch.setattr(release_sweep, "work", one_is_missing)
    monkeypatch.setattr(release_sweep.threading, "Barrier", Hasty)
    observed = ask(repeats=5)
    assert observed["threads_ns"] == [None]
    assert len(observed["serial_ns"]) <= 1
    assert not threads_left()
