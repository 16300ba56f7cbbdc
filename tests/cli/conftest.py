"""The command line as a user runs it: a process of its own, in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Gilbench = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def gilbench(tmp_path: Path) -> Gilbench:
    """Run ``gilbench`` with arguments; extra environment by keyword."""

    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "gilbench.cli", *arguments],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run


@pytest.fixture
def target_copy(tmp_path: Path) -> Path:
    """A copy of the target package that a test may break, for ``GILBENCH_TARGET_DIR``."""
    import shutil

    import gilbench

    copy = tmp_path / "broken-target"
    shutil.copytree(Path(gilbench.__file__).parent / "target", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def one_line(completed: "subprocess.CompletedProcess[str]") -> str:
    """The one line on standard error that says what is wrong, progress aside; fails on a traceback or on none."""
    assert "Traceback" not in completed.stderr
    lines = [line for line in completed.stderr.splitlines() if line.startswith("gilbench: ")]
    assert len(lines) == 1, completed.stderr
    return lines[0]
