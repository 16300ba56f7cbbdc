"""``python -m gilbench`` is the command line."""

import errno
import subprocess
import sys

import pytest

from gilbench import __version__, cli
from gilbench.commands import doctor
from gilbench.measure.interrupts import INTERRUPTS


@pytest.mark.parametrize("has_hung_up", [False, True])
def test_a_terminal_that_hangs_up_interrupts(monkeypatch, has_hung_up):
    """After that nothing can be printed, which is no reason for another exit code."""

    def fail(_):
        INTERRUPTS.has_come = has_hung_up
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(doctor, "run", fail)
    monkeypatch.setattr(cli, "abandon", lambda descriptor: None)
    monkeypatch.setattr(INTERRUPTS, "has_come", False)
    assert cli.main(["doctor"]) == (130 if has_hung_up else 2)


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
