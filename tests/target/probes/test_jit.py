"""The probe of the JIT compiler, on builds that have none and in its own arithmetic."""

import math

import pytest

from gilbench.experiments import jit as experiment
from gilbench.target.probes import jit


def test_a_build_without_a_compiler_says_so(monkeypatch):
    """Before 3.14 sys._jit is absent; in most builds since it is there and not available."""
    monkeypatch.delattr(jit.sys, "_jit", raising=False)
    assert "no JIT compiler" in jit.missing()
    monkeypatch.setattr(jit.sys, "_jit", Compiler(available=False), raising=False)
    assert "no JIT compiler" in jit.missing()
    monkeypatch.setattr(jit.sys, "_jit", Compiler(available=True), raising=False)
    assert jit.missing() is None


class Compiler:
    """What ``sys._jit`` offers."""

    def __init__(self, available: bool) -> None:
        self.is_available = lambda: available
        self.is_enabled = lambda: available


def test_a_process_that_ends_badly_measured_nothing(monkeypatch):
    """It is no time, and no exception either."""
    monkeypatch.setattr(jit.sys, "executable", "/bin/false")
    nothing = {"enabled": None, "fastest_ns": None, "cpu_ns": None, "wall_ns": None}
    assert jit.in_process("1") == nothing


def test_either_half_of_a_pair_comes_first_in_turn(monkeypatch):
    """What the first process of a pair pays is paid by both sides."""
    order = []
    monkeypatch.setattr(jit, "in_process", lambda value: order.append(value) or {"value": value})
    assert jit.run({"pairs": 2}) == {"off": [{"value": "0"}] * 2, "on": [{"value": "1"}] * 2}
    assert order == ["0", "1", "1", "0"]


@pytest.mark.parametrize("enabled", [True, False, None])
def test_a_speedup_needs_the_compiler_off_and_on(enabled):
    """Where the switch had no effect there is nothing to compare."""
    off, on = {"enabled": False, "fastest_ns": 6.0}, {"enabled": enabled, "fastest_ns": 5.0}
    speedup = experiment.speedup([{"off": [off] * 3, "on": [on] * 3}])
    assert speedup == 1.2 if enabled else math.isnan(speedup)


def test_cores_used_are_those_of_all_processes():
    """CPU time over time of either side together; unknown of runs that did not record it."""
    off = {"enabled": False, "fastest_ns": 6, "cpu_ns": 40, "wall_ns": 50}
    on = {"enabled": True, "fastest_ns": 5, "cpu_ns": 20, "wall_ns": 50}
    assert experiment.cores_used([{"off": [off], "on": [on]}]) == 0.6
    del on["cpu_ns"]
    assert math.isnan(experiment.cores_used([{"off": [off], "on": [on]}]))
