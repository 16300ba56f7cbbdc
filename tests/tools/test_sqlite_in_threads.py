"""Both kinds of launches measure a gain, and say so where there is no library to configure."""

import ctypes
import math
import sys

import pytest
from tools import sqlite_in_threads


@pytest.mark.parametrize("kind", sqlite_in_threads.KINDS)
def test_a_launch_measures_a_gain(kind):
    """In the process itself it is seen whether memory is counted."""
    try:
        ctypes.CDLL(sqlite_in_threads.LIBRARY)
    except OSError:
        pytest.skip(f"no {sqlite_in_threads.LIBRARY} on this host")
    try:
        gain = math.exp(sqlite_in_threads.launch(sys.executable, kind, pairs=1))
    except SystemExit as error:
        if "built in" in str(error):
            pytest.skip(str(error))
        raise
    assert 0.05 < gain < 20


def test_a_library_that_is_not_there_ends_in_one_line(monkeypatch):
    monkeypatch.setattr(sqlite_in_threads, "LIBRARY", "libnothing.so.0")
    with pytest.raises(SystemExit, match=r"libnothing\.so\.0"):
        sqlite_in_threads.launch(sys.executable, "counted")
