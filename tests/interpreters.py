"""The interpreters on this machine that the contract tests run: on PATH, in pyenv and in uv, found as a user's are."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from gilbench.measure.targets.interpreters import find_interpreter
from gilbench.model import InputError

VERSIONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.13t", "3.14t", "3.15t"]

every_version = pytest.mark.parametrize("version", VERSIONS)


def find_or_skip(version: str) -> str:
    """The executable of a version; skips the test where the machine has none."""
    if version == "{}.{}".format(*sys.version_info) and not sysconfig.get_config_var(
        "Py_GIL_DISABLED"
    ):
        return sys.executable
    try:
        found = find_interpreter(version)
    except InputError as error:
        pytest.skip(str(error))
    threaded = shutil.which(
        f"python{version}t"
    )  # an installation of a free-threaded build may go by both names
    if threaded and Path(threaded).samefile(found):
        pytest.skip(f"{found} is a free-threaded build")
    return found
