"""How the process of a run sees that nobody follows it, whatever its host's clock says."""

import os
import time
from pathlib import Path

import msgspec
import pytest
from tests.fleet.clocks import Clock

from gilbench.fleet import runner
from gilbench.fleet.messages import RunnerOrder
from gilbench.fleet.station import ATTENDED, ORDER, STOP


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """The monotonic clock of the runner."""
    made = Clock()
    monkeypatch.setattr(runner, "time", made)
    return made


@pytest.fixture
def made(tmp_path: Path, monkeypatch, clock) -> runner.Runner:
    """The runner of a station that is followed; it keeps its hands off the signals of the tests."""
    monkeypatch.setattr(runner.signal, "signal", lambda *_: None)
    order = RunnerOrder((), at_once=True, patience_s=0.2)
    (tmp_path / ORDER).write_bytes(msgspec.json.encode(order))
    (tmp_path / ATTENDED).touch()
    return runner.Runner(tmp_path)


def test_a_clock_that_is_set_ends_no_run(made, tmp_path):
    """Hours forward, and back: only that the file changes counts."""
    for hours in (-9, 9, -9):
        at = time.time() + 3600 * hours
        os.utime(tmp_path / ATTENDED, (at, at))
        assert not made._should_end()


def test_a_run_that_nobody_follows_ends(made, tmp_path, clock):
    """Or that is told to stop, or whose station was removed."""
    assert not made._should_end()
    clock.sleep(0.15)
    assert not made._should_end()
    clock.sleep(0.1)
    assert made._should_end()
    os.utime(tmp_path / ATTENDED, (1.0, 1.0))
    assert not made._should_end()
    (tmp_path / STOP).touch()
    assert made._should_end()
