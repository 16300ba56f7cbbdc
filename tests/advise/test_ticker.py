"""The share of the time with the GIL, by a ticking thread, for functions of which it is known."""

from __future__ import annotations

import statistics

import pytest

from gilbench.measure.targets.calls import function_spec, statement_spec


def share_of(launched, spec, **params) -> float:
    """The median of five measurements."""
    asked = {"call": dict(spec.request), "form": "plain", "threads": 1, "warm_up": True, **params}
    shares = []
    for _ in range(5):
        shares.append(launched(spec, "probe", probe="ticker", params=asked)["share"])
    return statistics.median(shares)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_known_share_is_found(launched, share):
    """Waiting for a part of the time and computing for the rest; once in a few tries a busy host lets it be seen."""
    for _ in range(5):
        found = share_of(launched, function_spec("work.py:part", f"[{share}]"), calls=25)
        if abs(found - share) < 0.35:
            break
    assert abs(found - share) < 0.35


def test_a_hash_over_a_large_buffer_holds_next_to_nothing(launched):
    """hashlib releases the GIL."""
    spec = statement_spec("import hashlib; b = bytes(1 << 20)", "hashlib.sha256(b)")
    assert share_of(launched, spec, calls=100) < 0.3


def test_a_lock_inside_is_not_the_gil(launched):
    """Two threads that wait for each other's lock leave the GIL free."""
    assert share_of(launched, function_spec("work.py:locked"), calls=20, threads=2) < 0.2


def test_an_event_loop_is_watched_while_coroutines_are_awaited(launched):
    """One that computes between two waits stops its loop for that long."""
    stalls = {}
    for name in ("awaited", "blocks_its_loop"):
        spec = function_spec(f"work.py:{name}")
        params = {"call": dict(spec.request), "form": "coroutine", "calls": 5, "warm_up": True}
        stalls[name] = launched(spec, "probe", probe="ticker", params=params)["loop_stall_ns"]
    assert stalls["blocks_its_loop"] > 15e6
