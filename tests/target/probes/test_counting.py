"""The counting probe: exact under a lock, honest about what is lost, and never held up."""

import sys
import threading

import pytest
from tests.target.probes.conftest import threads_left

from gilbench.target.probes import counting

PATIENCE_S = 60
NO_COUNT = {"expected": 5000, "counted": None, "elapsed_ns": None, "alternations": None}
UPDATES = ["bare", "read-modify-write"]
FORMS = ["property", "subclass", "call"]


def run(update="bare", lock="none", workers=2, updates=2500):
    params = {
        "update": update,
        "lock": lock,
        "workers": workers,
        "updates": updates,
        "interval_s": 1e-5,
    }
    return counting.run(params)


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("lock", ["lock", "rlock"])
def test_a_lock_makes_it_exact(update, lock):
    """With either lock every update of every thread is there; the number need be no multiple of a chunk."""
    observed = run(update, lock, workers=3)
    assert observed["expected"] == observed["counted"] == 7500
    assert observed["elapsed_ns"] >= 0


@pytest.mark.parametrize("update", [*UPDATES, *FORMS])
def test_without_a_lock_no_update_is_invented(update):
    """Updates may be lost, never added; one thread alone loses none."""
    observed = run(update, updates=20_000)
    assert 0 < observed["counted"] <= observed["expected"] == 40_000
    assert run(update, workers=1)["counted"] == 2500


def test_lost_updates_are_seen(monkeypatch):
    """Two threads that both read before either writes lose exactly every second update."""
    meet = threading.Barrier(2)

    def read(box):
        n = box.n
        meet.wait(PATIENCE_S)
        return n

    monkeypatch.setattr(counting, "read", read)
    observed = run("read-modify-write", updates=50)
    assert (observed["expected"], observed["counted"]) == (100, 50)


def test_the_switch_interval_is_left_as_it_was():
    """It is another one while the threads run."""
    before = sys.getswitchinterval()
    run()
    assert sys.getswitchinterval() == before


def test_a_lock_that_never_comes_is_no_count(monkeypatch):
    """Threads that wait for ever are not waited for, and end as soon as they can."""
    held = threading.Lock()
    monkeypatch.setitem(counting.LOCKS, "lock", lambda: held)
    monkeypatch.setattr(counting, "END_S", 0.05)
    monkeypatch.setattr(counting, "START_S", 0.05)
    before = sys.getswitchinterval()
    with held:
        assert run("bare", "lock") == NO_COUNT
    assert not threads_left()
    assert sys.getswitchinterval() == before


def test_a_thread_that_never_arrives_is_no_count(monkeypatch):
    """Where not all are there to begin together, none begins."""
    real = threading.Barrier
    monkeypatch.setattr(counting.threading, "Barrier", lambda parties: real(parties + 1))
    monkeypatch.setattr(counting, "START_S", 0.05)
    assert run() == NO_COUNT
    assert not threads_left()


@pytest.mark.parametrize(("update", "lock"), [("bare", "padlock"), ("brute", "none")])
def test_an_unknown_name_is_an_error(update, lock):
    """No typing mistake passes for a measurement without a lock."""
    with pytest.raises(KeyError):
        run(update, lock)


def test_alternations_distinguish_turns_from_one_after_the_other():
    """Threads in turns alternate at every chunk; of two that ran one after the other the second begins once."""
    assert counting.count_alternations([[0, 1, 3, 5], [0, 2, 4, 6]]) == 5
    assert counting.count_alternations([[0, 1, 2, 3], [0, 4, 5, 6]]) == 1
    assert counting.count_alternations([[0, 1, 2]]) == 0
