"""Where a call runs: the hash seed, its own child processes, the free-threaded build that an extension changes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.advise.conftest import LIMIT_S, ask_patiently
from tests.advise.test_ways import AMOUNTS
from tests.interpreters import find_or_skip

from gilbench.measure.launches import Launch
from gilbench.measure.targets.calls import active_python, environment_of, function_spec
from gilbench.model import Settings
from gilbench.summary.call_reasons import in_plain_words

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
    assert trial["children_ns"] > 0


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


def test_a_lock_that_random_numbers_share_is_not_blamed_on_a_gil(folder):
    """Threads of a free-threaded build gain little from ``random.random()``, and no GIL keeps them."""
    threaded = find_or_skip(THREADED)

    def check(answer):
        assert answer["holds_gil"] is None and answer["free_threaded"] is None
        speeds = [row["speed"] for row in answer["ways"] if row["strategy"] == "thread"]
        assert max(speeds) < 1.7
        assert not [why for why in answer["why_not_more"] if "holds the GIL" in why]

    statement = "for _ in range(2000): random.random()"
    ask_patiently(check, "-s", "import random", statement, "--python", threaded)


def test_what_a_free_threaded_python_does_is_measured_where_there_is_one(folder, monkeypatch):
    """Nobody has to ask for it."""
    threaded = Path(find_or_skip(THREADED))
    monkeypatch.setenv("PATH", f"{threaded.parent}{os.pathsep}{os.environ['PATH']}")

    def check(answer):
        assert answer["free_threaded"]["target"].partition(",")[0].endswith("t")
        assert answer["free_threaded"]["serial"] is not None

    ask_patiently(check, "work.py:pure", budgets=("10", "60", "200"))


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


def in_interpreters(target_bundle, spec):
    """What two interpreters of Python 3.14 make of a call."""
    call = {"call": dict(spec.request), "form": "plain", "strategy": "interpreter-pool"}
    with Launch(
        find_or_skip("3.14"), target_bundle, Settings(site=True), environment_of(0)
    ) as launch:
        launch.set_up(LIMIT_S)
        return launch.ask("map calls", LIMIT_S, **AMOUNTS, **call)


def test_interpreters_run_a_function(target_bundle, folder):
    """A subinterpreter finds the module by its name."""
    assert "pairs" in in_interpreters(target_bundle, function_spec("work.py:pure"))


def test_an_extension_that_no_second_interpreter_loads_is_named(target_bundle, folder):
    """The pool of interpreters says only that it is broken."""
    (folder / "switches.py").write_text(SWITCHES)
    observed = in_interpreters(target_bundle, function_spec("switches.py:work"))
    words = in_plain_words(observed["failed"], "interpreter-pool")
    assert words.startswith("an extension that it imports does not load in a second interpreter")
