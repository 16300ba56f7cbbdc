"""The place on a host where its part of a fleet is measured, and kept until the fleet is old.

The run belongs to another process than the worker, so that it continues when the worker ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gilbench.fleet.messages import Exit, HostOrder, Restored, RunnerOrder
from gilbench.model import InputError
from gilbench.results import folder as layout
from gilbench.results.files import DAMAGED, write_file
from gilbench.results.fleet_folder import NAME

FOLDER_VARIABLE = "GILBENCH_FLEET_DIR"
OLD_S = 30 * 86400.0  # what no coordinator asked for in this time is removed
LOCK, ORDER, STOP, EXIT, DOING, ATTENDED, ATTEMPT, RUNS = (
    *("lock", "order.json", "stop", "exit.json", "doing", "attended", "attempt"),
    "runs",
)

RUNNERS: list[subprocess.Popen[bytes]] = []  # that this process started and that have not ended


def stations_folder() -> Path:
    """Where hosts keep what they measure for fleets."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    state = os.environ.get("XDG_STATE_HOME")
    try:
        base = Path(state) if state else Path.home() / ".local" / "state"
        folder = base / "gilbench" / "fleet"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home, or none that can be written
        return Path(tempfile.gettempdir()) / f"gilbench-fleets-{os.getuid()}"
    return folder


def machine_lock() -> Path:
    """The file whose lock the only measurement of a machine holds."""
    return Path(tempfile.gettempdir()) / f"gilbench-fleet-{os.getuid()}.lock"


def remove_old_stations() -> None:
    """Remove what was measured for fleets that nobody has asked for in a month."""
    with contextlib.suppress(OSError):
        for fleet in stations_folder().iterdir():
            for place in fleet.iterdir():
                if _is_old(place):
                    shutil.rmtree(place, ignore_errors=True)
            with contextlib.suppress(OSError):
                fleet.rmdir()  # only where it is empty


def _is_old(place: Path) -> bool:
    """Whether nobody has asked for a station in a month; a clock that was set says so of any."""
    attended = place / ATTENDED
    if not attended.is_file() or time.time() - attended.stat().st_mtime <= OLD_S:
        return False
    with contextlib.suppress(InputError):
        return not Station(place.parent.name, place.name).is_running()
    return False


class Station:
    """What a host has of one fleet.

    Attributes:
        path: Its folder.
    """

    def __init__(self, fleet: str, host: str) -> None:
        """Name a station, which need not be there yet.

        Raises:
            InputError: A name cannot be that of a folder.
        """
        for name in (fleet, host):
            if NAME.fullmatch(name) is None:
                raise InputError(f"{name!r} cannot be the name of a folder")
        self.path = stations_folder() / fleet / host

    def open(self, attempt: int) -> None:
        """Make the folder, and say which attempt follows the run from here on.

        Raises:
            InputError: It cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            write_file(self.path / ATTEMPT, str(attempt).encode())
            self.attend()
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be written ({error.strerror}); "
                f"name another folder in {FOLDER_VARIABLE}"
            ) from error

    def attend(self) -> None:
        """Say that the run is followed."""
        (self.path / ATTENDED).touch()

    def is_superseded(self, attempt: int) -> bool:
        """Whether a later attempt follows the run."""
        try:
            return int((self.path / ATTEMPT).read_text()) > attempt
        except (OSError, ValueError):
            return False

    def run_folder(self) -> Path | None:
        """The folder of the run, once it has begun."""
        begun = sorted((self.path / RUNS).glob(f"*/{layout.RUN}"))
        begun = [path for path in begun if not path.parent.is_symlink()]
        return begun[-1].parent if begun else None

    def is_complete(self) -> bool:
        """Whether everything was measured."""
        folder = self.run_folder()
        if folder is None:
            return False
        try:
            return layout.read_run(folder).status == "complete"
        except InputError:
            return False

    def is_running(self) -> bool:
        """Whether the process of the run lives."""
        for runner in list(RUNNERS):
            if runner.poll() is not None:
                RUNNERS.remove(runner)
        try:
            descriptor = self._lock()
        except BlockingIOError:
            return True
        os.close(descriptor)
        return False

    def _lock(self) -> int:
        """The lock that shows that the run is measured, taken; BlockingIOError where it is."""
        descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def start(self, order: HostOrder) -> None:
        """Start or resume the run, unless it runs."""
        try:
            lock = self._lock()
        except BlockingIOError:
            return
        try:
            for name in (STOP, EXIT, DOING):
                (self.path / name).unlink(missing_ok=True)
            runner = RunnerOrder(self._words(order), order.at_once, order.patience_s)
            write_file(self.path / ORDER, msgspec.json.encode(runner))
            runner_process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gilbench.fleet.runner", str(self.path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(lock,),
                start_new_session=True,
            )
            RUNNERS.append(runner_process)
        finally:
            os.close(lock)  # the process has it still

    def _words(self, order: HostOrder) -> tuple[str, ...]:
        folder = self.run_folder()
        if folder is not None:
            return ("run", "--resume", str(folder), "--quiet", *order.again)
        return ("run", *order.options, "--out", str(self.path / RUNS), "--quiet")

    def stop(self) -> None:
        """Ask the run to end as an interrupt would; it can be resumed."""
        if self.path.is_dir():
            (self.path / STOP).touch()

    def exit(self) -> Exit | None:
        """How the run ended; None where it has not, or its process was killed."""
        try:
            return msgspec.json.decode((self.path / EXIT).read_bytes(), type=Exit)
        except (OSError, *DAMAGED):
            return None

    def doing(self) -> str:
        """What the process of the run does before there is a run."""
        try:
            return (self.path / DOING).read_text(encoding="utf-8")
        except OSError:
            return "starting"

    def restore(self, restored: Restored) -> None:
        """Take the run as the coordinator has it, where nothing is here.

        Raises:
            InputError: The name of the run cannot be that of a folder.
        """
        if NAME.fullmatch(restored.run) is None:
            raise InputError(f"{restored.run!r} cannot be the name of a folder")
        if self.run_folder() is not None:
            return
        folder = self.path / RUNS / restored.run
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(restored.files, key=lambda name: name == layout.RUN):  # that one last
            write_file(folder / name, restored.files[name].encode("utf-8"))


def words_of_command(words: Sequence[str]) -> list[str]:
    """The command line of our own command with these words.

    It imports nothing from the working folder, which may be anybody's.
    """
    return [sys.executable, "-P", "-m", "gilbench", *words]
