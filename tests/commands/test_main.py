"""``python -m gilbench`` is the command line."""

import subprocess
import sys

from gilbench import __version__


def test_the_package_runs_as_a_module():
    """The version is printed, by the name that the documentation uses."""
    done = subprocess.run(
        [sys.executable, "-m", "gilbench", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == f"gilbench {__version__}\n"


def test_its_exit_code_is_that_of_the_command_line():
    """What cannot be used ends the process with the contract's code."""
    done = subprocess.run(
        [sys.executable, "-m", "gilbench", "frobnicate"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2 and done.stderr.startswith("gilbench: unknown command")
