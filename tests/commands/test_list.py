"""``gilbench list``: what can be measured, and which interpreters are started to find out."""

import json
import multiprocessing
import platform
import sys
import sysconfig
from pathlib import Path

import pytest

from gilbench.claims.registry import all_claims

THREADED = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""


@pytest.fixture
def alone(tmp_path):
    """The environment of a machine that has the interpreter of the tests, a broken one, and no others."""
    broken = tmp_path / "bin" / "python3.99"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nkill -SEGV $$\n")
    broken.chmod(0o755)
    nowhere = str(tmp_path / "none")
    found = {"PATH": str(broken.parent), "PYENV_ROOT": nowhere, "UV_PYTHON_INSTALL_DIR": nowhere}
    return {"broken": str(broken), "environment": found}


def test_list_shows_what_is_registered(gilbench, alone):
    """Every kind is there, and ``--json`` says the same."""
    plain = gilbench("list", **alone["environment"])
    as_json = json.loads(gilbench("list", "--json", **alone["environment"]).stdout)
    assert set(as_json) == {"claims", "workloads", "strategies", "channels", "probes", "targets"}
    assert set(as_json["claims"]) == {claim.id for claim in all_claims()}
    assert all(name in plain.stdout for names in as_json.values() for name in names)


def test_no_other_interpreter_is_started_unless_targets_are_asked_for(gilbench, alone, tmp_path):
    """The listing of everything shows the interpreter that runs it, and how to see the others."""
    started = tmp_path / "started"
    Path(alone["broken"]).write_text(f"#!/bin/sh\n: > {started}\nexit 1\n")
    done = gilbench("list", **alone["environment"])
    assert sys.executable in done.stdout and "gilbench list targets" in done.stdout
    assert not started.exists()
    gilbench("list", "targets", **alone["environment"])
    assert started.exists()


def test_an_environment_in_the_working_folder_is_not_started(gilbench, alone, tmp_path):
    """The folder may be anybody's: it is listed with how to name it."""
    started, environment = tmp_path / "started", tmp_path / "theirs"
    python = environment / "bin" / "python"
    python.parent.mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    python.write_text(f"#!/bin/sh\n: > {started}\nexit 1\n")
    python.chmod(0o755)
    done = gilbench("list", "targets", "--json", **alone["environment"])
    assert f"--python {python}" in json.loads(done.stdout)["targets"][str(python)]["broken"]
    assert not started.exists()


def test_a_claim_is_listed_with_what_it_needs_and_costs(gilbench):
    """Every claim names the items it needs and about how long they take, or why it does not apply here."""
    listed = json.loads(gilbench("list", "claims", "--json").stdout)["claims"]
    for claim in all_claims():
        entry = listed[claim.id]
        assert entry["statement"] == claim.statement
        assert entry.get("not_applicable") or (entry["needs"] and entry["about_s"] > 0)
    assert listed["A3"]["needs"] == ["terminate"]


def test_a_new_file_is_listed_at_once(gilbench, target_copy):
    """Dropping a workload's file in is all it takes."""
    source = (target_copy / "workloads" / "sleep.py").read_text()
    (target_copy / "workloads" / "nap.py").write_text(source.replace('name="sleep"', 'name="nap"'))
    listed = gilbench("list", "workloads", GILBENCH_TARGET_DIR=str(target_copy))
    assert "nap" in listed.stdout


def test_targets_are_listed_with_their_build_and_what_they_run(gilbench, alone):
    """Each by the id that a run gives it; a broken one is one line that says why."""
    listed = json.loads(gilbench("list", "targets", "--json", **alone["environment"]).stdout)[
        "targets"
    ]
    broken = listed.pop(alone["broken"])
    assert "SIGSEGV" in broken["broken"] and "\n" not in broken["broken"]
    ((name, mine),) = listed.items()
    assert (
        name
        == mine["version"] + "t" * mine["free_threaded_build"]
        == platform.python_version() + THREADED
    )
    assert mine["executable"] == sys.executable
    assert mine["start_methods"] == multiprocessing.get_all_start_methods()
    assert {"serial", "thread", "process"} <= set(mine["runs"]["strategies"])
    assert set(mine["cannot"]).isdisjoint(mine["runs"]["strategies"]) and all(
        mine["cannot"].values()
    )
    for told in ("debug_build", "jit_build", "optimised_build", "lto_build"):
        assert isinstance(mine[told], bool)
    lines = gilbench("list", "targets", **alone["environment"]).stdout.splitlines()
    assert sum("SIGSEGV" in line for line in lines) == 1
    assert any(sys.executable in line for line in lines)
