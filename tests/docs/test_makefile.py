"""What ``make bench`` and its like say at the end: where the command of the environment is."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def bench(
    tmp_path: Path, target: str, exit_code: int, path: str
) -> "subprocess.CompletedProcess[str]":
    """Make a target with an environment whose ``gilbench`` only ends with an exit code."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "gilbench"
    command.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    command.chmod(0o755)
    (tmp_path / ".ready").touch()
    return subprocess.run(
        ["make", "--no-print-directory", target, f"VENV={tmp_path}"],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("target", ["bench", "bench-quick", "bench-full"])
def test_the_last_line_says_where_the_command_is(tmp_path, target):
    """The path to call it by, and how to call it by its name; standard output stays the run's."""
    done = bench(tmp_path, target, 0, os.defpath)
    assert done.returncode == 0 and done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert f"{tmp_path}/bin/gilbench" in last and f". {tmp_path}/bin/activate" in last


def test_an_active_environment_gets_no_advice(tmp_path):
    """Who can call it by its name already needs no hint."""
    done = bench(tmp_path, "bench", 0, f"{tmp_path / 'bin'}{os.pathsep}{os.defpath}")
    assert done.returncode == 0 and done.stderr == ""


def test_the_exit_code_of_the_run_is_not_lost(tmp_path):
    """Where the run fails, so does make."""
    assert bench(tmp_path, "bench", 3, os.defpath).returncode != 0
