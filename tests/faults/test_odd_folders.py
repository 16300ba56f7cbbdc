"""Names and trees of folders that nobody expects: nothing of others is removed, nothing of ours stays."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gilbench
from gilbench.measure import leftovers, scratch
from gilbench.measure.scratch import Scratch, sweep

SOURCES = Path(gilbench.__file__).parent
LEVELS = 1500  # more than Python follows


def make_deep(folder):
    """Folders in each other, deeper than a name of them may be long."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(LEVELS):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def make_closed(folder):
    """A folder that its owner may not enter, with something in it."""
    closed = folder / "closed"
    closed.mkdir()
    (closed / "file").touch()
    closed.chmod(0)


@pytest.mark.skipif(os.name != "posix", reason="folders have neither descriptors nor modes there")
@pytest.mark.parametrize("make", [make_deep, make_closed])
@pytest.mark.parametrize("how", ["close", "sweep", "warden"])
def test_whatever_was_left_in_a_folder_goes_with_it(tmp_path, monkeypatch, make, how):
    """A tree that Python cannot remove would end every later command in a traceback."""
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(leftovers, "end_marked", lambda mark: None)
    opened = Scratch()
    make(opened.path)
    if how == "sweep":
        os.close(opened._owner)
        opened._owner = None
        sweep()
    elif how == "warden":
        leftovers.watch("0" * 32, [f"make {leftovers.encoded(opened.path)}\n"])
    else:
        opened.close()
    assert not opened.path.exists()
    opened.close()


@pytest.mark.skipif(os.name != "posix", reason="names have no line feeds there")
def test_a_line_feed_in_the_name_of_a_folder_removes_no_other(tmp_path, monkeypatch):
    """The warden of a killed process would take what stands before it for the whole name."""
    monkeypatch.setattr(leftovers, "end_marked", lambda mark: None)
    precious, ours = tmp_path / "precious", tmp_path / "precious\nmake \udcff"
    for folder in (precious, ours):
        folder.mkdir()
    news = []
    warden = scratch.Warden()
    warden._start = lambda: None
    warden._send = news.append
    monkeypatch.setattr(scratch, "WARDEN", warden)
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(ours))
    folder = Scratch().path
    leftovers.watch("0" * 32, news)
    assert precious.is_dir() and ours.is_dir() and not folder.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
@pytest.mark.parametrize("module", ["figures", "check_png"])
def test_settings_of_figures_are_not_read_from_the_working_folder(tmp_path, module):
    """It may be anybody's: they could have programs run, or be a FIFO that is waited for."""
    os.mkfifo(tmp_path / "matplotlibrc")
    lines = [f"import gilbench.report.{module} as module", "import sys"]
    if module == "figures":
        lines.append("module.all_charts()")
    lines.append("sys.exit('matplotlib' not in sys.modules)")
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=tmp_path, timeout=200, check=False
    )
    assert done.returncode == 0


def test_what_the_command_starts_imports_nothing_from_the_working_folder(tmp_path):
    """As cpuinfo does, which a report asks: programs of Python inherit that it is not on their path."""
    (tmp_path / "ctypes.py").write_text("open('sprung', 'w')")
    code = (
        "import contextlib, subprocess, sys\n"
        "from gilbench.__main__ import main\n"
        "sys.argv[1:] = ['--version']\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "sys.exit(subprocess.run([sys.executable, '-m', 'cpuinfo', '--version']).returncode)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, timeout=200, check=False
    )
    assert done.returncode == 0 and not (tmp_path / "sprung").exists()


def test_nothing_imports_matplotlib_before_the_package_that_guards_it():
    """Modules outside of ``drawing`` and ``figures``, which begin with the guard, import it in functions."""
    for path in SOURCES.rglob("*.py"):
        if {"drawing", "figures"}.isdisjoint(path.parts):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                names = [getattr(node, "module", None) or ""]
                names += [alias.name for alias in getattr(node, "names", ())]
                assert not any(name.startswith("matplotlib") for name in names), path
