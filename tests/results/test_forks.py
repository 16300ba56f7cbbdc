"""How many processes are forked at a time."""

import os
from types import SimpleNamespace

import pytest

from gilbench.results import forks


@pytest.mark.parametrize(("usable", "expected"), [(1, 1), (3, 3), (64, 4)])
def test_one_process_on_each_usable_core(monkeypatch, usable, expected):
    """And no more than are asked for."""
    monkeypatch.setattr(forks, "sys", SimpleNamespace(platform="linux"))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)), raising=False)
    assert forks.forks_at_once(4) == expected


def test_none_where_a_fork_may_crash_or_cores_are_not_told(monkeypatch):
    """On macOS, which has no affinity either, and on a Linux without it."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(forks, "sys", SimpleNamespace(platform="darwin"))
    assert forks.forks_at_once(4) == 1
    monkeypatch.setattr(forks, "sys", SimpleNamespace(platform="linux"))
    monkeypatch.delattr(os, "sched_getaffinity")
    assert forks.forks_at_once(4) == 1
