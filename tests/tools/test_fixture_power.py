"""The tool that counts the fixture's failures: the outcome of every test, and busy processes that end."""

import importlib.util
import sys
from pathlib import Path

import psutil
import pytest

TOOL = Path(__file__).parents[2] / "tools" / "fixture_power.py"
TESTS = """
import pytest

def test_passes(): pass
def test_fails(): assert False
def test_is_undecided(): pytest.skip("undecided")
def test_cannot_be_set_up(missing): pass
"""


@pytest.fixture(scope="module")
def tool():
    """The tool as a module."""
    spec = importlib.util.spec_from_file_location("fixture_power", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(TOOL.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TOOL.parent))
    return module


def test_every_outcome_is_counted_as_what_it_is(tool, tmp_path):
    """A failure, and an error before it, is a failure; a skipped test is not."""
    (tmp_path / "test_digest.py").write_text(TESTS, encoding="utf-8")
    assert dict(tool.outcomes(tmp_path)) == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_is_undecided": "skipped",
        "test_cannot_be_set_up": "failed",
    }


def test_busy_processes_end_with_the_trial(tool):
    """Whatever happens meanwhile, nothing goes on spinning afterwards."""
    before = set(psutil.Process().children())
    with pytest.raises(KeyboardInterrupt), tool.busy_processes(2):
        spinning = set(psutil.Process().children()) - before
        assert len(spinning) == 2
        raise KeyboardInterrupt
    assert not any(process.is_running() for process in spinning)


def test_both_functions_digest_the_same(tool):
    """The change that is to be found changes nothing but how long the GIL is held."""
    digests = set()
    for source in tool.FUNCTIONS.values():
        names = {}
        exec(tool.HEAD + source, names)  # noqa: S102 - a constant of the tool
        digests.add(names["digest"](names["BUFFER"]).hexdigest())
    assert len(digests) == 1


def test_a_later_call_adds_the_runs_that_are_missing(tool, tmp_path, monkeypatch):
    """Pieces add up in the journal: what it has is not measured again, and each kind is counted by itself."""
    journal = tool.Journal(tmp_path / "runs.jsonl")
    enough = tool.TimeLeft(60)
    monkeypatch.setattr(tool, "outcomes", lambda folder: iter([("test_held", "passed")]))
    tool.measure("identical", 2, 0, journal, enough)
    tool.measure("identical", 3, 0, journal, enough)
    tool.measure("holds", 1, 0, journal, enough)
    assert [run["function"] for run in journal.read()] == ["identical"] * 3 + ["holds"]


def test_the_table_counts_each_kind_of_run(tool):
    """Failures stand with their interval; what was skipped is undecided and not passed."""
    outcomes = ["failed", "passed", "skipped", "passed"]
    runs = [
        {"function": "holds", "busy": 2, "outcomes": {"test_held": outcome}} for outcome in outcomes
    ]
    (*_, row) = tool.table(runs)
    assert row == "| holds | 2 | test_held | 1 of 4 | 0.6% to 80.6% | 2 | 1 |"
