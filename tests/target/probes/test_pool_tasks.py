"""The probes of a pool: pool-size, pool-tasks and pool-order."""

import multiprocessing
import multiprocessing.pool
import os
import threading
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.target.probes.conftest import LIMIT_S, children_left

from gilbench.target.probes import _children, pool_order, pool_size, pool_tasks

pytestmark = pytest.mark.filterwarnings(
    "ignore:This process:DeprecationWarning"
)  # pytest may have threads
needs_affinity = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="no affinity on this system"
)


@pytest.fixture
def stuck_join(monkeypatch):
    """A pool's join() does not come back before the test's end, and is soon given up; nothing else is."""
    end, within = threading.Event(), _children.within

    def join(pool):
        end.wait(300)

    def impatient(limit_s, call, *args):
        return within(0.2 if call.__name__ == "join" else limit_s, call, *args)

    monkeypatch.setattr(multiprocessing.pool.Pool, "join", join)
    monkeypatch.setattr(_children, "within", impatient)
    yield
    end.set()


def trials(launch, probe, **params):
    return launch.ask("probe", LIMIT_S, probe=probe, params={"trials": 2, **params})["trials"]


def test_the_size_of_a_pool_is_reported_next_to_every_count_it_could_be(launch):
    """With the cores as they are, and with one; counts that this Python or system does not have are None."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    usable_by_count = hasattr(os, "process_cpu_count")
    for trial in trials(launch, "pool-size"):
        assert trial["cpu_count"] == os.cpu_count() and trial["usable"] == cores
        assert trial["narrowed_usable"] == (cores and 1)
        assert trial["process_cpu_count"] == (os.process_cpu_count() if usable_by_count else None)
        assert trial["narrowed_process_cpu_count"] == (1 if usable_by_count and cores else None)
        assert trial["pool_size"] >= 1 and (trial["narrowed_size"] is None) == (cores is None)


@needs_affinity
def test_a_pool_that_fails_leaves_the_affinity_as_it_was(monkeypatch):
    """Cores are given back even if no pool can be made."""
    before = os.sched_getaffinity(0)

    @contextmanager
    def failing(size):
        if len(os.sched_getaffinity(0)) == 1:
            raise OSError("no more processes")
        yield None, [None] * 3

    monkeypatch.setattr(_children, "pool_of", failing)
    with pytest.raises(OSError, match="no more processes"):
        pool_size.narrowed()
    assert os.sched_getaffinity(0) == before


def test_without_affinity_nothing_is_narrowed(monkeypatch):
    """What cannot be tried is None."""
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    monkeypatch.setattr(pool_size, "default_size", lambda: 5)
    trial = pool_size.trial({})
    assert trial["pool_size"] == 5
    assert (
        trial["narrowed_size"]
        is trial["narrowed_usable"]
        is trial["narrowed_process_cpu_count"]
        is None
    )


def test_a_pool_that_is_never_joined_has_its_size_all_the_same(stuck_join):
    """A join() that does not come back ends neither the probe nor the reaping of its workers."""
    (trial,) = pool_size.PROBE.run({"trials": 1})["trials"]
    assert trial["pool_size"] >= 1
    assert children_left() == []


def test_the_workers_of_a_pool_serve_all_its_tasks(launch):
    """No more pids than workers, no more at once than workers, and every task done."""
    for trial in trials(launch, "pool-tasks", size=2, tasks=8, task_s=0.004):
        assert trial["size"] == 2 and trial["tasks"] == trial["tasks_done"] == 8
        assert 1 <= len(trial["pids"]) <= 2 and launch.pid not in trial["pids"]
        assert 1 <= trial["most_at_once"] <= 2


def test_tasks_that_do_not_end_are_not_done(monkeypatch):
    """Tasks longer than the patience are given up, and their workers ended, which may take its time."""
    patience = _children.Patience
    monkeypatch.setattr(_children, "Patience", lambda _: patience(0.2))
    (trial,) = pool_tasks.PROBE.run({"trials": 1, "size": 2, "tasks": 3, "task_s": 60})["trials"]
    assert trial == {"size": 2, "tasks": 3, "tasks_done": 0, "pids": [], "most_at_once": 0}
    assert children_left() == []


def test_tasks_one_after_the_other_are_one_at_once():
    """A task that starts in the nanosecond in which another ends does not overlap it."""
    assert pool_tasks.most_at_once([(1, 0, 5), (1, 5, 9), (2, 9, 12)]) == 1
    assert pool_tasks.most_at_once([(1, 0, 6), (2, 5, 9), (1, 6, 12)]) == 2
    assert pool_tasks.most_at_once([]) == 0


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=8))
def test_the_most_at_once_is_what_the_fullest_instant_holds(spans):
    """Counting at every instant comes to the same."""
    served = [(1, start, start + length) for start, length in spans]
    instants = [sum(start <= instant < end for _, start, end in served) for instant in range(40)]
    assert pool_tasks.most_at_once(served) == max(instants)


def test_a_pool_used_in_the_wrong_order_raises(launch):
    """join() before close(), and a task after it, are ValueErrors; join() after terminate() is none, and waits."""
    expected = {
        "join_before_close": "ValueError",
        "submit_after_close": "ValueError",
        "ready_after_join": True,
        "join_after_terminate": "",  # none
    }
    assert trials(launch, "pool-order", task_s=0.05) == [expected] * 2


def test_a_join_that_blocks_is_timed_out(stuck_join):
    """A pool that blocked where it should raise would not hold the probe up."""
    (trial,) = pool_order.PROBE.run({"trials": 1, "task_s": 0.05})["trials"]
    assert trial["join_before_close"] == trial["join_after_terminate"] == _children.TIMED_OUT
    assert trial["submit_after_close"] == "ValueError"
    assert children_left() == []
