"""What gilbench's pytest plugin costs a test session that does not use it.

``python tools/plugin_cost.py --pairs 60`` runs a session of one empty test with and without ``-p no:gilbench``, in pairs of
random order, and prints the mean differences of CPU time and of wall time with their 95 % intervals.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gilbench.analysis.location import locate

WITHOUT = ("-p", "no:gilbench")


def session(folder: Path, *options: str) -> tuple[float, float]:
    """The CPU time and the wall time of one session, in seconds."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    began_s = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"pytest ended with exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began_s


def differences(folder: Path, pairs: int) -> list[tuple[float, float]]:
    """What a session with the plugin takes more than one without it, for each pair."""
    taken = []
    for _ in range(pairs):
        if random.random() < 0.5:
            with_plugin, without = session(folder), session(folder, *WITHOUT)
        else:
            without, with_plugin = session(folder, *WITHOUT), session(folder)
        taken.append((with_plugin[0] - without[0], with_plugin[1] - without[1]))
    return taken


def in_words(seconds: Sequence[float]) -> str:
    """The mean difference in milliseconds with its interval."""
    location = locate(seconds)
    assert location is not None
    lo, hi = location.interval(0.95)
    return f"{1000 * location.center:+.1f} ms [{1000 * lo:+.1f}, {1000 * hi:+.1f}]"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--pairs", type=int, default=60)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_nothing.py").write_text("def test(): pass\n", encoding="utf-8")
        session(folder), session(folder, *WITHOUT)  # compiles the test file
        taken = differences(folder, given.pairs)
    print(f"{given.pairs} pairs: CPU time {in_words([cpu for cpu, _ in taken])}")
    print(f"wall time {in_words([wall for _, wall in taken])}")


if __name__ == "__main__":
    main()
