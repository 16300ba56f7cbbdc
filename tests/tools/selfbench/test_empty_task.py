"""What is said of a task and of a call is the time of one of them, and none is taken for another."""

import pytest
from tools.selfbench.bench import Bench
from tools.selfbench.model import OURS, Trial
from tools.selfbench.peers import Peers
from tools.selfbench.rows import empty_task

SLEEP_NS = 1e6  # a sleep may take longer, and never less


@pytest.fixture
def said(monkeypatch, tmp_path):
    """What gilbench says where a workload sleeps, of rounds of few tasks and few of these."""
    monkeypatch.setattr(empty_task, "MANY", 20)
    monkeypatch.setattr(empty_task, "ROUNDS", 3)

    def measured(name, old, new):
        text = empty_task.WORKLOADS[name]
        assert old in text
        monkeypatch.setitem(empty_task.WORKLOADS, name, "import time\n" + text.replace(old, new))
        with Bench(Peers(tmp_path), tmp_path, is_quick=True, seed=1) as bench:
            return empty_task.by_gilbench(bench, tmp_path)[OURS]

    return measured


def test_a_call_that_sleeps_is_seen_in_the_time_of_a_call(said):
    values = said("empty_call", "pass", "time.sleep(0.001)")
    assert values[empty_task.CALL] > SLEEP_NS / 2  # rounds are medians, of many and of one
    assert values[empty_task.CALL] > values[empty_task.TASK]


def test_a_task_that_sleeps_is_seen_in_the_time_of_a_task_and_of_its_round(said):
    values = said("empty", "0, defaults", "time.sleep(0.001) or 0, defaults")
    assert values[empty_task.TASK] > SLEEP_NS / 2
    assert values[empty_task.TASK] > values[empty_task.CALL]
    assert values[empty_task.ROUND] >= values[empty_task.COMPUTE] >= SLEEP_NS


def trial(tool=OURS, session="s", **values):
    return Trial(row=empty_task.NAME, series="empty", tool=tool, values=values, session=session)


def test_trials_without_calls_are_not_enough():
    """Those of before had tasks only."""
    task = {empty_task.TASK: 1.0}
    assert not empty_task.ROW.enough([trial(**task)] * 1000)
    assert empty_task.ROW.enough([trial(**task, **{empty_task.CALL: 1.0})] * 1000)


def test_a_call_is_compared_with_what_peers_say_of_a_call_in_the_same_sessions():
    peers = [
        trial(empty_task.TIMEIT, session, **{empty_task.TASK: time_ns, empty_task.ROUND: 60.0})
        for session, time_ns in (("s", 20.0), ("before", 10.0))
    ]
    lines = empty_task.results([trial(**{empty_task.CALL: 19.0}), *peers])
    (line,) = [each for each in lines if each.quantity.startswith("a function of the user")]
    figures = {each.name: each.figure for each in line.peers if each.figure}
    assert line.ours.center == 19.0
    assert figures[empty_task.TIMEIT].center == 20.0
