"""A few trials of each entry of ``make torture``, with more patience than it has."""

import sys

import pytest

from tests.torture import entries, hostile, kills

SHORT = [(entry, number) for entry in entries() for number in entry.short]


@pytest.mark.skipif(sys.platform != "linux", reason="what a trial started is found in /proc")
@pytest.mark.parametrize(
    ("entry", "number"), SHORT, ids=[f"{entry.name}-{number}" for entry, number in SHORT]
)
def test_a_trial_finds_nothing_wrong(entry, number, tmp_path, monkeypatch):
    """The same trials as ``make torture`` makes with its usual seed."""
    for module in (kills, hostile):
        monkeypatch.setattr(module, "LEFT_AFTER_S", 60.0)
    trial = entry.trial(0, number, tmp_path)
    assert not trial.wrong, trial.did
