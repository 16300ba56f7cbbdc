"""The run on several interpreters: started once, and resumed afterwards."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests import journals

TOOL = Path(__file__).parents[2] / "tools" / "side_by_side.py"


@pytest.fixture
def side_by_side():
    """The tool as a module."""
    spec = importlib.util.spec_from_file_location("side_by_side", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_run_is_started_once_and_resumed_afterwards(side_by_side, tmp_path):
    """What is there is continued, with its interpreters named again."""
    started = side_by_side.command_of(tmp_path, ["3.8", "3.14t"], "standard")
    assert started[5:9] == ["--profile", "standard", "--out", str(tmp_path)]
    assert "--claim=A16" in started and started[-2:] == ["--python=3.8", "--python=3.14t"]
    run = journals.unpack("glance-1", tmp_path)
    resumed = side_by_side.command_of(tmp_path, ["3.8"], "standard")
    assert resumed[-3:] == ["--resume", str(run), "--python=3.8"]


def test_a_complete_run_is_not_measured_again(side_by_side, tmp_path, capsys):
    """Nothing is started, and the exit code is 0."""
    journals.unpack("glance-1", tmp_path)
    assert side_by_side.measure(tmp_path, [sys.executable], "quick", 1.0) == 0
    assert "is complete" in capsys.readouterr().out


def test_a_run_that_cannot_be_read_is_refused(side_by_side, tmp_path, capsys):
    """One line with the remedy, and exit code 2."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{}")
    assert side_by_side.main([str(tmp_path), "--python", "3.8"]) == 2
    assert "measure again" in capsys.readouterr().err


def test_a_run_that_ignores_the_interrupt_is_told(side_by_side, tmp_path, capsys, monkeypatch):
    """In one line; it continues, and is complete some time."""
    deaf = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print(); time.sleep(600)"
    started = []

    def popen(command, **options):
        started.append(subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE))
        started[0].stdout.readline()
        return started[0]

    monkeypatch.setattr(side_by_side, "PATIENCE_S", 0.1)
    monkeypatch.setattr(
        side_by_side,
        "subprocess",
        SimpleNamespace(
            Popen=popen, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
        ),
    )
    try:
        assert side_by_side.main([str(tmp_path), "--python", "3.8", "--minutes", "0.001"]) == 2
    finally:
        started[0].kill()
        started[0].communicate()
    said = capsys.readouterr().err
    assert "ignores the interrupt" in said and "wait for it" in said and len(said.splitlines()) == 1


def test_an_interrupt_waits_for_the_run_to_close(side_by_side, tmp_path, capsys, monkeypatch):
    """Ctrl-C reaches the run by itself; the tool says that it can be resumed, without a traceback."""
    answers = [KeyboardInterrupt(), side_by_side.INTERRUPTED]

    def wait(timeout):
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(
        side_by_side.subprocess, "Popen", lambda *command, **options: SimpleNamespace(wait=wait)
    )
    assert side_by_side.main([str(tmp_path), "--python", "3.8"]) == side_by_side.UNFINISHED
    assert "call it again" in capsys.readouterr().out
