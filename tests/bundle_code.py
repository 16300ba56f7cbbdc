"""Runs code with a target bundle, in a Python without installed packages, as a launch does."""

import subprocess
import sys
from pathlib import Path

PATIENCE_S = 280.0


def run_in_bundle(code: str, bundle: Path) -> str:
    """What the code prints; it must end well and write nothing to standard error."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=bundle,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    assert done.stderr == ""
    return done.stdout
