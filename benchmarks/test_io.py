"""I/O-bound cases: sleeping, sockets, HTTP, each in pairs with its reference."""

from collections.abc import Callable

from gilbench.model import Planned


def test_io(io: Planned, measure: Callable[[Planned], None]) -> None:
    measure(io)
