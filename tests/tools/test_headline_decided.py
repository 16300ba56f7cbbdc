"""What CI says of a quick run that leaves the headline open."""

import json
import sys

import pytest
from tools import headline_decided

from gilbench.claims.margins import BUSY_HOST
from gilbench.model import CeilingControl

EVEN, UNEVEN = (100,) * 9 + (70,), (100,) * 8 + (70,) * 2  # loops in windows on one core


@pytest.fixture
def code_of(tmp_path, monkeypatch):
    """The exit code for a run whose A16 has an outcome for a reason."""

    def run(outcome, reason, windows=EVEN):
        verdict = {"id": "A16", "target": "3.13", "verdict": outcome, "reason": reason}
        (tmp_path / "verdicts.json").write_text(json.dumps([verdict]), encoding="utf-8")
        control = CeilingControl("i", 0, 2, 0.0, 1.9, (windows,), (windows,))
        monkeypatch.setattr(headline_decided.layout, "read_records", lambda folder: [control])
        monkeypatch.setattr(sys, "argv", ["headline_decided", str(tmp_path), "A16", "B3"])
        return headline_decided.main()

    return run


@pytest.mark.parametrize(
    ("outcome", "reason", "code"),
    [
        ("PROVED", "speedup 0.97", 0),
        ("REFUTED", "speedup 1.9", 0),
        ("INCONCLUSIVE", f"ceiling 1.02 (needs > 1.3); {BUSY_HOST}", 0),
        ("INCONCLUSIVE", "leans to PROVED: more time would decide", 1),
    ],
)
def test_only_a_host_without_cores_excuses_an_open_headline(code_of, outcome, reason, code):
    """Decided either way is fine, and so is a busy host; a run that was too short is not."""
    assert code_of(outcome, reason) == code


def test_an_uneven_host_is_no_fault_of_the_run(code_of, capsys):
    """It is told how uneven; a decided headline is fine on any host."""
    assert code_of("INCONCLUSIVE", "leans to PROVED", UNEVEN) == 0
    assert "uneven: 20% of the windows" in capsys.readouterr().out
    assert code_of("PROVED", "speedup 0.97", UNEVEN) == 0
