"""What a free-threaded interpreter does to a call, from made-up launches."""

from __future__ import annotations

from tests import synthetic
from tests.summary.calls import TRIAL, advised, four

from gilbench.summary.call_facts import Observed
from gilbench.summary.call_free_threaded import against_free_threaded
from gilbench.summary.call_lines import first_words

THREADED = synthetic.make_target(version="3.14.0", gil=False)
FREE = {**TRIAL, "gil_before": False, "gil_after": False}


def launches(gain, slower=1.0):
    """Four launches of two threads; every call takes ``slower`` times as long as usual."""
    observed = four(gain)
    for seen in observed:
        for pair in seen["pairs"]:
            for half in pair.values():
                half["wall_ns"] = int(half["wall_ns"] * slower)
    return observed


def test_the_serial_loss_and_the_gain_of_threads_are_stated():
    """Serial code a tenth slower there, and threads that double that."""
    here = Observed(TRIAL, {("thread", 2): launches(1.0)})
    there = Observed(FREE, {("thread", 2): launches(2.0, slower=1.1)})
    compared = against_free_threaded(here, THREADED, there)
    assert round(compared.serial.center, 2) == 0.91
    assert round(compared.threads.center, 2) == 1.82
    assert compared.serial.lo < compared.serial.center < compared.serial.hi
    assert "one call after another runs 0.91×" in compared.sentence


def test_why_it_is_not_known_is_a_line():
    """A package that is missing there, an extension that switches the GIL on, and no time."""
    here = Observed(TRIAL, {("thread", 2): launches(1.0)})
    missing = Observed({"problem": "it imports numpy", "missing": "numpy"})
    switched = Observed({**FREE, "gil_after": True, "gil_culprits": ["fast_xml"]})
    for there, words in (
        (missing, "it imports numpy"),
        (switched, "fast_xml switches the GIL on; try --python"),
        (Observed(FREE), "there was no time"),
    ):
        assert words in against_free_threaded(here, THREADED, there).sentence


def test_the_first_answer_is_one_line():
    """What is known after the first launches."""
    answer = advised({("thread", 2): four(1.9, cores=1.9)})
    assert first_words(answer) == (
        "so far: CPU-bound; it holds the GIL for about 0 % of its time; "
        "Thread, 2 workers: 1.90× as fast as one call after another; still measuring"
    )
