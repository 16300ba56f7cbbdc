"""How long a thread could have run and had no core: Linux counts it for every thread.

What is left of a wait without it is the wait for a lock, above all for the GIL.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading

LINE_BYTES = 100


class RunDelay:
    """The counter of the thread that makes this object; other threads may read it too.

    It reads 0 for ever where the system has none.
    """

    def __init__(self) -> None:
        self._file = -1
        self._last_ns = 0
        with contextlib.suppress(OSError):
            path = f"/proc/self/task/{threading.get_native_id()}/schedstat"
            self._file = os.open(path, os.O_RDONLY)
            # os.pread would release the GIL, and wait for it again.
            self._pread = ctypes.PyDLL(None).pread

    def read_ns(self) -> int:
        """Nanoseconds since the thread began."""
        if self._file < 0:
            return self._last_ns
        line = ctypes.create_string_buffer(LINE_BYTES)
        length = self._pread(self._file, line, LINE_BYTES, ctypes.c_long(0))
        fields = line.raw[: max(0, length)].split()
        return int(fields[1]) if len(fields) == 3 else 0

    def close(self) -> None:
        """Close the counter's file; it reads what it read last."""
        self._last_ns = self.read_ns()
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)
