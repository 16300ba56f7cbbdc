"""Standard streams that may be closed, full, or of an encoding that lacks our characters."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence

STANDARD = (0, 1, 2)  # descriptors


def open_streams() -> None:
    """Have all three standard streams, and none of them refuse a character."""
    for descriptor in STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:  # the lowest free descriptor is taken, which is this one
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - of the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - of the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def abandon(descriptor: int) -> None:
    """Send the rest of a standard stream nowhere.

    Nothing then complains while the process ends.
    """
    null_device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, descriptor)
    os.close(null_device)


def say_imports(modules: Sequence[str]) -> None:
    """Say which modules a statement is given that its set-up does not import, if there are any."""
    if modules:
        names = ", ".join(modules)
        say(
            f"gilbench: the statement is given an import of {names}, which its set-up does not have"
        )


def say(line: str) -> None:
    """Print a line to standard error, if anybody can read it; control characters become spaces."""
    from gilbench.model import plain

    with contextlib.suppress(OSError, ValueError):
        print(plain(line), file=sys.stderr, flush=True)
