"""What one scenario has made of network interfaces and namespaces, in a file that outlives its process.

A scenario that is killed cannot remove them. The next one of the same name removes what the file says, and only where the
kernel's own number of the thing is still the recorded one: what somebody else made since then stays.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Self

FOLDER = Path("/run")  # root's, and empty when the machine has started, as its namespaces are
NAMESPACES, INTERFACES = Path("/run/netns"), Path("/sys/class/net")


class Made(NamedTuple):
    """An interface of this machine or a network namespace.

    Attributes:
        kind: What ``ip`` calls it, "link" or "netns".
        name: Its name.
        number: The kernel's number of it, which no later one of the same name has.
    """

    kind: str
    name: str
    number: str


def ip(*words: str) -> str:
    """Run ``ip`` and return what it printed; SubprocessError with what it said where it fails."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise subprocess.SubprocessError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def number_of(kind: str, name: str) -> str:
    """The kernel's number of something; empty where there is none."""
    try:
        if kind == "netns":
            return str((NAMESPACES / name).stat().st_ino)
        return (INTERFACES / name / "ifindex").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class NetRecord:
    """Makes interfaces and namespaces, and removes them at the end of a ``with`` statement.

    Two that have the same name wait for each other.
    """

    def __init__(self, name: str, folder: Path = FOLDER) -> None:
        """Name the record; nothing is made or removed yet."""
        self._path = folder / f"gilbench-{name}"
        self._made: list[Made] = []
        self._file = -1

    def __enter__(self) -> Self:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waits for the process that has {self._path}", file=sys.stderr)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        for line in self._path.read_text(encoding="ascii").splitlines():
            self._made.append(Made(*line.split(" ")))
        self._remove_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._remove_all()
        os.close(self._file)

    def add(self, kind: str, name: str, *details: str) -> None:
        """Make something by ``ip KIND add NAME DETAILS``, and write it down."""
        ip(kind, "add", name, *details)
        made = Made(kind, name, number_of(kind, name))
        self._made.append(made)
        os.write(self._file, f"{' '.join(made)}\n".encode("ascii"))

    def _remove_all(self) -> None:
        """Remove what is written down, what was made last first."""
        while self._made:
            made = self._made.pop()
            if made.number and number_of(made.kind, made.name) == made.number:
                _remove(made)
        os.truncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)


def _remove(made: Made) -> None:
    """Remove one thing, with the processes that are in it; it may have gone with another one."""
    with contextlib.suppress(subprocess.SubprocessError):
        if made.kind == "netns":
            for process in ip("netns", "pids", made.name).split():
                with contextlib.suppress(OSError):
                    os.kill(int(process), signal.SIGKILL)
        ip(made.kind, "del", made.name)
