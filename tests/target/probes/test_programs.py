"""The probe of whole programs: what it reads from their output."""

import sys

import pytest
from tests.target.probes.conftest import LIMIT_S

from gilbench.measure.launches import Launch
from gilbench.target.probes import programs


def observed(monkeypatch, output="", errors="", exit_code=0):
    seen = {"output": output, "errors": errors, "exit_code": exit_code}
    monkeypatch.setattr(programs, "run_program", lambda program, method: seen)
    return programs.trial({"program": "any", "method": "fork"})


def test_children_are_counted_by_number_and_by_process(monkeypatch):
    """Two lines of one process are two children's work and one pid."""
    output = "child 1 in process 7\nchild 0 in process 7\nresults [0, 1]\nall joined\n"
    trial = observed(monkeypatch, output)
    assert (trial["children"], trial["pids"]) == ([0, 1], 1)
    assert (trial["results"], trial["joined"], trial["raised"]) == ("[0, 1]", True, [])


def test_exceptions_are_read_from_the_error_output(monkeypatch):
    """Each name once, and words in a message are none."""
    errors = (
        "Traceback ...\nRuntimeError: An Error\n  x\nRuntimeError: again\nqueue.Empty\nEOFError\n"
    )
    assert observed(monkeypatch, errors=errors)["raised"] == ["EOFError", "RuntimeError"]


def test_exceptions_are_read_where_the_caller_asks_for_colours(patient_bundle, monkeypatch):
    """Python would put them before the names from 3.13 on."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    params = {"program": "five-processes", "method": "spawn", "trials": 1}
    with Launch(sys.executable, patient_bundle) as launch:
        (trial,) = launch.ask("probe", LIMIT_S, probe="programs", params=params)["trials"]
    assert "RuntimeError" in trial["raised"]


def test_a_program_that_does_not_end_is_killed(monkeypatch, tmp_path):
    """It has no exit code, and the trial ends."""
    (tmp_path / "endless.py").write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(programs, "FOLDER", str(tmp_path))
    monkeypatch.setattr(programs._children, "PATIENCE_S", 0.5)
    assert programs.run_program("endless", "spawn")["exit_code"] is None


@pytest.mark.parametrize("program", ["process-subclass", "locked-threads"])
def test_a_program_runs_as_it_stands(program):
    """Under the start method that is asked for, to its last line."""
    trial = programs.trial({"program": program, "method": "spawn"})
    assert trial["joined"] and trial["exit_code"] == 0
