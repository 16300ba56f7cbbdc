"""One run of the command that is disturbed: in a separate folder, with what it started and what it left."""

import contextlib
import ctypes
import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

COMMAND = [sys.executable, "-m", "tests.torture.command"]
ROOT = Path(__file__).parents[2]
VARIABLE = "GILBENCH_TORTURE"  # in the environment of everything that a trial starts
PATIENCE_S = 150.0
NEW_MOUNTS, PRIVATE, BIND = 0x20000, 0x44000, 0x1000  # of unshare(2) and mount(2)


@dataclass
class Disturbed:
    """One run of the command in a separate folder, with what it started and left."""

    place: Path
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        for name in ("tmp", "shm"):
            (self.place / name).mkdir(exist_ok=True)
        self.environment = {
            **os.environ,
            "TMPDIR": str(self.place / "tmp"),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
            VARIABLE: str(self.place),
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start the command, with a /dev/shm that only it and its descendants see, where that is permitted."""
        with (self.place / "stdout").open("w") as out, (self.place / "stderr").open("w") as told:
            return subprocess.Popen(
                [*COMMAND, *words],
                cwd=self.place,
                env=self.environment,
                stdout=out,
                stderr=told,
                text=True,
                start_new_session=True,
                preexec_fn=functools.partial(_own_shared_memory, str(self.place / "shm")),  # noqa: PLW1509
            )

    def finish(self, *words: str) -> int:
        """Run the command to its end; returns its exit code."""
        return self.start(*words).wait(PATIENCE_S)

    def end(self) -> None:
        """End everything that a command of this place started."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()

    @property
    def told(self) -> str:
        """Standard error of the latest command."""
        return (self.place / "stderr").read_text(errors="replace")

    @property
    def folders(self) -> list[Path]:
        """The folders of runs."""
        return [entry for entry in (self.place / "results").glob("*") if not entry.is_symlink()]

    def processes(self) -> list[psutil.Process]:
        """What a command of this place started, however it has left it since."""
        mark = f"{VARIABLE}={self.place}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, psutil.Error):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(psutil.Process(int(entry.name)))
        return found

    def victims(self, role: str, parent: int) -> Iterator[int]:
        """Processes that play a role in the run of a parent."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                if self._role(process, parent) == role:
                    yield process.pid

    @staticmethod
    def _role(process: psutil.Process, parent: int) -> str:
        words = process.cmdline()
        if any(word.endswith("leftovers.py") for word in words):
            return "warden"
        if "gilbench.target.services" in words:
            return "server"
        if process.ppid() != parent:
            return "worker" if process.pid != parent else "parent"
        return "launch" if "gilbench.target" in words else "other"

    def leftovers(self) -> list[str]:
        """What is still there that should not be, in words."""
        left = [f"process {' '.join(process.cmdline())}" for process in alive(self.processes())]
        left += [f"segment {entry.name}" for entry in (self.place / "shm").iterdir()]
        return left + [f"folder {entry.name}" for entry in (self.place / "tmp").iterdir()]


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and process.cmdline():
                found.append(process)
    return found


def _own_shared_memory(folder: str) -> None:
    """Put a folder in place of /dev/shm, for this process and its descendants; nothing where that is not permitted."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if libc.unshare(NEW_MOUNTS) == 0 and libc.mount(None, b"/", None, PRIVATE, None) == 0:
            libc.mount(folder.encode(), b"/dev/shm", None, BIND, None)
