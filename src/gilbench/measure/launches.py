"""Fresh processes of a target, and the requests and answers that pass over their pipes.

Times are measured inside these processes. The parent only waits, and every wait has a limit, as has
everything that is read.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import platform
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec
import psutil

from gilbench.measure import leftovers
from gilbench.measure.environment import clean_environment, temporary_folder
from gilbench.measure.error_output import ErrorOutput, flood_in_words
from gilbench.measure.scratch import MARK, WARDEN
from gilbench.model import DEFAULTS, InputError, Settings, one_line

CLOSE_TIMEOUT_S = 2.0
WRITE_TIMEOUT_S = 30.0  # of a request that is larger than a pipe holds
CHECK_S = 0.1  # how often a process that does not answer is looked at
BLOCK_BYTES = 1 << 16
MOST_ANSWER_BYTES = 32 << 20
MOST_BLOCKS_LEFT = 64  # of output that are read from a process that has ended

_numbers = itertools.count()  # of the processes that were started


class MeasurementError(Exception):
    """A round, a launch or a server failed; the message is one line."""


class Died(MeasurementError):
    """A launch, a worker or a server ended by itself, or was ended by somebody else."""


class NoAnswer(MeasurementError):
    """A launch did not answer in time and was ended."""


def _check_system() -> None:
    """Raise InputError where the system lacks what talking to a process takes."""
    if not hasattr(select, "poll"):
        raise InputError(
            f"gilbench measures on Linux and macOS, not on this system ({platform.system()}); "
            "on Windows, run it in WSL 2; reports of runs can be read anywhere"
        )


class Child:
    """A Python process that answers in JSON lines.

    It is killed together with everything that it started when this object closes.

    Args:
        executable: The interpreter.
        arguments: What follows the executable on its command line.
        target_bundle: Its working folder, from which it imports ``gilbench.target``.
        settings: What its environment is to set.
        variables: Environment variables besides; None for none.
        name: What messages call it.

    Raises:
        MeasurementError: It cannot be started.
        InputError: This system lacks what that takes.
    """

    def __init__(
        self,
        executable: str,
        arguments: list[str],
        target_bundle: Path,
        settings: Settings = DEFAULTS,
        variables: Mapping[str, str] | None = None,
        name: str = "the launch",
    ) -> None:
        _check_system()
        self.name = name
        self._mark = f"{MARK}.{next(_numbers)}"
        self._received = bytearray()  # output that is not read yet
        self._stderr = ErrorOutput()
        try:
            self._process = subprocess.Popen(
                [executable, *arguments],
                cwd=target_bundle,
                env=self._environment(settings, target_bundle, variables or {}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr.file,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
        except OSError as error:
            self._stderr.close()
            reason = error.strerror if target_bundle.is_dir() else f"{target_bundle} was removed"
            raise MeasurementError(f"{executable} cannot be started: {reason}") from error
        self.pid = self._process.pid
        assert self._process.stdin is not None and self._process.stdout is not None
        self._stdin, self._output = self._process.stdin, self._process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._output, select.POLLIN)
        os.set_blocking(self._stdin.fileno(), False)
        self._free = select.poll()  # says when a request can be written
        self._free.register(self._stdin.fileno(), select.POLLOUT)
        WARDEN.tell("start", str(self.pid))

    def _environment(
        self, settings: Settings, target_bundle: Path, variables: Mapping[str, str]
    ) -> dict[str, str]:
        return {
            **clean_environment(settings),
            **temporary_folder(target_bundle),
            **variables,
            leftovers.MARK_VARIABLE: leftovers.with_outer_marks(self._mark),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def read(self, timeout_s: float) -> dict[str, Any]:
        """Read and decode the next line.

        Raises:
            NoAnswer: There was none within the timeout; the process was ended.
            MeasurementError: The process died, or wrote something other than a JSON object, or too
                much.
        """
        line = self._read_line(timeout_s)
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            self.kill()
            start = line[:400].decode("utf-8", "replace").strip()[:80]
            raise MeasurementError(f"{self.name} answered {start!r} instead of a JSON object")
        return answer

    def _read_line(self, timeout_s: float) -> bytes:
        """The next line of output; raises as ``read`` does."""
        deadline_s = time.monotonic() + timeout_s
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > MOST_ANSWER_BYTES:
                self.kill()
                most = MOST_ANSWER_BYTES >> 20
                raise MeasurementError(f"{self.name} answered more than {most} MiB and was ended")
            left_s = deadline_s - time.monotonic()
            if not self._receive(max(0.0, min(left_s, CHECK_S))):
                raise Died(self._death())
            # An answer that came while this process was stopped is there by now.
            if left_s <= 0 and len(self._received) == searched:
                self.kill()
                raise NoAnswer(f"no answer within {timeout_s:.0f} s; {self.name} was ended")
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line

    def _receive(self, timeout_s: float) -> bool:
        """Wait for output; returns whether there may be more.

        Whoever else holds the stream, as a process that left the session of its launch may, keeps
        it open after the launch has ended, so the end of the launch is the end of its output.
        """
        is_over = self._process.poll() is not None
        has_more = bool(self._poll.poll(0 if is_over else timeout_s * 1000))
        if self._stderr.has_flooded():
            self.kill()
            raise MeasurementError(flood_in_words(self.name))
        if has_more:
            block = os.read(self._output, BLOCK_BYTES)
            self._received += block
            return bool(block)
        return not is_over

    def _await_end(self) -> int | None:
        """Give the process a moment to end; returns its exit code, or None where it did not."""
        deadline_s = time.monotonic() + CLOSE_TIMEOUT_S
        while time.monotonic() < deadline_s and not self._stderr.has_flooded():
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self._process.wait(CHECK_S)
        return self._process.poll()

    def write(self, request: dict[str, Any]) -> None:
        """Write a request.

        One to a process that has ended, or does not read it in time, is lost; ``read`` gives what
        it said before, and then its death or that it does not answer.
        """
        left = json.dumps(request).encode() + b"\n"
        deadline_s = time.monotonic() + WRITE_TIMEOUT_S
        with contextlib.suppress(OSError, ValueError):  # ValueError: its input is closed
            stdin = self._stdin.fileno()
            while left and time.monotonic() < deadline_s:
                if self._free.poll(CHECK_S * 1000):
                    left = left[os.write(stdin, left) :]

    def _death(self) -> str:
        """How the process ended, with its last words."""
        code = self._await_end()
        if code is None:
            self.kill()
            if self._stderr.has_flooded():
                return flood_in_words(self.name)
            return f"{self.name} closed its output and was ended"
        end = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        last_words = self.last_words()
        return f"{self.name} died ({end})" + (f": {last_words}" if last_words else "")

    def last_words(self) -> str:
        """The last line on standard error, or the one with which an interpreter gives up."""
        return self._stderr.last_words()

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    @property
    def death(self) -> str | None:
        """How the process ended; None while it runs."""
        return None if self._process.poll() is None else self._death()

    def pin(self, core: int) -> None:
        """Keep the process, and what it starts from now on, on one core, where that is allowed."""
        # macOS has no affinity.
        with contextlib.suppress(AttributeError, psutil.Error, OSError, ValueError):
            psutil.Process(self.pid).cpu_affinity([core])

    def close(self) -> None:
        """End the process by closing its input, then by force together with its descendants."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        if not self._stderr.is_closed:
            self._await_end()
        self.kill()
        if self._process.stdout is not None and not self._process.stdout.closed:
            if not self._is_output_over():  # a descendant that left the session holds it
                leftovers.end_marked(self._mark)
            self._poll.unregister(self._output)
            self._process.stdout.close()
            WARDEN.tell("end", str(self.pid))
        self._stderr.close()

    def _is_output_over(self) -> bool:
        """Whether nobody holds the output of the process any more, once that has ended."""
        for _ in range(MOST_BLOCKS_LEFT):
            if not self._poll.poll(0):
                return False
            if not os.read(self._output, BLOCK_BYTES):
                return True
        return False

    def kill(self) -> None:
        """End the process and its descendants by force."""
        if hasattr(os, "killpg"):
            leftovers.end_group(self._process.pid)
        else:
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE_TIMEOUT_S)


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
            kind = Died if answer.get("died") is True else MeasurementError
            raise kind(one_line(str(answer.get("error", "the launch gave no reason"))))
        result = answer["ok"]
        if not isinstance(result, dict):
            raise MeasurementError(
                f"{self.name} gave a malformed answer: its result is no JSON object"
            )
        return result
