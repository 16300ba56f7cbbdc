"""The process that has a run measured: a worker starts it, and it outlives the worker.

It holds the lock of its station, waits for its turn on the machine, and interrupts the run where it
is asked to, or where nobody has followed it for long.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from gilbench.fleet.messages import Exit, RunnerOrder
from gilbench.fleet.station import (
    ATTENDED,
    DOING,
    EXIT,
    ORDER,
    STOP,
    machine_lock,
    words_of_command,
)
from gilbench.model import one_line
from gilbench.results.files import write_file

POLL_S = 0.25
INTERRUPT_AGAIN_S = 30.0  # after the first interrupt; the run keeps what it has within seconds
KILL_S = 60.0
ERRORS = "errors.txt"


class Runner:
    """Has one run measured."""

    def __init__(self, station: Path) -> None:
        """Read what is ordered."""
        self._station = station
        self._order = msgspec.json.decode((station / ORDER).read_bytes(), type=RunnerOrder)
        self._attended_ns, self._attended_s = 0, time.monotonic()
        self._ended_by_signal = False
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)

    def _end(self, number: int, frame: object) -> None:  # noqa: ARG002 - as handlers are called
        self._ended_by_signal = True

    def run(self) -> None:
        """Measure, and leave how it ended."""
        machine = self._wait_for_turn()
        if machine is None:
            self._leave(Exit(130, "interrupted while another measurement had the machine"))
            return
        (self._station / DOING).unlink(missing_ok=True)
        with (self._station / ERRORS).open("wb") as errors:
            process = subprocess.Popen(
                words_of_command(self._order.words),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            code = self._wait(process)
        os.close(machine)
        self._leave(Exit(code, self._last_error()))

    def _wait_for_turn(self) -> int | None:
        """The lock of the machine, which no other measurement has; None where it should end."""
        descriptor = os.open(machine_lock(), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        while not self._order.at_once:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                (self._station / DOING).write_text("waiting for another measurement there")
            if self._should_end():
                os.close(descriptor)
                return None
            time.sleep(POLL_S)
        return descriptor

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for the run, and interrupt it where it should end."""
        asked_s, interrupts = None, 0
        while process.poll() is None:
            now_s = time.monotonic()
            if asked_s is None and self._should_end():
                asked_s = now_s
            waited_s = now_s - asked_s if asked_s is not None else -1.0
            if waited_s >= interrupts * INTERRUPT_AGAIN_S and waited_s >= 0:
                interrupts += 1
                _send(process, signal.SIGINT if waited_s < KILL_S else signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(POLL_S)
        return process.returncode

    def _should_end(self) -> bool:
        if self._ended_by_signal or (self._station / STOP).exists():
            return True
        return self._unattended_s() > self._order.patience_s

    def _unattended_s(self) -> float:
        """For how long nobody has followed the run, by a clock that nobody sets."""
        try:
            attended_ns = (self._station / ATTENDED).stat().st_mtime_ns
        except OSError:  # somebody removed the station
            attended_ns = 0
        if attended_ns != self._attended_ns:
            self._attended_ns, self._attended_s = attended_ns, time.monotonic()
        return time.monotonic() - self._attended_s

    def _last_error(self) -> str:
        try:
            text = (self._station / ERRORS).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        lines = [line for line in text.splitlines() if line.strip()]
        return one_line(lines[-1]) if lines else ""

    def _leave(self, ended: Exit) -> None:
        with contextlib.suppress(OSError):
            write_file(self._station / EXIT, msgspec.json.encode(ended))


def _send(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(OSError):
        process.send_signal(number)


if __name__ == "__main__":
    Runner(Path(sys.argv[1])).run()
