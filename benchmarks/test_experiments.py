"""Probes under several conditions: how the GIL is handed over."""

from collections.abc import Callable

from gilbench.model import Planned


def test_experiment(experiment: Planned, measure: Callable[[Planned], None]) -> None:
    measure(experiment)
