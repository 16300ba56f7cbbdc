"""The turns probe: slices lie in the window and follow each other, and a worker that never turns up is reported."""

import sys
import threading
import time
from itertools import pairwise
from types import SimpleNamespace

import pytest
from tests.target.probes.conftest import children_left, threads_left

from gilbench.target.probes import turns

WINDOW_S = 0.02
PATIENCE_S = 60.0


def ask(work="bytecode", worker="thread", workers=2, window_s=WINDOW_S):
    params = {
        "work": work,
        "worker": worker,
        "workers": workers,
        "interval_s": 0.005,
        "window_s": window_s,
    }
    return turns.run(params)


@pytest.mark.parametrize(
    ("work", "worker"), [("bytecode", "thread"), ("hashlib", "thread"), ("bytecode", "process")]
)
def test_slices_lie_in_the_window_one_after_the_other(monkeypatch, work, worker):
    """Each worker's slices begin at the common start or later, have a length, and do not overlap."""
    monkeypatch.setattr(turns, "PATIENCE_S", PATIENCE_S)
    before, window_s = sys.getswitchinterval(), WINDOW_S
    observed, end_s = ask(work, worker), time.monotonic() + PATIENCE_S
    while not any(observed["slices"]) and time.monotonic() < end_s:
        window_s *= 2  # others had the cores for the whole window
        observed = ask(work, worker, window_s=window_s)
    assert observed["block_ns"] >= 0
    assert len(observed["slices"]) == 2
    for slices in observed["slices"]:
        assert all(0 <= start < end for start, end in slices)
        assert all(earlier[1] < later[0] for earlier, later in pairwise(slices))
    assert any(observed["slices"])
    assert sys.getswitchinterval() == before
    assert not threads_left()
    assert children_left() == []


def test_a_gap_ends_a_slice(monkeypatch):
    """On a clock that jumps in the middle, what lies before the jump and what lies after it are two slices."""
    readings = iter([0, 0, 10, 20, 5_020, 5_030, 6_000])
    monkeypatch.setattr(turns, "time", SimpleNamespace(perf_counter_ns=lambda: next(readings)))
    assert turns.slices_of(0, 5_100, 100, lambda: None) == [(0, 20), (5_020, 5_030)]


def test_a_thread_that_never_turns_up_is_reported(monkeypatch):
    """The others wait for it as long as patience lasts, and nobody reports."""

    class OneTooMany(threading.Barrier):
        def __init__(self, parties, action):
            super().__init__(parties + 1, action)

    monkeypatch.setattr(turns.threading, "Barrier", OneTooMany)
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    assert ask()["slices"] == [None, None]
    assert not threads_left()


def test_a_process_that_dies_is_reported(monkeypatch):
    """Nobody reports where a process never said that it was ready, and none is left."""
    monkeypatch.setattr(turns, "be_a_process", print)
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    assert ask(worker="process")["slices"] == [None, None]
    assert children_left() == []
