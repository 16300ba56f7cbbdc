"""A target that tries workloads of the user, from a bundle that a test may add to."""

import shutil
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest
from tests import synthetic

from gilbench.measure.targets import user_functions, user_trials
from gilbench.model import DEFAULTS, Target


@pytest.fixture
def user_bundle(target_bundle: Path, tmp_path: Path) -> Path:
    """A target bundle that a test may add to."""
    return Path(shutil.copytree(target_bundle, tmp_path / "user-bundle"))


@pytest.fixture
def here() -> Target:
    """This interpreter, by the description of a synthetic target: only where it is matters to a launch."""
    return msgspec.structs.replace(
        synthetic.make_target(), executable=sys.executable, settings=DEFAULTS
    )


@pytest.fixture
def admitted(user_bundle, here, tmp_path):
    """Write a file, install what a spec means of it and have the target try it; returns its entry."""

    def admit(source: str, function: str = "", name: str = "mine.py", *, same_result: bool = False):
        (tmp_path / name).write_text(textwrap.dedent(source), encoding="utf-8")
        spec = f"{tmp_path / name}:{function}" if function else str(tmp_path / name)
        found = user_functions.find_user_workload(spec, same_result=same_result)
        placed = user_functions.install([found], user_bundle)
        return user_trials.admit(placed, here, user_bundle).workload(placed[0].name)

    return admit
