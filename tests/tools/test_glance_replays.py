"""Recorded launches are judged as a glance judges: more of them decide, and a claim that the run lacks is left out."""

import dataclasses
from pathlib import Path

import pytest
from tests import journals
from tools import glance_replays

from gilbench.results import tables as loading


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return journals.unpack("noisy-2", tmp_path_factory.mktemp("recorded"))


def test_a_row_has_every_window_of_a_run(folder):
    """Of 24 launches there are 18 windows of 7, 5 of 20 and none of 28; the longer ones decide A17 more often."""
    *_, row = glance_replays.table([folder])
    name, *cells = [cell.strip() for cell in row.strip("|").split("|")]
    windows = ["18", "13", "9", "5", "–"]
    assert name == "noisy-2" and [cell.split()[-1] for cell in cells] == windows * 2
    shares = [int(cell.split()[0]) / int(cell.split()[-1]) for cell in cells[5:9]]
    assert shares[0] < shares[-1]


def test_what_is_not_certain_at_the_level_of_a_glance_is_not_decided(folder, monkeypatch):
    monkeypatch.setattr(glance_replays, "LEVEL", 0.0)
    assert not glance_replays.is_decided(loading.load(folder), "A17")


def test_a_run_without_a_claim_has_no_windows_of_it(folder):
    whole = loading.load(folder)
    nothing = dataclasses.replace(whole, launches=whole.launches.iloc[:0])
    assert list(glance_replays.windows(nothing, "A16", 7)) == []
