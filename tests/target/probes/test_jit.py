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
    assert jit.in_process("1") == {"enabled": None, "fastest_ns": None}


@pytest.mark.parametrize("enabled", [True, False, None])
def test_a_speedup_needs_the_compiler_off_and_on(enabled):
    """Where the switch had no effect there is nothing to compare."""
    off, on = {"enabled": False, "fastest_ns": 6.0}, {"enabled": enabled, "fastest_ns": 5.0}
    speedup = experiment.speedup([{"off": [off] * 3, "on": [on] * 3}])
    assert speedup == 1.2 if enabled else math.isnan(speedup)
