"""A limit from outside to whatever the main thread waits for, which costs nothing while it waits.

Asking a pipe whether something is there (``poll``) costs more than to receive it, and a SimpleQueue or a Pool's join
cannot be told a limit at all: a timer's signal interrupts each of them.
"""

import signal
import time
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional


class Overdue(Exception):
    """What was waited for has not come."""


def missing() -> Optional[str]:
    return None if hasattr(signal, "setitimer") else "this platform has no interval timer (signal.setitimer)"


@contextmanager
def patience(quiet_s: float, total_s: float, progress: Callable[[], int] = lambda: 0) -> Iterator[None]:
    """Raise Overdue inside the block once ``progress()`` has stood still for ``quiet_s`` (found out within twice that),
    or the block has taken ``total_s``. Only for the main thread, where signals are handled."""
    last = progress()
    deadline = time.monotonic() + total_s

    def tick(number: int, frame: Any) -> None:
        nonlocal last
        before, last = last, progress()
        if last == before or time.monotonic() > deadline:
            raise Overdue

    handler_before = signal.signal(signal.SIGALRM, tick)
    timer_before = signal.setitimer(signal.ITIMER_REAL, quiet_s, quiet_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler_before)
        signal.setitimer(signal.ITIMER_REAL, *timer_before)  # pytest-timeout's, for one
