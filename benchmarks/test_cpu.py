"""CPU-bound cases, each in pairs with its reference."""

from collections.abc import Callable

from gilbench.model import Planned


def test_cpu(cpu: Planned, measure: Callable[[Planned], None]) -> None:
    measure(cpu)
