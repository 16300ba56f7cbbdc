"""Turns of pytest-xdist's workers: only one of them measures at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "gilbench.lock"


@contextmanager
def turn(shared: Path | None) -> Iterator[None]:
    """Wait until no other worker of a test run measures.

    Args:
        shared: A folder that the workers share; None where there are none.
    """
    if shared is None:
        yield
        return
    import fcntl

    with (shared / LOCK).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the system releases it if this worker dies
        yield
