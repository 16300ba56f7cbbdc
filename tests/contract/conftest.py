"""One open launch a test module, and a test for every workload and strategy that a launch says it has."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.launches import Launch
from gilbench.measure.services import Services

TIMEOUT_S = 30.0
DELAY_S = 0.001


@cache
def description() -> dict[str, Any]:
    """What a launch of this interpreter says of itself."""
    with tempfile.TemporaryDirectory() as folder, Launch(sys.executable, make_target_bundle(Path(folder))) as launch:
        return launch.ask("describe", TIMEOUT_S)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for argument, kind in (("workload", "workloads"), ("strategy", "strategies"), ("probe", "probes")):
        if argument in metafunc.fixturenames:
            entries = description()[kind]
            metafunc.parametrize(argument, entries, ids=[entry["name"] for entry in entries])


@pytest.fixture(scope="module")
def services(target_bundle: Path) -> Iterator[Services]:
    """The servers of the I/O workloads."""
    running = Services(target_bundle)
    yield running
    running.close()


@pytest.fixture(scope="module")
def launch(target_bundle: Path) -> Iterator[Launch]:
    """A launch of this interpreter."""
    with Launch(sys.executable, target_bundle) as opened:
        yield opened


@pytest.fixture(scope="module")
def params_of(services: Services) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The smallest parameters that a workload can be run with."""

    def params(workload: dict[str, Any]) -> dict[str, Any]:
        chosen = dict(workload["defaults"])
        if workload["size_step"]:
            chosen["size"] = workload["size_step"]
        if "delay_s" in chosen:
            chosen["delay_s"] = DELAY_S
        if workload["service"]:
            chosen["address"] = services.address(workload["service"], DELAY_S)
        return chosen

    return params


@pytest.fixture(scope="module")
def perform(params_of: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Run one round in a launch and return its record."""

    def run(launch: Launch, workload: dict[str, Any], strategy: str, **place: Any) -> dict[str, Any]:
        asked = {"workers": 1, "tasks": 6, "params": params_of(workload), **place}
        return launch.ask("round", TIMEOUT_S, workload=workload["name"], strategy=strategy, **asked)

    return run
