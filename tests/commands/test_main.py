"""``python -m gilbench`` is the command line."""

import contextlib
import errno
import signal
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
    assert cli.main(["doctor"]) == (130 if has_hung_up else 2)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("libx.so: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
    ],
    ids=["python", "library", "thread"],
)
def test_a_lack_of_memory_is_one_line(monkeypatch, capsys, error):
    """Under a limit of the shell or of a container, wherever it shows."""

    def fail(_):
        raise error

    monkeypatch.setattr(doctor, "run", fail)
    assert cli.main(["doctor"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "not enough memory" in told


def test_another_error_of_ours_is_not_hidden(monkeypatch):
    """It is a defect, and its traceback says where."""

    def fail(_):
        raise RuntimeError("the run has not begun")

    monkeypatch.setattr(doctor, "run", fail)
    with pytest.raises(RuntimeError):
        cli.main(["doctor"])


def test_an_error_that_an_interrupt_was_turned_into_is_an_interrupt(monkeypatch, capsys):
    """C code that a signal interrupts may raise another error than KeyboardInterrupt."""

    def fail(_):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise SystemError("returned a result with an exception set")

    monkeypatch.setattr(doctor, "run", fail)
    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err.startswith("gilbench: interrupted (SystemError: returned")


def test_the_package_runs_as_a_module():
    """The version is printed, by the name that the documentation uses."""
    done = subprocess.run(
        [sys.executable, "-m", "gilbench", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=200,
    )
    assert done.stdout == f"gilbench {__version__}\n"


def test_its_exit_code_is_that_of_the_command_line():
    """What cannot be used ends the process with the contract's code."""
    done = subprocess.run(
        [sys.executable, "-m", "gilbench", "frobnicate"],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 2 and done.stderr.startswith("gilbench: unknown command")


def test_its_objects_are_not_searched_for_cycles_as_it_ends():
    """That would take as long as much of its work; they end with the process."""
    code = (
        "import atexit, gc, sys; from gilbench.__main__ import main; sys.argv[1:] = ['--version']\n"
        "atexit.register(lambda: print(len(gc.get_objects())))\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=200
    )
    version, tracked = done.stdout.splitlines()
    assert version == f"gilbench {__version__}" and int(tracked) < 1000
