"""The budget that is named for a long call is kept and enough: on a clock that only the calls move."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from tests.synthetic import make_host, make_target

from gilbench.measure.launches import NoAnswer
from gilbench.measure.targets.calls import CallSpec
from gilbench.model import InputError
from gilbench.plan.call_plan import IN_PROCESSES
from gilbench.run import advising, call_sweeps, call_trial
from gilbench.summary.call_advice import CallAdvice, advise_calls

GIVEN_S = 60.0
START_S = 0.2
TURNING = 1.02  # times as long as alone, for threads that take turns


@dataclass
class Acted:
    """A call that takes so long, on a host with two cores: it waits, or holds the GIL all the time."""

    call_s: float
    waits: bool
    now_s: float = 1000.0

    def monotonic(self) -> float:
        return self.now_s

    def measured(self, budget_s: float, folder, targets=1) -> list[CallAdvice]:
        """The answers within a budget, which is kept."""
        began_s = self.now_s
        spec = CallSpec("work.py:f", {})
        pythons = [str(number) for number in range(targets)] if targets > 1 else []
        try:
            measured = advising.CallMeasurement(spec, pythons, budget_s).measure(folder, [])
        finally:
            assert self.now_s - began_s <= budget_s
        return advise_calls(measured.run, measured.observations)


class ActedLaunch:
    """A launch that makes calls by moving the clock."""

    def __init__(self, acted: Acted, *_) -> None:
        self.acted, self.pid = acted, 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        pass

    def set_up(self, limit_s: float) -> None:
        self.acted.now_s += START_S

    def ask(self, kind, limit_s, **asked):
        """What was observed, unless it takes longer than its limit."""
        seconds, observed = self._observed(kind, asked)
        self.acted.now_s += min(seconds, limit_s)
        if seconds > limit_s:
            raise NoAnswer("no answer")
        return observed

    def _observed(self, kind, asked):
        call_s = self.acted.call_s
        if kind == "try call":
            made = 1 if call_s > asked["limit_ns"] / 1e9 else 2
            return made * call_s, self._trial()
        if kind == "probe" and asked["probe"] == "ceiling":
            return 0.2, {"ceiling": 1.95}
        if kind == "probe":
            calls = asked["params"]["calls"] * asked["params"]["threads"]
            share = 0.0 if self.acted.waits else 1.0
            times = {"stall_ns": 0, "wall_ns": calls * call_s * 1e9, "cpu_ns": 0}
            return calls * call_s, {"share": share, "ticks": 1000, **times}
        serial_s, parallel_s = call_s * asked["serial_batches"], call_s * asked["batches"]
        if self.acted.waits:
            parallel_s /= asked["workers"]
        elif asked["strategy"] in IN_PROCESSES:
            parallel_s /= min(2, asked["workers"])
        else:
            parallel_s *= TURNING
        pair = {"serial": self._half(serial_s), "parallel": self._half(parallel_s)}
        observed = {"pairs": [pair] * asked["pairs"], "start_ns": 10**7, "stop_ns": 0}
        return asked["pairs"] * (serial_s + parallel_s), observed

    def _half(self, seconds):
        idle, busy = (seconds, 0.0) if self.acted.waits else (0.0, seconds)
        return {"wall_ns": seconds * 1e9, "cpu_ns": busy * 1e9, "idle_ns": idle * 1e9}

    def _trial(self):
        return {
            "call_ns": self.acted.call_s * 1e9,
            "first_ns": self.acted.call_s * 1e9,
            "found_ns": 0,
            "wait_share": 1.0 if self.acted.waits else 0.0,
            "shown": "f()",
            "form": "plain",
            "findings": (),
            "output_bytes": 0,
            "pickling": {"args_ns": 0, "args_bytes": 0, "result_ns": 0, "result_bytes": 0},
            "gil_before": True,
            "gil_after": True,
            "gil_culprits": (),
        }


@pytest.fixture
def act(monkeypatch):
    """Calls of a length of which nothing is real but the schedule."""
    return partial(acted_call, monkeypatch)


def acted_call(monkeypatch, call_s: float, waits: bool = False) -> Acted:
    """A simulated call: its launches only advance a simulated clock."""
    acted = Acted(call_s, waits)
    clock = SimpleNamespace(monotonic=acted.monotonic)
    for module in (advising, call_sweeps, call_trial):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(call_trial, "Launch", lambda *_: ActedLaunch(acted))
    monkeypatch.setattr(advising, "inspect", lambda: make_host(2))
    monkeypatch.setattr(advising, "newest_free_threaded", lambda: None)
    monkeypatch.setattr(advising.CallMeasurement, "_load", load_synthetic)
    return acted


def load_synthetic(measurement, pythons):
    """A target for every Python that is named, and one where none is."""
    numbers = range(len(pythons) or 1)
    return tuple(replace(make_target(), id=f"3.13.{number}") for number in numbers), ()


def budget_in(words: str) -> float:
    """The budget that is named."""
    (named,) = re.findall(r"--budget (\d+)", words)
    return float(named)


def wanted(acted, folder, targets=1) -> float:
    """The budget that is named after ``GIVEN_S``, and after the ones named before if not enough."""
    budget_s = GIVEN_S
    while True:
        try:
            answers = acted.measured(budget_s, folder, targets)
        except InputError as error:  # not even one call returned
            named_s = budget_in(str(error))
            assert named_s < 25 * targets * acted.call_s and acted.call_s * targets > budget_s / 2
        else:
            if all(answer.outcome == "use" for answer in answers):
                return budget_s  # of a call that is shorter than this one
            return max(budget_in(answer.answer) for answer in answers)
        assert named_s > 4 * budget_s
        budget_s = named_s


@pytest.mark.parametrize("waits", [False, True], ids=["computes", "waits"])
@pytest.mark.parametrize("call_s", [18.0, 45.0, 90.0, 300.0, 1500.0])
def test_the_budget_that_is_named_is_kept_and_enough(act, tmp_path, call_s, waits):
    """For calls of seconds and of minutes, whether or not the first one returned in time."""
    acted = act(call_s, waits)
    budget_s = wanted(acted, tmp_path)
    assert budget_s < 25 * call_s
    (answer,) = acted.measured(budget_s, tmp_path)
    assert answer.outcome == "use" and answer.holds_gil is not None
    if call_s < GIVEN_S:
        measured = {way.strategy for way in answer.ways if way.gain is not None}
        assert "thread" in measured and (waits or measured & set(IN_PROCESSES))


def test_targets_share_the_budget_that_is_named(act, tmp_path):
    """Two interpreters need twice as much."""
    acted = act(20.0)
    budget_s = wanted(acted, tmp_path, targets=2)
    answers = acted.measured(budget_s, tmp_path, targets=2)
    assert [answer.outcome for answer in answers] == ["use", "use"]


def test_no_budget_is_named_where_the_longest_is_too_short(act, tmp_path):
    """A day is not enough for a call of three hours; less work is the only remedy."""
    acted = act(3 * 3600.0)
    with pytest.raises(InputError, match=r"give it less to do$"):
        acted.measured(2 * 3600.0, tmp_path)
    (answer,) = acted.measured(4 * 3600.0, tmp_path)
    assert answer.answer.endswith("give it less to do, for no budget is long enough")


def test_what_nobody_asked_for_has_no_time_of_a_long_call(act, tmp_path, monkeypatch):
    """A free-threaded interpreter of the machine is left out, and that is said."""
    acted = act(20.0)
    extra = make_target(gil=False)
    monkeypatch.setattr(advising.CallMeasurement, "_load_free_threaded", lambda measurement: extra)
    (answer,) = acted.measured(GIVEN_S, tmp_path)
    assert "there was no time" in answer.free_threaded.problem
    assert budget_in(answer.answer) < 25 * acted.call_s
