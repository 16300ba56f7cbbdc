"""pytest sessions over the suite, as somebody starts them: a process in a folder with nothing else in it."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gilbench.run.pytest_driver import suite_folder

Session = subprocess.CompletedProcess[str]
WAITING = (
    *("-k", "sleep and not subclass and not pool and (serial or thread or process)"),
    *("--gilbench-workers=2", "--gilbench-workers=4"),
)


def run_pytest(
    folder: Path, *arguments: str, suite: str | None = None, **environment: str
) -> Session:
    """Run pytest over the suite in ``folder``; extra environment by keyword."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            suite or str(suite_folder()),
            "-p",
            "no:cacheprovider",
            *arguments,
        ],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )


@pytest.fixture
def suite(tmp_path: Path) -> Callable[..., Session]:
    """Run pytest over the suite in a folder of the test's own."""
    return lambda *arguments, **options: run_pytest(tmp_path, *arguments, **options)


@dataclass(frozen=True)
class MeasuredSession:
    """A session that measured, the file that pytest-benchmark wrote, and the run's folder."""

    session: Session
    benchmark_json: Path
    folder: Path


@pytest.fixture(scope="session")
def measured_session(tmp_path_factory: pytest.TempPathFactory) -> MeasuredSession:
    """A real session of waiting tasks, where it is certain what is faster; tests only read it."""
    folder = tmp_path_factory.mktemp("measured")
    written = folder / "measured.json"
    session = run_pytest(
        folder,
        *WAITING,
        "--benchmark-sort=mean",
        f"--benchmark-json={written}",
        "--gilbench-out=results",
    )
    assert session.returncode == 0, session.stdout
    return MeasuredSession(session, written, (folder / "results" / "latest").resolve())
