"""I/O-bound cases: sleeping, sockets, HTTP, each in pairs with its reference."""

from collections.abc import Callable

from gilbench.model import PlannedItem


def test_io(io: PlannedItem, measure: Callable[[PlannedItem], None]) -> None:
    measure(io)
