"""One open launch a test module, and a test for every strategy and every probe that a launch says it has."""

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

TIMEOUT_S = 180.0
DELAY_S = 0.001


@cache
def description() -> dict[str, Any]:
    """What a launch of this interpreter says of itself."""
    with tempfile.TemporaryDirectory() as folder:
        target_bundle = make_target_bundle(Path(folder))
        with Launch(sys.executable, target_bundle) as launch:
            return launch.ask("describe", TIMEOUT_S)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for argument, kind in (("strategy", "strategies"), ("probe", "probes")):
        if argument in metafunc.fixturenames:
            entries = description()[kind]
            metafunc.parametrize(argument, entries, ids=[entry["name"] for entry in entries])


@pytest.fixture(scope="module")
def launch(target_bundle: Path) -> Iterator[Launch]:
    """A launch of this interpreter."""
    with Launch(sys.executable, target_bundle) as opened:
        yield opened


@pytest.fixture(scope="module")
def smallest_params(services: Services) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The smallest parameters that a workload can be run with."""

    def params_of(workload: dict[str, Any]) -> dict[str, Any]:
        params = dict(workload["defaults"])
        if workload["size_step"]:
            params["size"] = workload["size_step"]
        if "delay_s" in params:
            params["delay_s"] = DELAY_S
        if workload["service"]:
            params |= services.access(workload["service"], DELAY_S)
        return params

    return params_of


@pytest.fixture(scope="module")
def perform(smallest_params: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Run one round in a launch and return its record."""

    def run(
        launch: Launch, workload: dict[str, Any], strategy: str, **changes: Any
    ) -> dict[str, Any]:
        job = {"workers": 1, "tasks": 6, "params": smallest_params(workload), **changes}
        return launch.ask("round", TIMEOUT_S, workload=workload["name"], strategy=strategy, **job)

    return run
