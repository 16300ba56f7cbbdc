"""pytest as a run drives it: nothing of somebody's shell has a say in it."""

import os
import subprocess
import sys

from gilbench.run import pytest_driver

PATIENCE_S = 120.0
NO_TESTS = 5  # pytest's code where it began, and found none
ODD = {"PYTEST_PLUGINS": "no_such_plugin", "PYTEST_ADDOPTS": "--no-such-option"}


def test_plugins_and_options_of_a_shell_are_not_used_and_stay(tmp_path, monkeypatch):
    """pytest begins in spite of them, and they are as they were afterwards."""
    for name, value in ODD.items():
        monkeypatch.setenv(name, value)
    with pytest_driver._without_others_plugins():
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", str(tmp_path)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    assert done.returncode == NO_TESTS, done.stderr
    assert {name: os.environ[name] for name in ODD} == ODD
