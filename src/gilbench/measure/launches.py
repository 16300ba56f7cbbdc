"""Fresh processes of a target, and the requests and answers that pass over their pipes.

Times are measured inside these processes. The parent only waits, and every wait has a limit.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec
import psutil

from gilbench.model import DEFAULTS, Settings

STDERR_TAIL_BYTES = 2000
CLOSE_TIMEOUT_S = 2.0


class MeasurementError(Exception):
    """A round, a launch or a server failed; the message is one line."""


class NoAnswer(MeasurementError):
    """A launch did not answer in time and was ended."""


def clean_environment(settings: Settings = DEFAULTS) -> dict[str, str]:
    """The caller's environment, without the variables that change how a Python starts.

    The GIL is set by a variable rather than by ``-X gil``, since the option would not reach the
    processes that a launch spawns.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if settings.gil is not None:
        environment["PYTHON_GIL"] = str(int(settings.gil))
    return environment


class Child:
    """A Python process that answers in JSON lines.

    It is killed together with everything that it started when this object closes.

    Args:
        executable: The interpreter.
        arguments: What follows the executable on its command line.
        target_bundle: Its working folder, from which it imports ``gilbench.target``.
        settings: What its environment is to set.
        variables: Environment variables besides; None for none.

    Raises:
        MeasurementError: It cannot be started.
    """

    def __init__(
        self,
        executable: str,
        arguments: list[str],
        target_bundle: Path,
        settings: Settings = DEFAULTS,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.name = executable
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        try:
            self._process = subprocess.Popen(
                [executable, *arguments],
                cwd=target_bundle,
                env={**clean_environment(settings), **(variables or {})},
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
        self._lines: queue.Queue[str | None] = queue.Queue()  # None: there are no more
        self._reader = threading.Thread(target=self._read_lines, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def _read_lines(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError, OSError):  # closed while reading
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def read(self, timeout_s: float) -> dict[str, Any]:
        """Read and decode the next line.

        Raises:
            NoAnswer: There was none within the timeout; the process was ended.
            MeasurementError: The process died or wrote something other than a JSON object.
        """
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
            start = line.strip()[:80]
            raise MeasurementError(f"the launch answered {start!r} instead of a JSON object")
        return answer

    def write(self, request: dict[str, Any]) -> None:
        """Write a request; MeasurementError if the process has died."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise MeasurementError(self._death()) from None

    def _death(self) -> str:
        """How the process ended, with its last words."""
        try:
            code = self._process.wait(CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return "the launch closed its output and was ended"
        end = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        last_words = self.last_words()
        return f"the launch died ({end})" + (f": {last_words}" if last_words else "")

    def last_words(self) -> str:
        """The last line on standard error, or the one with which an interpreter gives up."""
        self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, self._stderr.tell() - STDERR_TAIL_BYTES))
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        fatal = [line for line in lines if line.startswith("Fatal Python error")]
        return (fatal or lines or [""])[-1]

    def pin(self, core: int) -> None:
        """Keep the process, and those that it starts from now on, on one core where that is
        allowed."""
        # macOS has no affinity.
        with contextlib.suppress(AttributeError, psutil.Error, OSError, ValueError):
            psutil.Process(self.pid).cpu_affinity([core])

    def close(self) -> None:
        """End the process by closing its input, then by force together with its descendants."""
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
        """End the process and its descendants by force."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()


class Launch(Child):
    """A launch of a target, ready for requests.

    It imports the standard library only (``-S``), unless its settings include installed packages.
    """

    def __init__(
        self,
        executable: str,
        target_bundle: Path,
        settings: Settings = DEFAULTS,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        options = [] if settings.site else ["-S"]
        arguments = [*options, "-m", "gilbench.target"]
        super().__init__(executable, arguments, target_bundle, settings, variables)
        self.settings = settings

    def set_up(self, timeout_s: float) -> None:
        """Wait until the launch is ready and apply its settings.

        Raises:
            MeasurementError: It is not ready in time, or a setting has no effect.
        """
        self.ask("set up", timeout_s, **msgspec.to_builtins(self.settings))

    def ask(self, op: str, timeout_s: float, **arguments: Any) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises:
            MeasurementError: The request failed; the message is the target's own.
        """
        self.request(op, **arguments)
        return self.answer(timeout_s)

    def request(self, op: str, **arguments: Any) -> None:
        """Send a request without waiting, so that another launch can work at the same time."""
        self.write({"op": op, **arguments})

    def answer(self, timeout_s: float) -> dict[str, Any]:
        """Wait for the answer to ``request``; raises as ``ask`` does."""
        answer = self.read(timeout_s)
        if "ok" not in answer:
            raise MeasurementError(str(answer.get("error", "the launch gave no reason")))
        return dict(answer["ok"])
