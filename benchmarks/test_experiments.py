"""Probes under several conditions: how the GIL is handed over."""

from collections.abc import Callable

from gilbench.model import PlannedItem


def test_experiment(experiment: PlannedItem, measure: Callable[[PlannedItem], None]) -> None:
    measure(experiment)
