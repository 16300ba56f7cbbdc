"""The process that watches the host: the same one throughout, asked before and after each launch, never within one."""

from typing import Any

import pytest
from tests import synthetic
from tests.fakes import Script
from tests.measure.conftest import plan_of

from gilbench.measure import sentinel
from gilbench.measure.launches import MeasurementError
from gilbench.measure.sentinel import Sentinel
from gilbench.model import HostDrift, InputError, Round


class Loop:
    """A launch whose loop takes what was written down, one duration a round."""

    def __init__(self, durations_ns: list[int]) -> None:
        self.durations_ns, self.closed = iter(durations_ns), 0

    def set_up(self, timeout_s: float) -> None:
        assert timeout_s > 0

    def ask(self, op: str, timeout_s: float, **arguments: Any) -> dict[str, Any]:
        if op == "size tasks":
            return {"size": 512}
        assert arguments["params"] == {"size": 512}
        return {"wall_ns": next(self.durations_ns)}

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def watching(monkeypatch, tmp_path):
    """A sentinel of such a launch; the quota took no time before and half a second after."""

    def make(durations_ns: list[int]) -> tuple[Sentinel, Loop]:
        loop = Loop(durations_ns)
        monkeypatch.setattr(sentinel, "Launch", lambda *given: loop)
        throttled = iter([1.0, 1.5])
        monkeypatch.setattr(sentinel, "throttled_s", lambda: next(throttled))
        return Sentinel(synthetic.make_target(), tmp_path), loop

    return make


def test_a_drift_is_what_changed_meanwhile(watching):
    """The best of three loops on either side, and the seconds that a quota took."""
    watch, loop = watching([5, 3, 4, 9, 7, 8])
    assert watch.drift("item", 2, watch.sample()) == HostDrift("item", 2, 3, 7, 0.5)
    watch.close()
    assert loop.closed == 1


def test_a_sentinel_that_cannot_run_ends_the_check(monkeypatch, tmp_path):
    """Before anything is measured, in one line, and its process is closed."""
    loop = Loop([])

    def fail(timeout_s: float) -> None:
        raise MeasurementError("the launch died")

    loop.set_up = fail
    monkeypatch.setattr(sentinel, "Launch", lambda *given: loop)
    with pytest.raises(InputError, match="during a check: the launch died"):
        Sentinel(synthetic.make_target(), tmp_path)
    assert loop.closed == 1


def test_every_launch_has_its_drift(drive, session, watching, monkeypatch):
    """One record a launch, after its last round; a run without a sentinel has none."""
    session.sentinel, _ = watching([1] * 100)
    monkeypatch.setattr(sentinel, "throttled_s", lambda: 0.0)
    driven = drive(plan_of(looks=(3,)), Script())
    assert [one.launch for one in driven.of(HostDrift)] == [0, 1, 2]
    for number, record in enumerate(driven.records):
        if isinstance(record, HostDrift):
            assert not [
                one
                for one in driven.records[number:]
                if isinstance(one, Round) and one.launch == record.launch
            ]
    session.sentinel = None
    assert not drive(plan_of(looks=(3,)), Script()).of(HostDrift)
