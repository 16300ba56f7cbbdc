"""Temporary folders and child processes that do not outlive gilbench, however it ends.

A warden, a small process that waits for the end of this one, ends and removes what is left. Where
it was killed as well, the next session sweeps up whatever is provably left by a process that is
dead.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from gilbench.measure import leftovers
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.model import InputError

try:
    import fcntl
except ImportError:  # without locks nothing is provably left by a dead process, and nothing swept
    fcntl = None  # type: ignore[assignment]

PREFIX = "gilbench-"
OWNER = "owner"  # a locked file in each folder, with the mark of the process that holds the lock
DRAFT = f".{OWNER}"  # of that file, before it has the lock and the mark
MARK = secrets.token_hex(16)  # of everything that this process starts
CLOSE_TIMEOUT_S = 2.0
MADE_NAME = re.compile(re.escape(PREFIX) + "[a-z0-9_]{8}")  # as mkdtemp makes them
UNOWNED_S = 10.0
MARK_DIGITS = frozenset("0123456789abcdef")


class Warden:
    """The parent's end of the process that cleans up after it. It is started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._current: set[str] = set()  # lines of what is running or there now

    def tell(self, word: str, what: str) -> None:
        """Tell the warden what was started or made, or is over.

        The words for that are ``start``, ``make``, ``end`` and ``remove``; a path is passed
        as ``leftovers.encoded`` has it.
        """
        with self._lock:
            if self._process is None:
                self._start()
            self._send(f"{word} {what}\n")
            opening = {"start": "start", "make": "make", "end": "start", "remove": "make"}[word]
            line = f"{opening} {what}\n"
            if word == opening:
                self._current.add(line)
            else:
                self._current.discard(line)

    def _send(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            os.write(self._process.stdin.fileno(), line.encode("ascii"))
        except OSError:  # somebody ended the warden, or stopped it until the pipe was full
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._start()
            if self._process.stdin is not None:
                known = "".join([*self._current, line])
                with contextlib.suppress(OSError):
                    os.write(self._process.stdin.fileno(), known.encode("ascii"))

    def _start(self) -> None:
        command = [sys.executable, "-I", "-S", leftovers.__file__, MARK]
        try:
            self._process = subprocess.Popen(
                command,
                cwd="/",
                env={**os.environ, leftovers.WARDEN_VARIABLE: MARK},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        except OSError:  # no more processes: the next session sweeps
            return
        if hasattr(os, "set_blocking") and self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        if not self._current:
            atexit.register(self.close)

    def close(self) -> None:
        """Let the warden end: it finds what is left, if anything."""
        with self._lock:
            if self._process is None or self._process.stdin is None:
                return
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(CLOSE_TIMEOUT_S)
            self._process = None


WARDEN = Warden()


class Scratch:
    """A temporary folder.

    It is removed when it closes, when this process dies, or by the next session.

    Attributes:
        path: The folder.
    """

    def __init__(self) -> None:
        with INTERRUPTS:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            try:
                self._owner = self._own()
            except OSError:  # no room, for example
                leftovers.remove_folder(self.path)
                raise
            WARDEN.tell("make", leftovers.encoded(self.path))

    def _own(self) -> int | None:
        """Leave the locked file by which a sweep sees whose the folder is.

        Returns:
            Its descriptor; None where the system or the file system has no locks.
        """
        if fcntl is None:
            return None
        draft = self.path / DRAFT
        owner = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(owner, fcntl.LOCK_EX)
        except OSError:
            os.close(owner)
            draft.unlink()
            return None
        os.write(owner, MARK.encode())
        draft.rename(self.path / OWNER)
        return owner

    def close(self) -> None:
        """Remove the folder. Further calls do nothing."""
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None
        leftovers.remove_folder(self.path)
        WARDEN.tell("remove", leftovers.encoded(self.path))


def temporary_file() -> IO[bytes]:
    """A file without a name, which is gone when it is closed.

    Raises:
        InputError: None can be made.
    """
    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise InputError(
            f"no temporary file can be made in {tempfile.gettempdir()} ({error.strerror}); make "
            "room there, or name another folder: TMPDIR=FOLDER gilbench …"
        ) from error


def sweep() -> None:
    """Remove the folders, and end the processes, that a killed gilbench left behind.

    What is swept belongs to this user, and has a file whose lock the dead process held.
    """
    if fcntl is None:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            _sweep(folder)


def _sweep(folder: Path) -> None:
    status = folder.lstat()
    if status.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink():
        return
    if all(entry.name == DRAFT for entry in folder.iterdir()):
        # Its process was killed the moment it had made the folder, or is about to own it.
        if MADE_NAME.fullmatch(folder.name) and time.time() - status.st_mtime > UNOWNED_S:
            leftovers.remove_folder(folder)
        return
    owner = os.open(folder / OWNER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if os.fstat(owner).st_uid != os.getuid():
            return
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)  # OSError: its process lives
        mark = os.read(owner, 2 * len(MARK)).decode("ascii", "replace")
        if len(mark) != len(MARK) or not MARK_DIGITS.issuperset(mark):
            return
        leftovers.wake_warden(mark)
        leftovers.end_marked(mark)
        leftovers.remove_folder(folder)
    finally:
        os.close(owner)
