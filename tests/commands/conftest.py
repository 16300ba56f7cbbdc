"""The command line as a user runs it: a process of its own, in a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gilbench import cli
from tests.hostile_repository import make_repository

SMALL = (
    "--profile",
    "quick",
    "--workload",
    "sleep",
    "--strategy",
    "thread",
)  # the smallest run that is still real
Gilbench = Callable[..., "subprocess.CompletedProcess[str]"]
COMMAND = (sys.executable, "-m", "gilbench")
# The same command with the profile ``torture``, whose runs take seconds
COMMAND_OF_TORTURE = (sys.executable, "-m", "tests.torture.command")
ROOT = Path(__file__).parents[2]
SOURCES = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}


def invoke(
    folder: Path, *arguments: str, command: Sequence[str] = COMMAND, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run ``gilbench`` in a folder."""
    return subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture
def gilbench(tmp_path: Path) -> Gilbench:
    """Run ``gilbench`` with arguments; extra environment by keyword."""
    return lambda *arguments, **environment: invoke(tmp_path, *arguments, **environment)


@pytest.fixture
def in_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> "Callable[..., subprocess.CompletedProcess[str]]":
    """The same in the process of the tests, for what ends before anything is measured: half the time."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        kept = signal.getsignal(signal.SIGTERM)
        try:
            code = cli.main(arguments)
        except SystemExit as ended:
            code = ended.code
        finally:
            signal.signal(signal.SIGTERM, kept)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def small_run(
    tmp_path_factory: pytest.TempPathFactory,
) -> "tuple[Path, subprocess.CompletedProcess[str]]":
    """A real run and what it said, in a folder within a hostile repository; tests only read it."""
    repository = tmp_path_factory.mktemp("small")
    make_repository(repository)
    folder = repository / "work"
    folder.mkdir()
    return folder, invoke(folder, "run", *SMALL, "--seed", "7")


@pytest.fixture
def small_results(
    small_run: "tuple[Path, subprocess.CompletedProcess[str]]", tmp_path: Path
) -> Path:
    """A copy of that run's folder where ``gilbench`` runs; ``latest`` leads to it."""
    shutil.copytree(small_run[0] / "results", tmp_path / "results", symlinks=True)
    return tmp_path / "results" / "latest"


@pytest.fixture
def target_copy(tmp_path: Path) -> Path:
    """A copy of the target package that a test may break, for ``GILBENCH_TARGET_DIR``."""
    import gilbench

    copy = tmp_path / "broken-target"
    shutil.copytree(
        Path(gilbench.__file__).parent / "target",
        copy,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return copy


def one_line(completed: "subprocess.CompletedProcess[str]") -> str:
    """The one line on standard error that says what is wrong, progress aside; fails on a traceback or on none."""
    assert "Traceback" not in completed.stderr
    lines = [line for line in completed.stderr.splitlines() if line.startswith("gilbench: ")]
    assert len(lines) == 1, completed.stderr
    return lines[0]
