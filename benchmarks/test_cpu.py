"""CPU-bound cases, each in pairs with its reference."""

from collections.abc import Callable

from gilbench.model import PlannedItem


def test_cpu(cpu: PlannedItem, measure: Callable[[PlannedItem], None]) -> None:
    measure(cpu)
