"""Workers of one test run take turns; without workers nobody waits."""

import subprocess
import sys
import time

from gilbench.measure.in_process.turns import turn

HOLDER = """
import sys
from pathlib import Path
from gilbench.measure.in_process.turns import turn
log = Path(sys.argv[1], "log")
print("waiting", flush=True)
with turn(Path(sys.argv[1])):
    with log.open("a") as file:
        file.write("in\\n")
    print("in", flush=True)
    sys.stdin.readline()
    with log.open("a") as file:
        file.write("out\\n")
"""


def holder(shared):
    """A process that takes its turn, and keeps it until a line arrives."""
    command = [sys.executable, "-c", HOLDER, str(shared)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def release(process):
    """Let a process end its turn when it has one."""
    process.stdin.write("\n")
    process.stdin.flush()


def test_one_worker_waits_for_the_other(tmp_path):
    """The second worker begins when the first has ended, and not before."""
    with holder(tmp_path) as first:
        assert [first.stdout.readline() for _ in range(2)] == ["waiting\n", "in\n"]
        with holder(tmp_path) as second:
            assert second.stdout.readline() == "waiting\n"
            release(second)
            time.sleep(0.2)  # in which a second worker would be in and out again
            release(first)
            second.wait()
    assert (tmp_path / "log").read_text(encoding="utf-8").split() == ["in", "out", "in", "out"]


def test_other_test_runs_do_not_wait(tmp_path):
    """A lock is that of one test run: two of them are two users' business."""
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    with holder(folders[0]) as first, holder(folders[1]) as second:
        for process in (first, second):
            assert [process.stdout.readline() for _ in range(2)] == ["waiting\n", "in\n"]
        for process in (first, second):
            release(process)


def test_without_workers_there_is_no_lock(tmp_path, monkeypatch):
    """A plain session neither waits nor writes a file."""
    monkeypatch.chdir(tmp_path)
    with turn(None):
        assert not list(tmp_path.iterdir())
