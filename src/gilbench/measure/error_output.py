"""What a child process writes to standard error: kept in a file, read for its last words."""

from __future__ import annotations

import os

from gilbench.measure.scratch import temporary_file
from gilbench.model import one_line

MOST_STDERR_BYTES = 64 << 20
STDERR_TAIL_BYTES = 2000


class ErrorOutput:
    """The standard error of a process.

    Attributes:
        file: What the process is to write to.

    Raises:
        InputError: No temporary file can be made.
    """

    def __init__(self) -> None:
        self.file = temporary_file()

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self.file.closed

    def has_flooded(self) -> bool:
        """Whether there is more than may be kept."""
        return os.fstat(self.file.fileno()).st_size > MOST_STDERR_BYTES

    def last_words(self) -> str:
        """The last line, or the one with which an interpreter gives up."""
        # Whoever still writes there shares the position in the file, which a seek would move
        number = self.file.fileno()
        start = max(0, os.fstat(number).st_size - STDERR_TAIL_BYTES)
        tail = os.pread(number, STDERR_TAIL_BYTES, start)
        lines = tail.decode("utf-8", "replace").strip().splitlines()
        fatal = [line for line in lines if line.startswith("Fatal Python error")]
        return one_line((fatal or lines or [""])[-1])

    def close(self) -> None:
        """Let the system remove the file."""
        self.file.close()


def flood_in_words(name: str) -> str:
    """Why a process was ended that wrote more than may be kept.

    Args:
        name: What messages call the process.
    """
    most = MOST_STDERR_BYTES >> 20
    return (
        f"{name} wrote more than {most} MiB to standard error and was ended; "
        "have what it runs print less"
    )
