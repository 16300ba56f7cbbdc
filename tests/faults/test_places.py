"""Places that change or fail while a run is measured: each is one line, and what was measured is kept."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gilbench.results.folder import read_run
from tests.commands.conftest import COMMAND_OF_TORTURE, SOURCES

PATIENCE_S = 200.0
TRIES = 5  # a run of the smallest profile may be over before this process has looked at it


def run(tmp_path: Path, disturb: Callable[[Path], Path], **environment: str) -> tuple[int, str]:
    """Measure, and disturb the run's folder once it has a round; returns exit code and standard error.

    ``disturb`` returns where the folder is then."""
    words = ["run", "--quiet", "--profile", "torture", "--claim", "A18", "--out"]
    for number in range(TRIES):
        out = tmp_path / f"out-{number}"
        (tmp_path / "tmp").mkdir(exist_ok=True)
        running = subprocess.Popen(
            [*COMMAND_OF_TORTURE, *words, str(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **SOURCES, **environment},
        )
        was_measuring = False
        while running.poll() is None:
            journals = list(out.glob("2*/rounds.jsonl"))
            if journals and b'"type":"round"' in journals[0].read_bytes():
                was_measuring = read_run(disturb(journals[0].parent)).status == "running"
                break
            time.sleep(0.01)
        _, told = running.communicate(timeout=PATIENCE_S)
        if was_measuring:
            return running.returncode, told
    raise AssertionError(f"{TRIES} runs were over before they could be disturbed: {told}")


def lines(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.startswith("gilbench: ")]


@pytest.mark.skipif(sys.platform == "win32", reason="open folders cannot be moved there")
def test_a_folder_that_is_moved_away_ends_the_run_in_one_line(tmp_path):
    """What was measured is where it was moved to, and is whole."""
    moved = tmp_path / "moved"

    def move(folder: Path) -> Path:
        shutil.rmtree(moved, ignore_errors=True)
        return folder.rename(moved)

    code, told = run(tmp_path, move)
    assert code == 2 and len(lines(told)) == 1 and "Traceback" not in told, told
    assert (moved / "rounds.jsonl").read_bytes().count(b"\n") >= 1


def test_a_journal_that_somebody_empties_is_no_success(tmp_path):
    """The run does not pass, and says in one line that its journal is not what it wrote."""

    def empty(folder: Path) -> Path:
        os.truncate(folder / "rounds.jsonl", 0)
        return folder

    code, told = run(tmp_path, empty)
    assert code == 2 and len(lines(told)) == 1 and "Traceback" not in told, told


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux lets a process say what it may write"
)
def test_a_full_folder_for_temporary_files_is_one_line(tmp_path):
    """Its name is in it."""
    full = tmp_path / "full"
    full.mkdir()
    script = f"ulimit -f 16; exec {sys.executable} -m gilbench run --quiet --claim A14 --out {tmp_path / 'out'}"
    done = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "TMPDIR": str(full)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert len(lines(done.stderr)) == 1
    assert not list(full.glob("gilbench-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="open folders cannot be moved there")
def test_temporary_files_that_cannot_be_made_any_more_interrupt_the_run(tmp_path):
    """It ends in one line, and not item by item; it can be resumed."""
    temporary = tmp_path / "tmp"
    kept: list[Path] = []

    def move(folder: Path) -> Path:
        kept[:] = [folder]
        temporary.rename(tmp_path / f"moved-{folder.parent.name}")
        return folder

    code, told = run(tmp_path, move, TMPDIR=str(temporary))
    assert code == 2 and len(lines(told)) == 1 and "Traceback" not in told, told
    assert f"no temporary file can be made in {temporary}" in told
    assert read_run(kept[0]).status == "interrupted"
