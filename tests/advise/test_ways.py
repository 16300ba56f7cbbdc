"""Every way to spread calls, for real: what it runs, and in which words it says that it cannot."""

from __future__ import annotations

import sys
import time

import pytest

from gilbench.measure.launches import MeasurementError
from gilbench.measure.targets.calls import CallSpec, function_spec, statement_spec
from gilbench.summary.call_reasons import in_plain_words
from gilbench.target.calls import calling
from gilbench.target.result_numbers import number

GATHERED = """
import asyncio

inside = 0

async def awaits():
    global inside
    inside += 1
    with open("at_once", "a") as file:
        file.write(f"{inside}\\n")
    await asyncio.sleep(0.01)
    inside -= 1
"""
WAYS = ("serial", "thread", "thread-pool", "to-thread", "process", "pool", "process-pool")
AMOUNTS = {
    "calls": 2,
    "serial_calls": 2,
    "batches": 4,
    "serial_batches": 1,
    "pairs": 2,
    "warm_up": True,
    "workers": 2,
}


def mapped(launched, spec, strategy, form="plain", **amounts):
    """What a launch answers that has two workers make eight calls."""
    asked = {**AMOUNTS, **amounts, "strategy": strategy, "call": dict(spec.request), "form": form}
    return launched(spec, "map calls", **asked)


@pytest.mark.parametrize("way", WAYS)
def test_a_way_runs_a_function_with_arguments(launched, way):
    """Each pair has its serial and its parallel half."""
    observed = mapped(launched, function_spec("work.py:add", "[1]"), way)
    assert len(observed.get("pairs", [])) == 2, observed


@pytest.mark.parametrize("way", ["thread", "process", "process-pool"])
@pytest.mark.parametrize(("name", "form"), [("generated", "generator"), ("awaited", "coroutine")])
def test_a_way_runs_generators_and_coroutines_to_their_end(launched, way, name, form):
    """Eight calls of some 4 ms in two workers take longer than one of them."""
    observed = mapped(launched, function_spec(f"work.py:{name}"), way, form)
    assert min(pair["parallel"]["wall_ns"] for pair in observed["pairs"]) > 8e6


@pytest.mark.parametrize("way", ["thread", "process", "process-pool"])
@pytest.mark.parametrize(
    ("setup", "statement"),
    [
        ("words = list('abcdefgh')", "set(words)"),  # its order follows the hash seed
        ("import random", "random.random()"),
        ("import numpy; array = numpy.arange(100)", "array * 2"),
        ("import time", "time.sleep(0.002)"),
    ],
    ids=["set", "random", "array", "nothing"],
)
def test_results_of_any_kind_are_no_refusal(launched, way, setup, statement):
    """They are not compared unless that is asked."""
    observed = mapped(launched, statement_spec(setup, statement), way)
    assert len(observed.get("pairs", [])) == 2, observed


def test_coroutines_are_gathered(launched, folder):
    """The waits of as many calls as there are workers overlap."""
    (folder / "gathered.py").write_text(GATHERED)
    observed = mapped(
        launched, function_spec("gathered.py:awaits"), "asyncio", "coroutine", workers=4
    )
    assert "pairs" in observed, observed
    at_once = [int(line) for line in (folder / "at_once").read_text().split()]
    assert max(at_once) == 4


@pytest.mark.parametrize("way", ["thread", "process", "pool", "process-pool"])
def test_a_set_up_is_done_once_in_every_worker(launched, way):
    """A connection that works only in the thread that made it is of use everywhere."""
    spec = function_spec("work.py:use", setup="work.py:connect")
    observed = mapped(launched, spec, way)
    assert "pairs" in observed, observed


@pytest.mark.parametrize("way", ["pool", "process-pool"])
def test_a_lambda_fails_in_a_pool_in_plain_words(launched, way):
    """What a user's pool could not pickle is not advised."""
    failure = mapped(launched, function_spec("work.py:nameless"), way)["failed"]
    assert in_plain_words(failure, way).startswith("it cannot be pickled, which processes need")


def test_a_method_whose_object_has_a_lock_cannot_go_to_a_process(launched):
    """The instance would be pickled with the method; in threads it works."""
    spec = function_spec("work.py:Parser.parse")
    assert "pairs" in mapped(launched, spec, "thread")
    assert "cannot pickle" in mapped(launched, spec, "process-pool")["failed"]


def test_a_worker_that_ends_is_a_failure_with_its_cause(launched, monkeypatch):
    """os._exit in a child."""
    spec = function_spec("work.py:leaves_in_children")
    monkeypatch.setenv("LAUNCH", "0")
    failure = mapped(launched, spec, "process", warm_up=True, serial_batches=0)["failed"]
    assert "exit code 3" in in_plain_words(failure, "process")


def test_an_object_of_another_thread_is_named_with_the_remedy(launched):
    """A connection that threads share works in none of them but the first."""
    failure = mapped(launched, function_spec("work.py:query"), "thread")["failed"]
    assert "belongs to another thread; have every worker make its own, with --setup" in (
        in_plain_words(failure, "thread")
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_workers_are_forked_after_the_import_and_before_any_call(launched):
    """The module is the parent's, and no call has been made in it."""
    spec = function_spec("work.py:inherited")
    observed = mapped(launched, spec, "process", start_method="fork")
    assert "pairs" in observed, observed


def test_a_launch_that_the_call_ends_says_how(launched):
    """os._exit in the process itself."""
    with pytest.raises(MeasurementError, match="exit code 3"):
        launched(function_spec("work.py:leaves"))


def test_calls_are_handed_over_and_results_back(folder, monkeypatch):
    """Every call of a batch is pickled, and so is every result; a thread gets neither."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    request = dict(function_spec("work.py:rows").request)
    worker = calling.Worker(request, calling.PLAIN)
    two = calling.pack(worker.subject, 2)
    assert len(two.packed) > len(calling.pack(worker.subject, 1).packed)
    assert len(worker.run(two)) > 2 * 100_000
    assert worker.run(calling.Batch(2, None)) == b""


@pytest.mark.parametrize("way", ["thread", "process-pool", "pool"])
def test_results_are_compared_where_that_is_asked(launched, way):
    """A random result fails then, and only then; a result that follows from the arguments passes."""
    for target, asked, fails in (
        ("work.py:pid", True, True),
        ("work.py:pid", False, False),
        ("work.py:pure", True, False),
    ):
        spec = function_spec(target)
        spec = CallSpec(spec.text, {**spec.request, "same_result": asked})
        observed = mapped(launched, spec, way)
        assert ("result differs" in observed.get("failed", "")) == fails, observed


def test_comparing_results_takes_none_of_the_measured_time(launched):
    """A list that exists already is returned at once, and takes long to compare."""
    spec = function_spec("work.py:listed")
    compared = CallSpec(spec.text, {**spec.request, "same_result": True})
    began_s = time.perf_counter()
    number([(each, str(each)) for each in range(40_000)])
    comparing_ns = (time.perf_counter() - began_s) * 1e9
    observed = mapped(launched, compared, "thread", pairs=10)  # one of them is undisturbed
    assert min(pair["serial"]["wall_ns"] for pair in observed["pairs"]) < comparing_ns / 4


def test_a_statement_runs_in_every_way(launched):
    """Nothing is handed over, and every worker runs the set-up."""
    spec = statement_spec("import zlib; data = bytes(1000)", "zlib.crc32(data)")
    for way in ("thread", "process-pool"):
        assert "pairs" in mapped(launched, spec, way)
