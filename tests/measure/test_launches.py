"""A launch: its environment, and the folder that it works in."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from gilbench.measure.environment import clean_environment, temporary_folder
from gilbench.measure.launches import Child
from gilbench.model import Settings


def test_the_gil_is_set_for_every_process_of_a_launch(monkeypatch):
    """By a variable that children inherit; without the setting the caller's own variable does not get through."""
    monkeypatch.setenv("PYTHON_GIL", "1")
    assert "PYTHON_GIL" not in clean_environment()
    assert clean_environment(Settings(gil=False))["PYTHON_GIL"] == "0"
    assert clean_environment(Settings(gil=True))["PYTHON_GIL"] == "1"
    assert set(clean_environment()) <= set(os.environ)


def test_the_environment_of_a_launch_has_no_python_settings(target_bundle, monkeypatch):
    """What would change how a Python starts does not reach it; the rest of the environment does."""
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PYTHON_GIL", "0")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("GILBENCH_TEST_MARK", "here")
    assert "PYTHONPATH" not in clean_environment() and "PYTHON_GIL" not in clean_environment()
    kept = "{n: v for n, v in os.environ.items() if 'PYTHON' in n or 'MARK' in n or 'FORCE' in n}"
    code = f"import os, json; print(json.dumps({kept}))"
    with Child(sys.executable, ["-S", "-c", code], target_bundle) as child:
        assert child.read(120.0) == {"GILBENCH_TEST_MARK": "here"}


def test_a_launch_works_in_the_bundle(target_bundle):
    """Its working folder is the target bundle, so it finds the target package and none of the user's files."""
    with Child(
        sys.executable,
        ["-S", "-c", 'import os; print(\'{"cwd": "%s"}\' % os.getcwd())'],
        target_bundle,
    ) as child:
        assert Path(child.read(120.0)["cwd"]).samefile(target_bundle)


def test_temporary_files_of_a_launch_lie_next_to_its_bundle(tmp_path):
    """They go with it; where names would be too long for sockets, they lie where they did."""
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        assert temporary_folder(place / "bundle") == {"TMPDIR": str(place / "tmp")}
        assert (place / "tmp").is_dir()
    finally:
        shutil.rmtree(place)
    assert temporary_folder(tmp_path / ("long" * 20) / "bundle") == {}
