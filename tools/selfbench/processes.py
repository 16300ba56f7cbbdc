"""Other programs, started so that nothing of them outlives their turn."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SPIN = "while True: pass"


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


def end_group(process: subprocess.Popen[str]) -> None:
    """End a process and whatever is left of its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


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
