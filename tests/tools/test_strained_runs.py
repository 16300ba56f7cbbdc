"""Trials under strain are continued where they stopped, and verdicts that contradict the reference are named."""

import importlib.util
import json
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "strained_runs.py"
REFERENCE = {"A16": "PROVED", "A17": "PROVED", "A2": "REFUTED", "B1": "INCONCLUSIVE"}


@pytest.fixture
def tool():
    spec = importlib.util.spec_from_file_location("strained_runs", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entry(condition: str = "busy", seed: int = 0, **verdicts: str) -> dict:
    """What a trial leaves in the journal."""
    return {
        "condition": condition,
        "seed": seed,
        "exit": 0,
        "said": "",
        "seconds": 60.0,
        "verdicts": verdicts,
        "reasons": dict.fromkeys(verdicts, "because"),
    }


def test_only_a_claim_that_both_decide_can_be_wrong(tool):
    """What stays open is not wrong, nor is what the reference leaves open or does not have."""
    seen = entry(A16="REFUTED", A17="INCONCLUSIVE", A2="REFUTED", B1="PROVED", B9="PROVED")
    assert tool.wrong_in(seen, REFERENCE) == ["A16"]


def test_a_wrong_verdict_is_named_and_is_exit_code_1(tool, tmp_path, capsys):
    """With the condition, the seed and its reason."""
    journal = tmp_path / "trials.jsonl"
    right, wrong = entry(A16="PROVED"), entry("quota", 3, A16="REFUTED")
    journal.write_text(json.dumps(right) + "\n", encoding="utf-8")
    assert tool.count(journal, REFERENCE) == 0
    journal.write_text(f"{json.dumps(right)}\n{json.dumps(wrong)}\n", encoding="utf-8")
    assert tool.count(journal, REFERENCE) == 1
    assert "wrong: quota, seed 3: A16 REFUTED: because" in capsys.readouterr().out


def test_trials_are_continued_where_they_stopped(tool, tmp_path, monkeypatch):
    """With the seeds that are missing, and a line that was cut off measured again."""
    journal = tmp_path / "trials.jsonl"
    kept = entry("busy", 0, A16="PROVED")
    journal.write_text(json.dumps(kept) + "\n" + '{"condition": "bu\n', encoding="utf-8")
    asked = []

    def trial(condition, seed, profile):
        asked.append((condition, seed))
        return entry(condition, seed, A16="PROVED")

    monkeypatch.setattr(tool, "trial", trial)
    tool.measure(journal, ("busy", "quota"), 2, 60, "quick")
    assert asked == [("quota", 0), ("busy", 1), ("quota", 1)]
    asked.clear()
    tool.measure(journal, ("busy", "quota"), 2, 60, "quick")
    assert asked == []
