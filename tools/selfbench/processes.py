"""Other programs, started so that nothing of them outlives their turn."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

USAGE = Path(__file__).with_name("scripts") / "usage.py"
# Ends by itself when what started it is gone
SPIN = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(1_000_000):
        pass
"""


class Failed(Exception):
    """A program failed or took too long; the message says which and how."""


def run(
    command: Sequence[str],
    cwd: Path,
    *,
    timeout_s: float = 120.0,
    variables: Mapping[str, str] | None = None,
    fine: tuple[int, ...] = (0,),
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, in a separate session.

    Args:
        command: Its words.
        cwd: Where.
        timeout_s: After which it is ended, with all that it started.
        variables: Of its environment, besides this one's.
        fine: Exit codes that are no failure.

    Raises:
        Failed: It could not be started, took too long, or ended with another exit code.
    """
    environment = {**os.environ, **(variables or {})}
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    except OSError as error:
        raise Failed(f"{command[0]} cannot be started: {error.strerror}") from error
    try:
        out, err = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(command[:4])} took more than {timeout_s:g} s") from None
    finally:
        end_group(process)
    if process.returncode not in fine:
        said = (err.strip() or out.strip() or "nothing").splitlines()[-1]
        raise Failed(f"{' '.join(command[:4])} ended with {process.returncode}: {said[:200]}")
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@dataclass(frozen=True)
class Usage:
    """What a program took.

    Attributes:
        wall_s: Its wall-clock time.
        cpu_s: Its CPU time, that of its reaped children included.
        peak_rss: The most memory of one of its processes, in the system's unit.
    """

    wall_s: float
    cpu_s: float
    peak_rss: int


def usage(
    command: Sequence[str], cwd: Path, *, timeout_s: float, fine: tuple[int, ...] = (0,)
) -> Usage:
    """Run a program whose output does not matter to its end; arguments and errors as of ``run``."""
    completed = run(
        [sys.executable, "-S", str(USAGE), *command], cwd, timeout_s=timeout_s, fine=fine
    )
    return Usage(*json.loads(completed.stdout))


def lines_of(
    command: Sequence[str], cwd: Path, *, timeout_s: float, fine: tuple[int, ...] = (0,)
) -> Generator[str]:
    """The lines of a program's output as they come; arguments and errors as of ``run``.

    It is ended when no more lines are asked for, and after the time, which is no failure.
    """
    process = subprocess.Popen(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    assert process.stdout is not None
    last = "nothing"
    with _ended_after(process, timeout_s):
        for line in process.stdout:
            last = line.strip() or last
            yield line
        process.wait()
    if process.returncode not in (*fine, -signal.SIGKILL):
        raise Failed(f"{' '.join(command[:4])} ended with {process.returncode}: {last[:200]}")


@contextlib.contextmanager
def _ended_after(process: subprocess.Popen[str], timeout_s: float) -> Iterator[None]:
    """Ends a process and its session after a time, and in the end."""
    timer = threading.Timer(timeout_s, _kill_group, (process.pid,))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        end_group(process)


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def end_group(process: subprocess.Popen[str]) -> None:
    """End a process and whatever is left of its session."""
    _kill_group(process.pid)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


@contextlib.contextmanager
def busy_company(number: int) -> Iterator[None]:
    """Processes that spin alongside what is measured."""
    spinning = [subprocess.Popen([sys.executable, "-S", "-c", SPIN]) for _ in range(number)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()
