"""The relock probe: a Lock and an RLock acquired again by their holder."""

import threading
from types import SimpleNamespace

from tests.target.probes.conftest import children_left

from gilbench.target.probes import _children, relock


def test_a_lock_is_refused_to_its_holder_and_an_rlock_is_not():
    """The RLock is free for others after as many releases as it was acquired."""
    observed = relock.PROBE.run({"trials": 2, "timeout_s": 0.01})["trials"]
    assert len(observed) == 2
    for trial in observed:
        assert trial.pop("lock_second_waited_ns") >= 0
        assert trial == {
            "lock_second_acquire": False,
            "rlock_second_acquire": True,
            "rlock_free_after": [False, True],
        }


def test_an_rlock_that_were_a_lock_would_show(monkeypatch):
    """Refused at the second acquire, it is free after the only release that is due."""
    monkeypatch.setattr(
        relock, "threading", SimpleNamespace(Lock=threading.Lock, RLock=threading.Lock)
    )
    trial = relock.trial({"timeout_s": 0.01})
    assert not trial["rlock_second_acquire"] and trial["rlock_free_after"] == [True]


def test_a_thread_that_never_comes_back_is_nothing_seen(monkeypatch):
    """Whether the lock was free is then unknown, and the probe goes on."""
    end = threading.Event()
    monkeypatch.setattr(_children, "PATIENCE_S", 0.05)
    monkeypatch.setattr(relock, "take", lambda lock, timeout_s: end.wait(300))
    trial = relock.trial({"timeout_s": 0.01})
    end.set()
    assert trial["rlock_free_after"] == [None, None]
    assert children_left() == []
