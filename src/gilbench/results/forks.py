"""Where this process may fork others that inherit what it has in memory, and how many."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


def forks_at_once(most: int) -> int:
    """How many processes may be forked at a time: one on each usable core, and ``most`` at most.

    1 where nothing is gained, and on other systems than Linux: there the fork of a process with
    libraries like these may crash.
    """
    if sys.platform != "linux" or not hasattr(os, "sched_getaffinity"):
        return 1
    return min(len(os.sched_getaffinity(0)), most)


@contextmanager
def fork_warning_ignored() -> Iterator[None]:
    """Ignore that Python warns of a fork next to threads, as it does from 3.12 on.

    Those of the linear algebra library hold no lock of ours.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*multi-threaded.*fork", DeprecationWarning)
        yield
