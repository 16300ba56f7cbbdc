"""Turns of pytest-xdist's workers: only one of them measures at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(test_run: str | None) -> Iterator[None]:
    """Wait until no other worker of a test run measures; None where there are no workers."""
    if test_run is None:
        yield
        return
    import fcntl

    path = Path(tempfile.gettempdir()) / f"gilbench-{test_run}.lock"
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the system releases it if this worker dies
        yield
