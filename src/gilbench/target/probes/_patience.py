"""A limit, set from outside, to any wait of the main thread; it costs nothing during the wait.

Polling a pipe costs more than receiving from it, and SimpleQueue and ``Pool.join`` take no timeout:
a timer's signal interrupts each of them.
"""

import signal
import time
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional


class Overdue(Exception):
    """A wait took too long."""


def missing() -> Optional[str]:
    return (
        None
        if hasattr(signal, "setitimer")
        else "this platform has no interval timer (signal.setitimer)"
    )


@contextmanager
def patience(
    quiet_s: float, total_s: float, progress: Callable[[], int] = lambda: 0
) -> Iterator[None]:
    """Limit the waits inside the block. Only for the main thread, where signals are handled.

    Args:
        quiet_s: Seconds for which ``progress()`` may stay the same; noticed within twice that.
        total_s: Seconds that the block may take.
        progress: A count that grows while things are going well.

    Raises:
        Overdue: Inside the block, at either limit.
    """
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
        signal.setitimer(signal.ITIMER_REAL, *timer_before)  # such as that of pytest-timeout
