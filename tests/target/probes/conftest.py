"""Fixtures of the probes: a launch that runs them, and waits that are short."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gilbench.measure.launches import Launch
from gilbench.target.probes import _children


@pytest.fixture
def launch(target_bundle: Path) -> Iterator[Launch]:
    """A launch, where children are started as users' are."""
    with Launch(sys.executable, target_bundle) as opened:
        yield opened


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience."""
    monkeypatch.setattr(_children, "PATIENCE_S", 0.2)
