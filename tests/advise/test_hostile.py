"""Functions that take long, need memory, start workers themselves or never end: small, and for real."""

from __future__ import annotations

import sys

import pytest
from tests.advise.conftest import advise
from tests.advise.test_ways import mapped

import gilbench
from gilbench.measure.targets.calls import function_spec
from gilbench.results import folder as layout
from gilbench.results import tables
from gilbench.summary.call_reasons import in_plain_words

HUNGRY = """
import multiprocessing, resource

def hungry():
    if multiprocessing.parent_process() is None:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 26, hard))
    try:
        return len(bytearray(1 << 28))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
"""
KILLED = """
import multiprocessing, os, signal

def killed():
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
"""
CRASHES = """
import multiprocessing, os, signal

def crashes():
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGSEGV)
"""
POOLED = """
import multiprocessing

def square(n):
    return n * n

def pooled():
    with multiprocessing.Pool(2) as pool:
        return pool.map(square, range(4))
"""
JOBS = """
import joblib

def square(n):
    return n * n

def jobs():
    return joblib.Parallel(n_jobs=2)(joblib.delayed(square)(n) for n in range(4))
"""
ENDLESS = """
import time

while True:
    try:
        while True:
            time.sleep(0.01)
    except BaseException:
        pass
"""


def failure_of(launched, folder, source, name, way):
    """Why a way cannot run the function of a module, in plain words; "" where it can."""
    (folder / f"{name}.py").write_text(source)
    failed = mapped(launched, function_spec(f"{name}.py:{name}"), way).get("failed", "")
    return in_plain_words(failed, way)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces RLIMIT_AS")
@pytest.mark.parametrize("way", ["process", "process-pool"])
def test_workers_without_memory_are_a_row_with_its_cause(launched, folder, way):
    """Threads go on: they are no children."""
    failure = failure_of(launched, folder, HUNGRY, "hungry", way)
    assert failure.startswith("there was not enough memory for its workers (")
    assert failure_of(launched, folder, HUNGRY, "hungry", "thread") == ""


def test_a_worker_that_the_system_ends_says_so(launched, folder):
    """As it does where memory runs out."""
    failure = failure_of(launched, folder, KILLED, "killed", "process")
    assert failure.startswith("a worker process was ended from outside") and "SIGKILL" in failure


@pytest.mark.parametrize("way", ["process", "process-pool"])
def test_a_worker_that_crashes_is_a_row_with_its_cause(launched, folder, way):
    """As an extension does that reads a null pointer; threads, which do not crash here, go on."""
    failure = failure_of(launched, folder, CRASHES, "crashes", way)
    assert failure.startswith("a worker process ended (")
    assert ("SIGSEGV" in failure) == (way == "process")  # a pool does not say how it ended
    assert failure_of(launched, folder, CRASHES, "crashes", "thread") == ""


@pytest.mark.parametrize("way", ["thread", "process-pool"])
def test_workers_run_a_function_with_a_pool_inside(launched, folder, way):
    """Its children find the module by its name."""
    assert failure_of(launched, folder, POOLED, "pooled", way) == ""


def test_a_pool_in_a_pool_is_named_with_the_remedy(launched, folder):
    """Workers of a Pool may have no children."""
    failure = failure_of(launched, folder, POOLED, "pooled", "pool")
    assert failure.startswith("it starts processes itself, which a worker of Pool may not")


def test_workers_run_a_function_with_joblib_inside(launched, folder):
    """What it pickles is found by a child."""
    pytest.importorskip("joblib")
    assert failure_of(launched, folder, JOBS, "jobs", "thread") == ""


def test_an_import_that_catches_everything_does_not_hang(folder):
    """It is ended, and the line says how long it was waited for."""
    (folder / "endless.py").write_text(ENDLESS)
    answer, said = advise("endless.py:f", "--budget", "3")
    assert not answer and "its import and a first call did not return within" in said


def test_a_call_of_more_than_a_second_keeps_to_its_budget(folder):
    """Nothing begins after the time is over, and what there was no time for is said."""

    def check(answer):
        assert answer["bound"] == "I/O-bound" and answer["call_s"] > 1
        assert answer["outcome"] in ("use", "undecided")
        assert "keep it serial" not in answer["answer"]
        assert any("more time: --budget" in finding for finding in answer["findings"])
        run = tables.load(layout.resolve(folder / "runs" / "latest"))
        assert run.observations["began_s"].max() < budget_s

    for budget_s in (5, 20, 60):  # a busy host gets to the end of a call in a longer time only
        seconds = f"[{0.21 * budget_s}]"
        answer, _ = advise("time:sleep", "--args", seconds, "--budget", f"{budget_s}")
        try:
            check(answer)
            break
        except (AssertionError, KeyError):
            if budget_s == 60:
                raise


def test_threads_that_gain_nothing_are_no_reason_to_keep_it_serial(folder, monkeypatch):
    """Where only they were measured, processes may pay."""
    monkeypatch.syspath_prepend(folder)
    import work

    monkeypatch.delitem(sys.modules, "work")
    measured = gilbench.measure(work.pure, strategies=["thread"], budget_s=3, out=folder / "runs")
    verdicts = gilbench.load(measured.folder).verdicts.set_index("id")
    assert verdicts.loc["call/strategy", "verdict"] == "INCONCLUSIVE"
    assert "keep it serial" not in verdicts.loc["call/strategy", "reason"]
