"""A real terminal emulator that a command of gilbench runs in: what a person would see on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence

import pyte


def screen_after(
    words: Sequence[str], columns: int, lines: int, environment: Mapping[str, str] | None = None
) -> tuple[list[str], int, bytes]:
    """Run ``gilbench`` in a terminal of that size.

    Returns:
        The lines of the screen at its end, how many lines had scrolled away, and all bytes written.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    changed = {"TERM": "xterm-256color", **(environment or {})}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("COLUMNS", "LINES", "NO_COLOR", "CI", "FORCE_COLOR")
    }
    command = [sys.executable, "-m", "gilbench", *words]
    child = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=inherited | changed, close_fds=True
    )
    os.close(slave)
    written = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        written += data
    child.wait(timeout=300)
    os.close(master)
    return *screen_of(written, columns, lines), written


def screen_of(written: bytes, columns: int, lines: int) -> tuple[list[str], int]:
    """What a terminal of that size shows of some bytes, and how many lines scrolled away."""
    screen = pyte.HistoryScreen(columns, lines, history=10_000)
    pyte.ByteStream(screen).feed(written.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return [line.rstrip() for line in screen.display], len(screen.history.top)
