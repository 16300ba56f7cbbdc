"""Fixtures of the probes: much patience for what must come, a launch that has it too, and waits that are short."""

import multiprocessing
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.launches import Launch
from gilbench.target.probes import _children

REAP_S = 60.0
PATIENCE_S, BEGIN_WITHIN_S = 60.0, 120.0  # a crowded host is no finding
LIMIT_S = 250.0  # of a probe in a launch


def children_left() -> list[Any]:
    """The children that are still there after a while: on a crowded host a killed one takes a moment to end."""
    end_s = time.monotonic() + REAP_S
    while multiprocessing.active_children() and time.monotonic() < end_s:
        time.sleep(0.01)
    return multiprocessing.active_children()


def threads_left() -> set[threading.Thread]:
    """The threads besides the main one that are still there after a while: one that may end needs the GIL for it."""
    end_s = time.monotonic() + REAP_S
    others = set(threading.enumerate()) - {threading.main_thread()}
    for thread in others:
        thread.join(max(0.0, end_s - time.monotonic()))
    return {thread for thread in others if thread.is_alive()}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Much patience, which costs nothing where everything comes."""
    monkeypatch.setattr(_children, "PATIENCE_S", PATIENCE_S)
    monkeypatch.setattr(_children, "BEGIN_WITHIN_S", BEGIN_WITHIN_S)


@pytest.fixture(scope="session")
def patient_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A target bundle whose probes have as much patience."""
    bundle = make_target_bundle(tmp_path_factory.mktemp("patient"))
    module = bundle / "gilbench" / "target" / "probes" / "_children.py"
    source = module.read_text(encoding="utf-8")
    for name, seconds in (("PATIENCE_S", PATIENCE_S), ("BEGIN_WITHIN_S", BEGIN_WITHIN_S)):
        source += f"\n{name} = {seconds}\n"
    module.write_text(source, encoding="utf-8")
    return bundle


@pytest.fixture
def launch(patient_bundle: Path) -> Iterator[Launch]:
    """A launch, where children are started as users' are."""
    with Launch(sys.executable, patient_bundle) as opened:
        yield opened


@pytest.fixture
def brief(patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience, for what never comes: whatever must come would make a test of the host."""
    monkeypatch.setattr(_children, "PATIENCE_S", 0.2)
