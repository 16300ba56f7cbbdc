"""What is measured of a call, and how much of it fits into a budget."""

from __future__ import annotations

import pytest

from gilbench.plan.call_plan import CEILING, MAP, TICKER, CallPlan, Job, ways_for


def plan(**changes):
    """The plan for a call of 1 ms on two cores, with ten seconds left."""
    usual = {
        "call_s": 0.001,
        "wait_share": 0.0,
        "asynchronous": False,
        "cores": 2,
        "has_gil": True,
        "interpreters": False,
        "pickling_s": 1e-6,
        "start_s": 0.2,
        "seconds": 10.0,
    }
    return CallPlan(**{**usual, **changes})


def strategies(jobs):
    """The ways among jobs."""
    return {job.strategy for job in jobs if job.probe == MAP}


def test_a_short_call_has_every_way_and_the_ticking_thread():
    """Everything fits three times."""
    jobs = plan().jobs
    assert strategies(jobs) == set(ways_for(asynchronous=False, interpreters=False))
    assert Job(TICKER, workers=1) in jobs and Job(CEILING) in jobs


def test_a_long_call_has_what_is_asked_first():
    """Threads and the ticking thread come before all others."""
    jobs = plan(call_s=1.0).jobs
    assert jobs[:2] == [Job(MAP, "thread", 2), Job(TICKER, workers=1)]
    assert len(jobs) == 3


def test_a_ticking_thread_needs_one_long_call():
    """It fits where no way does, which takes twice as long at least."""
    long = plan(call_s=20.0, seconds=36.0)
    assert long.job_s(Job(TICKER, workers=1)) == 20.0
    assert long.job_s(Job(MAP, "thread", 2)) >= 40.0


def test_waiting_calls_need_no_ceiling():
    """Cores are none of their limits."""
    assert Job(CEILING) not in plan(wait_share=0.9).jobs


def test_without_a_gil_nothing_ticks():
    """There is nothing to ask for."""
    with_gil, without = plan().jobs, plan(has_gil=False).jobs
    assert [job for job in with_gil if job.probe == TICKER]
    assert not [job for job in without if job.probe == TICKER]


@pytest.mark.parametrize(("cores", "levels"), [(1, [2]), (2, [2]), (6, [2, 4, 6]), (8, [2, 4, 8])])
def test_workers_double_up_to_the_number_of_cores(cores, levels):
    """Two at least, and the number of cores at most."""
    assert plan(cores=cores).levels == levels


def test_calls_that_take_long_to_pickle_come_in_smaller_batches():
    """A batch in a process is as long as one in a thread."""
    costly = plan(call_s=1e-7, pickling_s=1e-4)
    in_process = costly.amounts(Job(MAP, "pool", 2))
    assert in_process["calls"] * 1e-4 < 0.02 < in_process["serial_calls"] * 1e-4


def test_coroutines_are_gathered_and_others_are_not():
    """A coroutine needs no thread, and a plain function cannot be gathered."""
    assert "asyncio" in ways_for(asynchronous=True, interpreters=False)
    assert "asyncio" not in ways_for(asynchronous=False, interpreters=False)
    assert "to-thread" not in ways_for(asynchronous=True, interpreters=True)


def test_processes_have_launches_for_themselves():
    """What was called before a fork may keep a child from working."""
    groups = {Job(MAP, name, 2).group for name in ("process", "pool", "process-pool")}
    assert len(groups) == 3
    assert Job(MAP, "thread", 2).group == Job(TICKER).group == Job(CEILING).group


@pytest.mark.parametrize(
    ("call_s", "words"), [(6e-8, "60 ns"), (2e-6, "2 µs"), (0.0125, "12.5 ms"), (60.0, "60 s")]
)
def test_the_time_of_a_call_has_a_fitting_unit(call_s, words):
    """Three digits, in the unit that suits them."""
    assert plan(call_s=call_s).call_words == words
