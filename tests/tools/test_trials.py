"""The journal of tools that measure for hours, and the time that they may take."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import trials

sys.path.pop(0)


def test_a_line_that_was_cut_off_does_not_count(tmp_path):
    """The trial is made again, and the line that ends it is not lost."""
    journal = trials.Journal(tmp_path / "folder" / "journal.jsonl")
    assert journal.read() == []
    journal.add({"number": 1})
    journal.add({"number": 2})
    text = journal.path.read_text()
    journal.path.write_text(text[:-6])
    assert journal.read() == [{"number": 1}]
    journal.add({"number": 3})
    assert journal.read() == [{"number": 1}, {"number": 3}]


@pytest.mark.parametrize(("minutes", "trials_made"), [(0, 1), (1.0, 3), (1.4, 4), (10.0, 20)])
def test_no_trial_begins_that_would_end_too_late(minutes, trials_made, monkeypatch):
    """Trials of 20 s each, but for the first, which always begins."""
    now_s = 100.0
    monkeypatch.setattr(trials.time, "monotonic", lambda: now_s)
    time_left, made = trials.TimeLeft(minutes), 0
    while made < 20 and time_left.for_another():
        now_s += 20
        made += 1
    assert made == trials_made
