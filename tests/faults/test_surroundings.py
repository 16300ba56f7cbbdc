"""Streams, signals and places that are not as they should be: each ends quietly or in one line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gilbench import cli, report
from gilbench.commands._printing import console
from gilbench.measure import git
from gilbench.measure.git import git_commit
from gilbench.measure.interrupts import Interrupts
from tests import journals
from tests.hostile_repository import make_repository
from tests.patience import wait_for

COMMAND = [sys.executable, "-m", "gilbench"]
PATIENCE_S = 200.0
TRIES = 5  # a run may be over before this process has looked at it


def shell(line: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which $G is gilbench."""
    environment = {**os.environ, "G": " ".join(COMMAND), **variables}
    return subprocess.run(
        ["bash", "-c", line],
        cwd=cwd,
        env=environment,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("$G list claims | head -1; exit ${PIPESTATUS[0]}", 0),
        ("$G explain A16 >&-", 0),
        ("$G explain nonsense 2>&-", 2),
        ("$G explain A16 <&- >&- 2>&-", 0),
        ("$G explain A16 > /dev/full", 2),
        ("$G explain nonsense 2> /dev/full", 2),
        ("PYTHONIOENCODING=ascii $G explain A16", 0),
        ("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 $G list claims", 0),
        ("mkdir gone; cd gone; rmdir ../gone; $G list", 2),
        ("$G report '[/x]'", 2),
        ("$G report $'\\xff\\xfe'", 2),
    ],
)
def test_an_odd_stream_or_place_ends_quietly_or_in_one_line(tmp_path, line, code):
    """No traceback, the exit code of the contract, and at most a line on standard error."""
    done = shell(line, tmp_path)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr and b"Exception ignored" not in done.stderr
    assert done.stderr.count(b"\n") <= 1


def test_brackets_and_colons_are_printed_as_they_are(capsys):
    """What looks like markup or an emoji is text of somebody's path."""
    console().print("[/x] [bold] :smile:")
    assert capsys.readouterr().out == "[/x] [bold] :smile:\n"


def test_a_backend_of_somebodys_notebook_does_not_stop_the_drawing(tmp_path):
    """MPLBACKEND is for windows, and figures are files."""
    code = f"import {report.__name__}, matplotlib.figure"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "MPLBACKEND": "nonsense"},
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_git_runs_nothing_that_a_repository_names(tmp_path, monkeypatch):
    """A hostile configuration in the working folder, and a commit that is none."""
    sprung = make_repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(git, "TIMEOUT_S", PATIENCE_S)
    commit = git_commit()
    assert commit is not None and len(commit) == 40
    assert not sprung.exists()
    (tmp_path / ".git" / "HEAD").write_text("nonsense")
    assert git_commit() is None


def test_the_repository_is_hostile(tmp_path):
    """A dirty check, as pytest-benchmark makes it by itself, runs what the configuration names."""
    sprung = make_repository(tmp_path)
    subprocess.run(["git", "describe", "--dirty", "--always"], cwd=tmp_path, check=False)
    assert sprung.exists()


@pytest.mark.usefixtures("no_figures")
def test_a_report_runs_nothing_that_a_repository_names(tmp_path, monkeypatch):
    """Nor does pytest-benchmark's file, which has the commit of the run."""
    sprung, run = make_repository(tmp_path), journals.unpack("glance-1", tmp_path / "results")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["report", str(run)]) == 0
    assert not sprung.exists()
    commit = json.loads((run / "benchmark.json").read_text(encoding="utf-8"))["commit_info"]["id"]
    assert commit == (json.loads((run / "run.json").read_text())["git_commit"] or "unversioned")


@pytest.fixture
def hang_ups():
    """Children listen to SIGHUP; where the tests themselves run under nohup, they would ignore it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hang_ups")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("sign", ["tmp/gilbench-*", "out/*/rounds.jsonl", "out/*/run.json"])
def test_a_run_ends_with_130_whenever_it_is_interrupted(tmp_path, number, sign):
    """As soon as a file is there: before the folder there is none; later the command that resumes it is printed."""
    for attempt in range(TRIES):
        place = tmp_path / str(attempt)
        code, told = _interrupted(place, number, sign)
        if code is not None:
            break
    assert code == 130, told
    assert "Traceback" not in told
    folders = list((place / "out").glob("*"))
    if folders:
        assert (folders[0] / "run.json").is_file() and f"gilbench run --resume {folders[0]}" in told
    else:
        assert "nothing is kept" in told
    # The warden may still be at it.
    assert wait_for(lambda: not list((place / "tmp").glob("gilbench-*")), PATIENCE_S)


def _interrupted(place: Path, number: signal.Signals, sign: str) -> tuple[int | None, str]:
    """Interrupt a run at a sign; its exit code, None if all was measured before, and what it said."""
    (place / "tmp").mkdir(parents=True)
    words = ["run", "--quiet", "--profile", "quick", "--claim", "A16", "--out", str(place / "out")]
    odd = {"PYTEST_PLUGINS": "no_such_plugin", "MPLBACKEND": "nonsense"}
    running = subprocess.Popen(
        [*COMMAND, *words],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(place / "tmp"), **odd},
    )
    while running.poll() is None and not list(place.glob(sign)):
        time.sleep(0.005)
    running.send_signal(number)
    _, told = running.communicate(timeout=PATIENCE_S)
    described = [folder / "run.json" for folder in place.glob("out/2*")]
    was_over = any('"status": "complete"' in file.read_text() for file in described)
    return None if was_over else running.returncode, told


@pytest.mark.parametrize("place", ["before", "while it is put off"])
def test_an_interrupt_is_put_off_and_not_lost(place):
    """It comes when what must not be cut short is over."""
    interrupts = Interrupts()
    before = interrupts.install()
    ended = []
    try:
        with pytest.raises(KeyboardInterrupt):
            if place == "before":
                signal.raise_signal(signal.SIGTERM)
            with interrupts, interrupts:
                signal.raise_signal(signal.SIGTERM)
                ended.append(True)
        with interrupts:  # it is over
            pass
    finally:
        interrupts.restore(before)
    assert bool(ended) == (place != "before")


@pytest.mark.parametrize("form", ["{}", "exec({!r})"])
def test_an_interrupt_while_the_command_line_is_imported_is_quiet(tmp_path, form):
    """The first thing that it imports is what handles signals; Python ends itself if one falls into an exec()."""
    source = "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n"
    (tmp_path / "argparse.py").write_text(form.format(source))
    done = shell("exec $G list", tmp_path, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (130, b"gilbench: interrupted\n")


def test_a_recorded_run_is_reported_with_odd_variables(tmp_path):
    """The whole report under another backend and without a home."""
    folder = journals.unpack("glance-1", tmp_path)
    done = shell(f"$G report '{folder}'", tmp_path, MPLBACKEND="nonsense", HOME="/nonexistent")
    assert done.returncode == 0, done.stderr
