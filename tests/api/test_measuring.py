"""``gilbench.measure``: chosen ways, measured for real and small, and what it refuses."""

from __future__ import annotations

import doctest
import zlib
from types import SimpleNamespace

import pytest

import gilbench
from gilbench.api import measuring


def test_the_chosen_ways_are_measured_and_no_others(tmp_path):
    """Each is a row, with every number of workers, however often it was given; the run can be loaded."""
    measured = gilbench.measure(
        zlib.crc32, (b"text",), strategies=["thread"] * 2, workers=[2, 3], budget_s=4, out=tmp_path
    )
    assert sorted(measured.ways["workers"]) == [2, 3] and set(measured.ways["strategy"]) == {
        "thread"
    }
    assert (measured.ways["failed"] == "").all() and (measured.ways["gain"] > 0).all()
    assert "thread" in repr(measured) and "<table" in measured._repr_html_()
    assert measured.shipped == "imported from zlib" and measured.holds_gil is not None
    assert gilbench.load(measured.folder).run.profile == "advise"


def test_what_is_missing_is_a_dash(tmp_path):
    """One launch has no interval, and a way that failed has no gain."""
    once = SimpleNamespace(strategy="thread", workers=2, gain=None, speed=1.5, failed="")
    failed = SimpleNamespace(strategy="pool", workers=2, gain=None, speed=None, failed="no pickle")
    answer = SimpleNamespace(target="3.13", ways=[once, failed], holds_gil=None)
    measured = measuring.Measured([answer], "", tmp_path)
    assert measured._repr_html_().count("<td>–</td>") == 5 and "None" not in repr(measured)
    assert measured.ways["lo"].isna().all() and measured.ways["gain"].max() == 1.5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"strategies": ["threads"]}, "unknown strategy 'threads' .choose from: asyncio, "),
        ({"strategies": None}, "nothing to measure"),
        ({"strategies": "threads"}, "unknown strategy 'threads' .choose from: asyncio, "),
        ({"workers": [0]}, "0 is not a number of workers"),
        ({"workers": [True]}, "True is not a number of workers"),
        ({"workers": 10**6}, "1000000 workers of thread are too many; give "),
        ({"budget_s": float("nan")}, "budget_s=nan is no budget; give 3 seconds or more"),
        ({"budget_s": "10"}, "budget_s='10' is no budget"),
        ({"python": "nosuchpython"}, "nosuchpython"),
        ({"workers": []}, "nothing to measure"),
        ({"strategies": ["asyncio"]}, "asyncio does not suit it there; choose from: thread, "),
    ],
)
def test_what_cannot_be_measured_is_one_line(tmp_path, options, said):
    """The message names what there is instead."""
    with pytest.raises(gilbench.InputError, match=said):
        gilbench.measure(zlib.crc32, (b"x",), **{"budget_s": 3, "out": tmp_path, **options})


def test_the_folder_of_that_name_does_not_hide_the_function():
    """Whatever was imported before: ``gilbench.measure`` can be called."""
    import gilbench.measure.launches

    with pytest.raises(gilbench.InputError, match="nothing to measure"):
        gilbench.measure(zlib.crc32, strategies=[])


def test_the_example_runs():
    """It is the documentation of the function."""
    results = doctest.testmod(measuring)
    assert results.attempted >= 4 and results.failed == 0
