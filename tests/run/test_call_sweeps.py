"""How the number of workers of a waiting call grows: launch by launch, with room for an answer between."""

from dataclasses import replace

import pytest
from tests.synthetic import make_host, make_target

from gilbench.plan.call_plan import MAP, CallPlan, Job
from gilbench.run.call_sweeps import CallSweeps
from gilbench.run.call_trial import CallOnTarget

CALL = CallOnTarget(None, make_host(2), None, make_target())
PLAN = CallPlan(
    call_s=0.01,
    wait_share=0.9,
    asynchronous=False,
    cores=2,
    has_gil=True,
    interpreters=False,
    pickling_s=0.0,
    start_s=0.3,
    seconds=10.0,
)


@pytest.mark.parametrize(("gathered", "in_threads"), [(1.0, 2.0), (2.0, 1.9)])
def test_a_coroutine_that_blocks_its_loop_gets_more_threads(monkeypatch, gathered, in_threads):
    """What gains more has its workers doubled: gathered calls, or threads."""
    launched = []
    gains = {"asyncio": gathered, "thread": in_threads}
    sweeps = CallSweeps(CALL, None, None)
    monkeypatch.setattr(sweeps, "_left_s", lambda sweep=None: 60.0)
    monkeypatch.setattr(sweeps, "_launch", lambda sweep, jobs, plan: launched.extend(jobs))
    monkeypatch.setattr(sweeps, "_gain", lambda job: gains.get(job.strategy))
    next(sweeps._more_workers(replace(PLAN, asynchronous=True)))
    assert launched == [Job(MAP, max(gains, key=gains.get), 4)]


def test_each_doubling_leaves_room_for_an_answer(monkeypatch):
    """There are half a dozen, and the first answer does not wait for the last; the gain ends at 8 threads."""
    launched = []
    gains = {2: 2.0, 4: 4.0, 8: 4.1}
    sweeps = CallSweeps(CALL, None, None)
    monkeypatch.setattr(sweeps, "_left_s", lambda sweep=None: 60.0)
    monkeypatch.setattr(sweeps, "_launch", lambda sweep, jobs, plan: launched.extend(jobs))
    monkeypatch.setattr(
        sweeps, "_gain", lambda job: gains[job.workers] if job.strategy == "thread" else None
    )
    doublings = sweeps._more_workers(PLAN)
    for workers in (4, 8):
        next(doublings)
        assert launched[-1] == Job(MAP, "thread", workers)
    with pytest.raises(StopIteration) as ended:
        next(doublings)
    assert ended.value.value == launched
