"""The locking probe: a count and a time for every worker, or None for one that never said."""

import multiprocessing
import sys
import threading
import time
from itertools import product
from types import SimpleNamespace

import pytest
from tests.target.probes.conftest import children_left, threads_left

from gilbench.measure.launches import Launch
from gilbench.target.probes import locking

PATIENCE_S = 120
NOTHING = {"operations": [None, None], "late_ns": [None, None], "elapsed_ns": [None, None]}
modules = pytest.mark.parametrize("of", ["threading", "multiprocessing"])


def run(of, lock="lock", workers=2, duration_s=0.02):
    observed = locking.run({"of": of, "lock": lock, "workers": workers, "duration_s": duration_s})
    assert children_left() == []
    return observed


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Workers that report late, because others have the cores, have reported."""
    for name in ("READY_S", "END_S", "LEAVE_S"):
        monkeypatch.setattr(locking, name, 60)


@pytest.fixture
def hurried(unhurried, monkeypatch):
    """Limits so short that a test can wait for them."""
    if multiprocessing.get_start_method() != "fork":
        pytest.skip("a replaced function reaches a forked process only")
    for name in ("END_S", "LEAVE_S"):
        monkeypatch.setattr(locking, name, 0.1)


def never_ready(connection, lock, duration_ns):
    time.sleep(60)


@modules
def test_every_worker_counts_whole_batches(of, subtests):
    """An entry each; the clock is read between batches only, and a worker goes on for at least as long as asked."""
    for lock, workers in product(("none", "lock", "rlock"), (1, 2)):
        with subtests.test(lock=lock, workers=workers):
            observed = run(of, lock, workers)
            assert set(observed) == {"operations", "late_ns", "elapsed_ns"}
            assert len(observed["operations"]) == len(observed["elapsed_ns"]) == workers
            assert all(operations % locking.BATCH == 0 for operations in observed["operations"])
            assert all(elapsed_ns >= 20_000_000 for elapsed_ns in observed["elapsed_ns"])
            assert all(late_ns >= 0 for late_ns in observed["late_ns"])
            assert not threads_left()


def test_an_operation_takes_and_releases_the_lock_once(monkeypatch):
    """As many acquires as releases as operations, each acquire after the release before it."""
    log = []

    class Loud:
        def acquire(self):
            log.append("acquire")

        def release(self):
            log.append("release")

    ticks = iter([0, 1, 2])
    monkeypatch.setattr(locking, "time", SimpleNamespace(perf_counter_ns=lambda: next(ticks)))
    assert locking.repeat(Loud(), 2) == 2 * locking.BATCH
    assert log == ["acquire", "release"] * (2 * locking.BATCH)


def test_the_baseline_does_all_but_the_lock(monkeypatch):
    """The loop without a lock counts the same operations at the same looks at the clock."""
    ticks = iter([0, 1, 2])
    monkeypatch.setattr(locking, "time", SimpleNamespace(perf_counter_ns=lambda: next(ticks)))
    assert locking.repeat_without(None, 2) == 2 * locking.BATCH


@modules
def test_a_lock_that_never_comes_is_none(of, hurried, monkeypatch):
    """Workers that wait for ever are not waited for: None each, processes ended, threads free to go."""
    held = {"threading": threading, "multiprocessing": multiprocessing}[of].Lock()
    monkeypatch.setattr(locking, "make_lock", lambda kind, of: held)
    with held:
        assert run(of) == NOTHING
    assert not threads_left()


def test_a_worker_that_is_never_ready_is_none(hurried, monkeypatch):
    """Nobody begins, and everybody is ended."""
    monkeypatch.setattr(locking, "work", never_ready)
    monkeypatch.setattr(locking, "READY_S", 0.1)
    assert run("multiprocessing") == NOTHING


def test_a_launch_measures_it(target_bundle):
    """In a real launch, threads and processes alike; the launch answers afterwards."""
    with Launch(sys.executable, target_bundle) as launch:
        for of in ("threading", "multiprocessing"):
            params = {"of": of, "lock": "rlock", "workers": 2, "duration_s": 0.02}
            observed = launch.ask("probe", PATIENCE_S, probe="locking", params=params)
            assert len(observed["operations"]) == 2 and None not in observed["operations"]
        assert launch.ask("ping", PATIENCE_S) == {}


@pytest.mark.parametrize("params", [{"lock": "padlock"}, {"of": "asyncio"}])
def test_an_unknown_name_is_an_error(params):
    """No typing mistake passes for a measurement."""
    with pytest.raises(KeyError):
        run(**{"of": "threading", **params})
