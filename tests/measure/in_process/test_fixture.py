"""The fixture as tests use it: in sessions of pytest, measured for real where the outcome is certain."""

import os
import re
import subprocess
import sys
import textwrap

import pytest

PATIENT = "gilbench_seconds = 120"  # on a busy host; elsewhere a second decides
HEAD = """
import hashlib, time
import pytest

BUFFER = bytes(1 << 20)

def spin():
    total = 0
    for n in range(20_000):
        total += n * n
    return total
"""


@pytest.fixture
def session(tmp_path):
    """Run a session of pytest over a test file; returns its output."""

    def run(tests, *arguments, ini="", cores=None):
        path = tmp_path / "test_gil.py"
        path.write_text(HEAD + textwrap.dedent(tests), encoding="utf-8")
        (tmp_path / "pytest.ini").write_text(
            f"[pytest]\naddopts = --strict-markers\n{ini}\n", encoding="utf-8"
        )
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-rA",
            "-p",
            "no:cacheprovider",
            *arguments,
            path.name,
        ]
        limit = None if cores is None else lambda: os.sched_setaffinity(0, cores)
        done = subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=limit,
            timeout=800,
        )
        return done.stdout + done.stderr

    return run


def test_waiting_overlaps_in_threads(session):
    """Threads that wait gain, on any number of cores, and the test passes."""
    said = session(
        "def test(gil):\n    assert gil.speedup(time.sleep, 0.05, threads=4) > 2", ini=PATIENT
    )
    assert "1 passed" in said, said


def test_a_function_that_holds_the_gil_fails(session):
    """The failure shows the estimate, its interval, the control and the command to look closer."""
    said = session("def test(gil):\n    assert gil.held(spin) < 0.2", ini=PATIENT)
    assert "1 failed" in said, said
    assert re.search(
        r"share of its time that spin holds the GIL: \d+ % \[\d+ %, \d+ %\], control \(a hash", said
    )
    assert "to look closer: gilbench advise test_gil.py:spin" in said


def test_releasing_is_a_yes_or_no(session):
    """A hash over a large buffer releases the GIL, a loop does not; both tests pass."""
    said = session(
        """
        def test_hash(gil):
            assert gil.releases(hashlib.sha256, BUFFER)

        def test_loop(gil):
            assert not gil.releases(spin)
        """,
        ini=PATIENT,
    )
    assert "2 passed" in said, said


def test_a_call_that_never_releases_stalls_others(session):
    """One long call in C is a stall of its length: the wait that a test forbids shows in a failure."""
    said = session(
        """
        def test(gil):
            assert gil.stall(sum, range(5_000_000)) > 0.005
        """,
        ini=PATIENT,
    )
    assert "1 passed" in said, said


@pytest.mark.parametrize(
    ("ini", "outcome"), [("", "1 skipped"), ("gilbench_undecided = fail", "1 failed")]
)
def test_undecided_skips_or_fails_as_set(session, ini, outcome):
    """A function that is too slow for its time ends the test as the project chose, with the remedy."""
    said = session(
        """
        @pytest.mark.gil(seconds=0.2)
        def test(gil):
            assert gil.held(time.sleep, 0.2) < 0.1
        """,
        ini=ini,
    )
    assert outcome in said, said
    assert "undecided" in said and "give it time: @pytest.mark.gil(seconds=" in said


def test_the_marker_has_precedence(session):
    """A test that must decide says so, whatever the project's setting is."""
    said = session(
        """
        @pytest.mark.gil(seconds=0.2, undecided="fail")
        def test(gil):
            assert gil.held(time.sleep, 0.2) < 0.1
        """,
        ini="gilbench_undecided = skip",
    )
    assert "1 failed" in said, said


@pytest.mark.parametrize(
    ("mark", "ini", "message"),
    [
        (
            "",
            "gilbench_undecided = xfail",
            "unknown gilbench_undecided 'xfail' (choose from: skip, fail)",
        ),
        ("@pytest.mark.gil(seconds=0)", "", "a time above 0"),
        ("@pytest.mark.gil(3)", "", "the marker is written @pytest.mark.gil(seconds=10"),
        ("", "gilbench_seconds = soon", "a time above 0"),
    ],
)
def test_a_bad_setting_is_refused_in_one_line(session, mark, ini, message):
    """A setting that cannot be used is named with what can, and nothing is measured."""
    said = session(f"{mark}\ndef test(gil):\n    assert gil.held(spin) < 0.2", ini=ini)
    assert message in said and "1 error" in said, said
    assert "Traceback" not in said


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs processor affinity")
def test_too_few_cores_skip_with_the_reason(session):
    """Threads that compute cannot gain on one core, which says nothing about the GIL."""
    said = session(
        "def test(gil):\n    assert gil.speedup(spin) > 1.5", cores={min(os.sched_getaffinity(0))}
    )
    assert (
        "1 skipped" in said and "2 CPU-bound threads need 2 cores, and 1 is usable here" in said
    ), said


def test_an_error_of_the_function_is_the_tests(session):
    """What the function raises in a thread ends the test with its own message."""
    said = session("def test(gil):\n    assert gil.speedup(int, 'x') > 1")
    assert "1 failed" in said and "invalid literal for int()" in said, said


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("gil.speedup(spin())", "hand over the function and its arguments"),
        ("gil.held(wait)", "only makes a coroutine"),
        ("gil.held(numbers)", "only makes a generator"),
        ("gil.speedup(spin, threads=1)", "threads=1 is no whole number from 2 to 64"),
        ("gil.speedup(spin, threads=2.5)", "threads=2.5 is no whole number"),
    ],
)
def test_what_cannot_be_measured_is_refused(session, call, message):
    """A result in place of a function, one that has to be run to its end, and a senseless number of threads."""
    head = "async def wait(): pass\ndef numbers(): yield 1\n"
    said = session(f"{head}def test(gil):\n    assert {call} > 1")
    assert "1 failed" in said and message in said, said


@pytest.mark.parametrize(("wanted", "selected"), [("gil", "test_it"), ("not gil", "test_else")])
def test_the_marker_selects_every_test_that_uses_the_fixture(session, wanted, selected):
    """Without being written."""
    said = session(
        """
        def test_it(gil):
            pass

        def test_else():
            pass
        """,
        "-m",
        wanted,
    )
    assert "1 passed, 1 deselected" in said and f"PASSED test_gil.py::{selected}" in said, said


def test_the_marker_of_a_module_holds(session):
    """A test that uses the fixture is marked already by it."""
    said = session(
        """
        pytestmark = pytest.mark.gil(seconds=0.2, undecided="fail")

        def test(gil):
            assert gil.held(time.sleep, 0.2) < 0.1
        """
    )
    assert "1 failed" in said and "undecided" in said, said


def test_a_session_without_the_fixture_loads_none_of_it(session):
    """Tests that do not measure do not pay: neither the measuring code nor numpy is imported."""
    said = session(
        """
        import sys

        def test():
            assert not [name for name in sys.modules if name.startswith(("gilbench.measure.in_process", "numpy"))]
        """
    )
    assert "1 passed" in said, said


def test_the_collector_is_left_as_it_was(session):
    """Garbage that was set aside for measuring is the collector's again."""
    said = session(
        """
        import gc

        def test(gil):
            gil.held(time.sleep, 0.001)
            assert gc.get_freeze_count() == 0 and gc.isenabled()
        """,
        ini=PATIENT,
    )
    assert "1 passed" in said, said


def test_what_a_session_has_frozen_stays_so(session):
    """Its own gc.freeze() is not undone."""
    said = session(
        """
        import gc

        def test(gil):
            gc.freeze()
            gil.held(time.sleep, 0.001)
            assert gc.get_freeze_count() > 0
            gc.unfreeze()
        """,
        ini=PATIENT,
    )
    assert "1 passed" in said, said
