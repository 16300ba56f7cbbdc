"""The share of the time with the GIL, by a ticking thread, for functions of which it is known."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import pytest

from gilbench.measure.targets.calls import function_spec, statement_spec

TRIES = 8  # once in a few a busy host lets it be seen


def sees(launched, spec, expected: Callable[[float], bool], **params) -> bool:
    """Whether the share that is expected is found in one of some tries."""
    return any(expected(share_of(launched, spec, **params)) for _ in range(TRIES))


def share_of(launched, spec, **params) -> float:
    """The median of five measurements."""
    asked = {"call": dict(spec.request), "form": "plain", "threads": 1, "warm_up": True, **params}
    shares = []
    for _ in range(5):
        shares.append(launched(spec, "probe", probe="ticker", params=asked)["share"])
    return statistics.median(shares)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_known_share_is_found(launched, share):
    """Waiting for a part of the time and computing for the rest."""
    spec = function_spec("work.py:part", f"[{share}]")
    assert sees(launched, spec, lambda found: abs(found - share) < 0.35, calls=25)


def test_a_hash_over_a_large_buffer_holds_next_to_nothing(launched):
    """hashlib releases the GIL."""
    spec = statement_spec("import hashlib; b = bytes(1 << 20)", "hashlib.sha256(b)")
    assert sees(launched, spec, lambda found: found < 0.3, calls=100)


def test_a_lock_inside_is_not_the_gil(launched):
    """Two threads that wait for each other's lock leave the GIL free."""
    spec = function_spec("work.py:locked")
    assert sees(launched, spec, lambda found: found < 0.2, calls=20, threads=2)


def test_an_event_loop_is_watched_while_coroutines_are_awaited(launched):
    """One that computes between two waits stops its loop for that long."""
    stalls = {}
    for name in ("awaited", "blocks_its_loop"):
        spec = function_spec(f"work.py:{name}")
        params = {"call": dict(spec.request), "form": "coroutine", "calls": 5, "warm_up": True}
        stalls[name] = launched(spec, "probe", probe="ticker", params=params)["loop_stall_ns"]
    assert stalls["blocks_its_loop"] > 15e6
