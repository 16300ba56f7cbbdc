"""The switch interval of this process while a probe observes something under it."""

import sys
from contextlib import contextmanager
from typing import Iterator


@contextmanager
def switch_interval(seconds: float) -> Iterator[None]:
    """Set the switch interval for the block, and restore the one from before on leaving."""
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before_s)
