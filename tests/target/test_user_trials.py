"""What a call of a user takes is what it says, also where to time it alone takes longer than the call."""

from contextlib import nullcontext

import pytest

from gilbench.target import user_trials
from gilbench.target.calls import operations
from gilbench.target.calls.finding import Subject
from gilbench.target.calls.task import CallTask, workload_of_calls
from gilbench.target.registry import Workload

ALONE_S = 3e-6  # to time a task, and to find what it calls


@pytest.fixture
def sizes(monkeypatch):
    """Tasks take as long as they say, and more to be timed; returns their sizes."""
    asked = []

    def timed(_entry, _index, params):
        asked.append(params["size"])
        wall_s = params["size"] * params["call_s"] + ALONE_S
        return user_trials.Call(value=0, wall_s=wall_s, cpu_s=wall_s, waits=0)

    monkeypatch.setattr(user_trials, "_timed_call", timed)
    return asked


def seconds(call_s, entry):
    params = {"size": 1, "call_s": call_s}
    return user_trials._seconds_of_call(entry, params, call_s + ALONE_S)


CALLS = workload_of_calls(
    "calls", "calls", CallTask(lambda: Subject(min, (1, 2), {}, None, False, "min(1, 2)", []))
)
TASKS = Workload("tasks", "cpu", "tasks", lambda index, params: 0, {"size": 1}, size_step=1)


@pytest.mark.parametrize("call_s", [2e-8, 1e-6, 5e-5])
def test_a_short_call_is_timed_among_many(call_s, sizes):
    assert seconds(call_s, CALLS) == pytest.approx(call_s, rel=0.03)
    assert min(sizes) > 100


def test_a_call_that_is_long_enough_is_timed_alone(sizes):
    assert seconds(1e-3, CALLS) == 1e-3 + ALONE_S and sizes == []


def test_a_task_of_a_workload_keeps_its_size(sizes):
    """One of another size may take another time for each of its units."""
    assert seconds(1e-6, TASKS) == 1e-6 + ALONE_S and sizes == []


def test_the_answer_for_a_call_has_its_time_among_many(sizes, monkeypatch):
    entry = CALLS._replace(defaults={"size": 1, "call_s": 2e-8})
    monkeypatch.setattr(user_trials.registry, "load", lambda *_: entry)
    monkeypatch.setattr(user_trials, "_seen_of", lambda *_: {})
    monkeypatch.setattr(operations, "output_caught", lambda **_: nullcontext([0]))
    answer = user_trials.check("calls")
    assert answer["call_s"] == pytest.approx(2e-8, rel=0.03), answer
