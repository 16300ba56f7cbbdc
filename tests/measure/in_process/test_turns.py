"""Workers of one test run take turns; without workers nobody waits."""

import subprocess
import sys

from gilbench.measure.in_process.turns import turn

HOLDER = """
import sys
from pathlib import Path
from gilbench.measure.in_process.turns import turn
with turn(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.readline()
    print("out", flush=True)
"""


def holder(shared):
    """A process that takes its turn, and keeps it until a line arrives."""
    command = [sys.executable, "-c", HOLDER, str(shared)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_one_worker_waits_for_the_other(tmp_path):
    """The second worker begins when the first has ended, and not before."""
    with holder(tmp_path) as first:
        assert first.stdout.readline() == "in\n"
        with holder(tmp_path) as second:
            second.stdin.write("\n")
            second.stdin.flush()
            assert second.poll() is None
            first.stdin.write("\n")
            first.stdin.flush()
            assert first.stdout.readline() == "out\n" and second.stdout.readline() == "in\n"


def test_other_test_runs_do_not_wait(tmp_path):
    """A lock is that of one test run: two of them are two users' business."""
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    with holder(folders[0]) as first, holder(folders[1]) as second:
        assert first.stdout.readline() == second.stdout.readline() == "in\n"
        for process in (first, second):
            process.stdin.write("\n")
            process.stdin.flush()


def test_without_workers_there_is_no_lock(tmp_path, monkeypatch):
    """A plain session neither waits nor writes a file."""
    monkeypatch.chdir(tmp_path)
    with turn(None):
        assert not list(tmp_path.iterdir())
