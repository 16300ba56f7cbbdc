"""Where a call runs: the hash seed, its own child processes, the free-threaded build that an extension changes."""

from __future__ import annotations

import sys

import pytest
from tests.advise.conftest import LIMIT_S
from tests.interpreters import find_or_skip

from gilbench.measure.launches import Launch
from gilbench.measure.targets.calls import active_python, environment_of, function_spec
from gilbench.model import Settings

THREADED = "3.14t"
POOLS = """
import multiprocessing

def square(n):
    return n * n

def squares(method):
    with multiprocessing.get_context(method).Pool(2) as pool:
        return pool.map(square, range(4))
"""
SWITCHES = """
import importlib.util
shipped = importlib.util.find_spec("_testmultiphase")
spec = importlib.util.spec_from_file_location("_testmultiphase_null_slots", shipped.origin)
importlib.util.module_from_spec(spec)

def work():
    return 1
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_function_may_have_a_pool_inside(launched, folder, method):
    """A spawned child imports its module by its real name."""
    (folder / "pools.py").write_text(POOLS)
    trial = launched(function_spec("pools.py:squares", f"['{method}']"))
    assert trial.get("problem") is None


def test_the_hash_seed_is_the_users_or_one_per_launch(monkeypatch):
    """All processes of a launch share it, and launches differ."""
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    assert environment_of(0)["PYTHONHASHSEED"] != environment_of(1)["PYTHONHASHSEED"]
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    assert environment_of(0)["PYTHONHASHSEED"] == environment_of(1)["PYTHONHASHSEED"] == "7"


def test_the_path_of_the_user_is_kept(launched, folder, monkeypatch):
    """A module that only PYTHONPATH leads to is found, by a relative path too."""
    (folder / "lib").mkdir()
    (folder / "lib" / "far.py").write_text("def away():\n    return 1\n")
    monkeypatch.setenv("PYTHONPATH", "lib")
    assert launched(function_spec("far:away")).get("problem") is None


def test_the_interpreter_is_that_of_the_active_environment(tmp_path, monkeypatch):
    """VIRTUAL_ENV, or else the Python that runs gilbench."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    assert active_python() == sys.executable
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    assert active_python() == str(tmp_path / "bin" / "python")


def test_an_extension_that_switches_the_gil_on_is_named(target_bundle, folder):
    """On a free-threaded build, once, when it is imported."""
    threaded = find_or_skip(THREADED)
    (folder / "switches.py").write_text(SWITCHES)
    spec = function_spec("switches.py:work")
    with Launch(threaded, target_bundle, Settings(site=True), environment_of(0)) as launch:
        launch.set_up(LIMIT_S)
        trial = launch.ask("try call", LIMIT_S, limit_ns=10**9, **spec.request)
    assert (trial["gil_before"], trial["gil_after"]) == (False, True)
    assert trial["gil_culprits"] == ["_testmultiphase_null_slots"]
