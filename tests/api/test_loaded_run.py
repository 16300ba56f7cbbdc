"""A run as frames, through the door for Python."""

import pandas as pd
import pytest
from tests import journals

import gilbench
from gilbench.summary.columns import csv_header


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A recorded run, read through the door for Python."""
    return gilbench.load(journals.unpack("quiet-1", tmp_path_factory.mktemp("results")))


def test_cases_are_those_of_the_summary(loaded):
    """Each case is a row, with the columns of summary.csv and numbers to compute with."""
    assert tuple(loaded.cases.columns) == csv_header()
    assert len(loaded.cases) == loaded.cases["item"].nunique() > 0
    assert (loaded.cases["speedup_lo"].dropna() <= loaded.cases["speedup"].dropna()).all()


def test_rounds_are_those_of_the_journal(loaded):
    """Each round is a row, and the rounds of a case can be found by its item."""
    item = loaded.cases["item"].iloc[0]
    rounds = loaded.rounds[loaded.rounds["item"] == item]
    assert set(rounds["role"]) == {"case", "reference"} and (rounds["wall_ns"] > 0).all()


def test_verdicts_are_judged_from_the_journal(loaded):
    """Each claim is a row for each target, with its verdict in words and its estimate as numbers."""
    decided = loaded.verdicts[loaded.verdicts["verdict"].isin(["PROVED", "REFUTED"])]
    assert len(decided) and not (loaded.folder / "verdicts.json").exists()
    assert (decided["estimate_lo"] <= decided["estimate_hi"]).all()


def test_a_run_shows_itself_in_jupyter(loaded):
    """The page of a notebook has the speedups with their intervals, and the verdicts, and no markup of names."""
    shown = loaded._repr_html_()
    assert shown.count("<table") == 2 and "× [" in shown and "PROVED" in shown
    assert "cases" in repr(loaded) and "<run" not in shown


def test_what_is_no_run_is_refused_with_the_remedy(tmp_path):
    """A path without a run ends in the error of the command line, which can be caught by its name."""
    with pytest.raises(gilbench.InputError, match="is not a run folder"):
        gilbench.load(tmp_path)


def test_frames_are_made_once(loaded):
    """A notebook that asks again gets the same object."""
    assert isinstance(loaded.cases, pd.DataFrame) and loaded.cases is loaded.cases
