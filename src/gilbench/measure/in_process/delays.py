"""How long a thread ran, and how long it could have run and had no core, as the system counts it.

What is left of a wait without the latter is the wait for a lock, above all for the GIL.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
import time

LINE_BYTES = 100


class ThreadTimes:
    """The counters of the thread that makes this object; other threads may read them too.

    They read 0 for ever where the system has none: delays are those of Linux alone.
    """

    def __init__(self) -> None:
        self._clock: int | None = None
        self._ran_ns = 0
        if hasattr(time, "pthread_getcpuclockid"):
            self._clock = time.pthread_getcpuclockid(threading.get_ident())
        folder = f"/proc/self/task/{threading.get_native_id()}"
        self._delays, self._state = _opened(f"{folder}/schedstat"), _opened(f"{folder}/stat")
        self._delayed_ns = 0
        # os.pread would release the GIL, and wait for it again.
        self._pread = ctypes.PyDLL(None).pread if self._delays >= 0 else None

    def ran_ns(self) -> int:
        """Nanoseconds of CPU time since the thread began."""
        clock = self._clock
        if clock is not None:
            with contextlib.suppress(OSError):  # the thread has ended
                self._ran_ns = time.clock_gettime_ns(clock)
        return self._ran_ns

    def delayed_ns(self) -> int:
        """Nanoseconds without a core since the thread began, as far as that is over."""
        if self._delays < 0:
            return self._delayed_ns
        fields = self._read(self._delays).split()
        return int(fields[1]) if len(fields) == 3 else 0

    def lacks_core(self) -> bool:
        """Whether the thread could run at this moment and has no core."""
        if self._state < 0:
            return False
        before_ns = self.ran_ns()
        if self.ran_ns() > before_ns:
            return False
        _, _, after_name = self._read(self._state).rpartition(b") ")
        return after_name.startswith(b"R")

    def _read(self, file: int) -> bytes:
        line = ctypes.create_string_buffer(LINE_BYTES)
        assert self._pread is not None
        length = self._pread(file, line, LINE_BYTES, ctypes.c_long(0))
        return line.raw[: max(0, length)]

    def close(self) -> None:
        """Close the counters, while the thread is there; they read what they read last."""
        self.ran_ns()
        self._clock = None
        self._delayed_ns = self.delayed_ns()
        files = self._delays, self._state
        self._delays = self._state = -1
        for file in files:
            if file >= 0:
                os.close(file)


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDONLY)
    except OSError:
        return -1
