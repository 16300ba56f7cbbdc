"""One fresh process of a target, and the requests and replies that pass over its pipes.

The parent never measures with a clock of its own; it only waits, and never longer than it was told to.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec
import psutil

import gilbench
from gilbench.model import DEFAULTS, InputError, Settings

TARGET_VARIABLE = "GILBENCH_TARGET_DIR"
STDERR_TAIL_BYTES = 2000
CLOSE_TIMEOUT_S = 2.0


class MeasurementError(Exception):
    """A round, a launch or a server failed; the message is one line."""


class NoAnswer(MeasurementError):
    """A launch did not answer in time and was ended."""


def make_target_bundle(folder: Path) -> Path:
    """Copy ``gilbench.target`` to a folder of its own, which is all that an interpreter under test gets to see.

    ``GILBENCH_TARGET_DIR`` names another copy to take instead: that is how an experiment swaps a workload for one that
    holds the GIL and watches the verdicts turn.
    """
    package = Path(gilbench.__file__).parent
    source = Path(os.environ.get(TARGET_VARIABLE) or package / "target")
    if not (source / "__main__.py").is_file():
        raise InputError(f"{source} holds no target package; unset {TARGET_VARIABLE} or point it at one")
    target_bundle = folder / "bundle"
    shutil.copytree(source, target_bundle / "gilbench" / "target", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(package / "__init__.py", target_bundle / "gilbench" / "__init__.py")
    return target_bundle


def digest(target_bundle: Path) -> str:
    """The same for two target bundles as long as every file in them is."""
    found = hashlib.sha256()
    for path in sorted(target_bundle.rglob("*.py")):
        found.update(f"{path.relative_to(target_bundle).as_posix()}\0{path.stat().st_size}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def clean_environment(settings: Settings = DEFAULTS) -> dict[str, str]:
    """The caller's environment without what would change how a Python starts, and with what the settings ask for.

    The GIL is set by variable and not by ``-X gil``, which would not reach the processes that a launch spawns.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return inherited | ({} if settings.gil is None else {"PYTHON_GIL": str(int(settings.gil))})


class Child:
    """A Python process that answers in JSON lines, killed with everything it started when this object closes."""

    def __init__(
        self, executable: str, arguments: list[str], target_bundle: Path, settings: Settings = DEFAULTS
    ) -> None:
        self.name = executable
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        try:
            self._process = subprocess.Popen(
                [executable, *arguments],
                cwd=target_bundle,
                env=clean_environment(settings),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
        except OSError as error:
            self._stderr.close()
            raise MeasurementError(f"{executable} cannot be started: {error.strerror}") from error
        self.pid = self._process.pid
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError, OSError):  # closed while reading: the same as its end
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def read(self, timeout_s: float) -> dict[str, Any]:
        """The next line, decoded; MeasurementError if the child dies, hangs or talks nonsense instead."""
        try:
            line = self._lines.get(timeout=timeout_s)
        except queue.Empty:
            self.kill()
            raise NoAnswer(f"no answer within {timeout_s:.0f} s; the launch was ended") from None
        if line is None:
            raise MeasurementError(self._death())
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            self.kill()
            raise MeasurementError(f"the launch answered {line.strip()[:80]!r} instead of a JSON object")
        return answer

    def write(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise MeasurementError(self._death()) from None

    def _death(self) -> str:
        try:
            code: int | None = self._process.wait(CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return "the launch closed its output and was ended"
        end = f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"
        said = self.last_words()
        return f"the launch died ({end})" + (f": {said}" if said else "")

    def last_words(self) -> str:
        """The last line that the child wrote to standard error, or that in which an interpreter gives up."""
        self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, self._stderr.tell() - STDERR_TAIL_BYTES))
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        fatal = [line for line in lines if line.startswith("Fatal Python error")]
        return (fatal or lines or [""])[-1]

    def pin(self, core: int) -> None:
        """Keep the child, and what it starts from now on, on one core; where that is not allowed it goes anywhere."""
        with contextlib.suppress(AttributeError, psutil.Error, OSError, ValueError):  # macOS has no affinity
            psutil.Process(self.pid).cpu_affinity([core])

    def close(self) -> None:
        """End the child: politely by closing its input, then by force, its descendants included."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE_TIMEOUT_S)
        self.kill()
        self._reader.join(CLOSE_TIMEOUT_S)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._stderr.close()

    def kill(self) -> None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()


class Launch(Child):
    """A launch of a target, ready for requests. ``-S``: no site-packages, so nothing but the standard library; left out
    where the settings ask for what is installed."""

    def __init__(self, executable: str, target_bundle: Path, settings: Settings = DEFAULTS) -> None:
        alone = [] if settings.site else ["-S"]
        super().__init__(executable, [*alone, "-m", "gilbench.target"], target_bundle, settings)
        self.settings = settings

    def set_up(self, timeout_s: float) -> None:
        """Wait until it is there, and have it take the settings; MeasurementError if one has no effect."""
        self.ask("set up", timeout_s, **msgspec.to_builtins(self.settings))

    def ask(self, op: str, timeout_s: float, **arguments: Any) -> dict[str, Any]:
        """The answer to one request; MeasurementError with the target's own words if it failed."""
        self.request(op, **arguments)
        return self.answer(timeout_s)

    def request(self, op: str, **arguments: Any) -> None:
        """Ask without waiting for the ``answer``, so that another launch can be asked meanwhile."""
        self.write({"op": op, **arguments})

    def answer(self, timeout_s: float) -> dict[str, Any]:
        """The answer to what was requested; MeasurementError as for ``ask``."""
        answer = self.read(timeout_s)
        if "ok" not in answer:
            raise MeasurementError(str(answer.get("error", "the launch gave no reason")))
        return dict(answer["ok"])
