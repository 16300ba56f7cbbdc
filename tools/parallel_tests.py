"""Runs the tests in several pytest sessions at a time, one per core; docs/decisions/0030 has the reasons.

python tools/parallel_tests.py [WORD...]: the words are given to pytest in every session.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parent.parent
# Folders of tests with a session for each. All other tests are one session more, which is the
# longest: it begins first, and then the longest of these, so that no long one is left at the end.
SEPARATE = ("measure", "faults", "advise", "report", "commands", "target", "browser", "claims")
MOST_AT_A_TIME = 4  # those that measure need a core now and then
NOTHING_COLLECTED = 5  # an exit code of pytest
FAILED, INTERRUPTED = 1, 130
# Python may print more after it, as of what is not closed at its end
LAST_LINE = re.compile(r"^.*(?:\d [a-z]+|no tests ran).* in \d+\.\d+s\b.*$", re.MULTILINE)
COUNT = re.compile(r"(\d+) (passed|failed|skipped|deselected|error|xfailed|xpassed|warning)")


@dataclass(frozen=True)
class Session:
    """A pytest session that has ended.

    Attributes:
        exit_code: That of pytest.
        output: All that it printed.
    """

    exit_code: int
    output: str

    @property
    def counts(self) -> Counter[str]:
        """How many tests passed, failed and so on, as the last line of pytest says."""
        lines = LAST_LINE.findall(self.output)
        last = lines[-1] if lines else ""
        return Counter({outcome: int(count) for count, outcome in COUNT.findall(last)})

    @property
    def failed(self) -> bool:
        """Whether a test failed, or the process died before pytest could print its last line."""
        return self.exit_code not in (0, NOTHING_COLLECTED) or not self.counts


@dataclass
class Sessions:
    """Runs sessions, and can interrupt those that run.

    Attributes:
        words: What pytest is given in each.
    """

    words: tuple[str, ...]
    _started: list[subprocess.Popen[str]] = field(default_factory=list)
    _printing: threading.Lock = field(default_factory=threading.Lock)

    def run(self, part: list[str]) -> Session:
        """Run the session of a part of the tests, and print it once it has ended."""
        color = ["--color=yes"] if sys.stdout.isatty() else []
        command = [sys.executable, "-m", "pytest", *color, *self.words, *part]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._started.append(process)
        output, _ = process.communicate()
        with self._printing:
            print(output, flush=True)
        return Session(process.returncode, output)

    def interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """Interrupt the sessions and this process: a handler of signals, for the first of them."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for process in self._started:
            process.send_signal(signal.SIGINT)
        raise KeyboardInterrupt


def parts() -> list[list[str]]:
    """What pytest is given to select the tests of each session."""
    folders = [str(ROOT / "tests" / name) for name in SEPARATE]
    others = [str(ROOT / "tests"), *(f"--ignore={folder}" for folder in folders)]
    return [others, *([folder] for folder in folders)]


def sessions_at_a_time() -> int:
    """One per core that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, MOST_AT_A_TIME)


def add_up(sessions: Sequence[Session]) -> int:
    """Print what the sessions counted together.

    Returns:
        0 if all tests passed; that of pytest for nothing collected if no session had any.
    """
    counts = sum((session.counts for session in sessions), Counter[str]())
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    if any(session.failed for session in sessions):
        return FAILED
    return min(session.exit_code for session in sessions)


def main(*words: str) -> int:
    """Run the tests; returns the exit code."""
    began_s, number, sessions = time.monotonic(), sessions_at_a_time(), Sessions(words)
    signal.signal(signal.SIGTERM, sessions.interrupt)
    print(f"{len(parts())} sessions of pytest, {number} at a time", flush=True)
    with ThreadPoolExecutor(number) as pool:
        running = [pool.submit(sessions.run, part) for part in parts()]
        try:
            return add_up([session.result() for session in running])
        except KeyboardInterrupt:  # of the terminal, which interrupts the sessions too
            pool.shutdown(cancel_futures=True)
            return INTERRUPTED
        finally:
            print(f"{time.monotonic() - began_s:.0f} s")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
