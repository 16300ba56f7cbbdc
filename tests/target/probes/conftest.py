"""Fixtures of the probes: a launch that runs them, and waits that are short."""

import multiprocessing
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gilbench.measure.launches import Launch
from gilbench.target.probes import _children

REAP_S = 30.0


def children_left() -> list[Any]:
    """The children that are still there after a while: on a crowded host a killed one takes a moment to end."""
    end_s = time.monotonic() + REAP_S
    while multiprocessing.active_children() and time.monotonic() < end_s:
        time.sleep(0.01)
    return multiprocessing.active_children()


@pytest.fixture
def launch(target_bundle: Path) -> Iterator[Launch]:
    """A launch, where children are started as users' are."""
    with Launch(sys.executable, target_bundle) as opened:
        yield opened


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience."""
    monkeypatch.setattr(_children, "PATIENCE_S", 0.2)
