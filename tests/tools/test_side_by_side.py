"""The run on several interpreters: started once, resumed afterwards, and its page made from the journal."""

import importlib.util
import sys
from pathlib import Path

import pytest
from tests import journals

TOOL = Path(__file__).parents[2] / "tools" / "side_by_side.py"


@pytest.fixture
def side_by_side(tmp_path, monkeypatch):
    """The tool as a module that keeps journals and writes its page in a folder of the test."""
    spec = importlib.util.spec_from_file_location("side_by_side", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "JOURNALS", tmp_path / "facts")
    monkeypatch.setattr(module, "PAGE", tmp_path / "page.md")
    return module


def test_a_run_is_started_once_and_resumed_afterwards(side_by_side, tmp_path):
    """What is there is continued, with its interpreters named again."""
    started = side_by_side.command_of(tmp_path, ["3.8", "3.14t"], "standard")
    assert started[5:9] == ["--profile", "standard", "--out", str(tmp_path)]
    assert "--claim=A16" in started and started[-2:] == ["--python=3.8", "--python=3.14t"]
    run = journals.unpack("glance-1", tmp_path)
    resumed = side_by_side.command_of(tmp_path, ["3.8"], "standard")
    assert resumed[-3:] == ["--resume", str(run), "--python=3.8"]


def test_a_complete_run_is_not_measured_again(side_by_side, tmp_path, capsys):
    """Nothing is started, and the exit code is 0."""
    journals.unpack("glance-1", tmp_path)
    assert side_by_side.measure(tmp_path, [sys.executable], "quick", 1.0) == 0
    assert "is complete" in capsys.readouterr().out


def test_the_page_is_made_from_the_kept_journal(side_by_side, tmp_path, capsys):
    """Each verdict has its cell, and what is open its reason."""
    journals.unpack("noisy-2", tmp_path / "out")
    (tmp_path / "page.md").write_text("before\n<!-- run -->\nold\n<!-- /run -->\nafter\n")
    assert side_by_side.main(["page", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "facts" / "noisy-2").iterdir()) == [
        "rounds.jsonl.gz",
        "run.json.gz",
    ]
    run, verdicts = side_by_side.verdicts_of(tmp_path / "facts" / "noisy-2")
    assert all("/" not in target.executable for target in run.targets)
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert page.startswith("before\n") and page.endswith("after\n") and "old" not in page
    for verdict in verdicts:
        assert f"| {verdict.id} {verdict.statement} | {side_by_side.cell(verdict)} |" in page
        if verdict.label in side_by_side.OPEN:
            assert f"- {verdict.id} on {verdict.target}: {verdict.reason}." in page
    assert capsys.readouterr().out.strip() == "page.md written"


def test_without_a_run_there_is_no_page(side_by_side, tmp_path, capsys):
    """One line with the remedy, and exit code 2."""
    assert side_by_side.main(["page", str(tmp_path)]) == 2
    assert "measure first" in capsys.readouterr().err
