"""Jobs, shares and logs: arithmetic that needs no launch."""

import errno
import multiprocessing.synchronize
import os
import pickle
import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilbench.target import gil, registry, rounds
from gilbench.target.rounds import CHECKSUM_MASK, Job, WorkerLog
from gilbench.target.strategies import _crew

LOG = WorkerLog(
    pid=1,
    thread_id=1,
    tasks=2,
    start_ns=10,
    end_ns=30,
    cpu_ns=5,
    checksum=7,
    gil_before=True,
    gil=True,
    gil_culprit="",
)


@given(st.integers(0, 200), st.integers(1, 20))
def test_shares_hold_every_task_once_and_differ_by_one_at_most(tasks, workers):
    """Nothing is done twice, nothing is left out, and no worker waits for another's second task."""
    shares = Job("fnv1a", {}, tasks, workers).shares()
    assert len(shares) == workers
    assert sorted(task for share in shares for task in share) == list(range(tasks))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_job_pickles():
    """A job crosses to a spawned process: it holds names and plain data."""
    job = Job("fnv1a", {"size": 256, "address": ["127.0.0.1", 1]}, 4, 2, "spawn")
    assert pickle.loads(pickle.dumps(job)) == job  # noqa: S301 - pickled in the same line


def test_performing_a_share_does_its_tasks():
    """A log counts the tasks done and adds up what they returned, for any share."""
    job = Job("fnv1a", {"size": 256}, 6, 2)
    task = registry.load("workload", "fnv1a").task
    log = job.perform([1, 3, 5])
    assert log.tasks == 3 and log.start_ns <= log.end_ns
    assert log.checksum == sum(task(index, {"size": 256}) for index in (1, 3, 5)) & CHECKSUM_MASK


def test_the_clocks_are_those_from_before_what_is_measured(monkeypatch):
    """A function may replace them, as libraries that freeze the time of a test do."""
    for name in ("perf_counter_ns", "thread_time_ns", "process_time_ns"):
        monkeypatch.setattr(time, name, lambda: 5)
    log = WorkerLog(*rounds.perform("fnv1a", {"size": 64}, [0, 1, 2]))
    assert log.end_ns >= log.start_ns > 5


class SlowClock:
    """Clocks of which that of CPU time takes a second to be read."""

    now_ns = 0

    def perf_counter_ns(self):
        return self.now_ns

    def thread_time_ns(self):
        self.now_ns += 1_000_000_000
        return self.now_ns


def test_reading_cpu_time_is_no_part_of_the_tasks_time(monkeypatch):
    """The clock of CPU time is a system call, which would be most of the time of a short task."""
    clock = SlowClock()
    monkeypatch.setattr(rounds, "perf_counter_ns", clock.perf_counter_ns)
    monkeypatch.setattr(rounds, "thread_time_ns", clock.thread_time_ns)
    log = Job("fnv1a", {"size": 256}, 1, 1).perform([0])
    assert log.end_ns == log.start_ns


def test_an_empty_share_is_a_log_of_nothing():
    """A worker without a task reports none."""
    assert Job("fnv1a", {"size": 256}, 1, 2).perform([])[2:3] == (0,)


@given(st.lists(st.integers(0, CHECKSUM_MASK), min_size=1, max_size=8), st.integers(1, 3))
def test_merging_logs_by_process_keeps_the_checksum(checksums, processes):
    """Which process of a pool did which task changes neither the number of tasks nor the result."""
    logs = [
        LOG._replace(pid=index % processes, checksum=checksum)
        for index, checksum in enumerate(checksums)
    ]
    merged = rounds.merge(logs)
    assert len({log.pid for log in merged}) == len(merged) == min(processes, len(checksums))
    assert sum(log.tasks for log in merged) == 2 * len(logs)
    assert sum(log.checksum for log in merged) & CHECKSUM_MASK == sum(checksums) & CHECKSUM_MASK


def test_merging_spans_first_start_to_last_end():
    """A process of a pool worked from its first task to its last; its CPU time is that of all of them."""
    later, earlier = LOG._replace(start_ns=50, end_ns=60), LOG
    assert rounds.merge([later, earlier]) == [WorkerLog(1, 1, 4, 10, 60, 10, 14, True, True, "")]


@pytest.mark.parametrize("outcome", ["ValueError: no", "", None])
def test_an_outcome_that_is_no_log_is_a_failure(outcome):
    """A sentence, or nothing at all, where a log should be, names the worker that left it."""
    with pytest.raises(
        rounds.WorkerFailed, match=r"worker 1 of 2: (ValueError: no|ended without a result)"
    ):
        _crew.logs([LOG, outcome])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("x"), "ValueError: x"),
        (KeyError(), "KeyError"),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_an_error_in_words_has_its_type(error, words):
    """The type is always told, the text where there is one."""
    assert rounds.describe_error(error) == words


@pytest.mark.parametrize("code", [errno.EROFS, errno.ENOSPC, errno.ENOENT])
def test_a_shared_memory_that_cannot_be_made_names_its_remedy(monkeypatch, code):
    """A /dev/shm that is read-only, full or not there: one line with what to mount."""

    class NoSemaphores:
        @staticmethod
        def SemLock(*_):
            raise OSError(code, os.strerror(code))

    monkeypatch.setattr(multiprocessing.synchronize, "_multiprocessing", NoSemaphores)
    with pytest.raises(OSError, match=os.strerror(code)) as caught:
        multiprocessing.get_context("spawn").Lock()
    told = rounds.describe_error(caught.value)
    assert os.strerror(code) in told and "--tmpfs /dev/shm" in told and told.isprintable()


def test_other_errors_of_the_system_are_quoted():
    """Only what multiprocessing shares is in /dev/shm."""
    with pytest.raises(OSError, match="nowhere") as caught:
        open("/nowhere")  # noqa: PTH123, SIM115 - it is never opened
    assert "/dev/shm" not in rounds.describe_error(caught.value)  # noqa: S108 - part of a sentence


def test_workers_are_forked_from_a_launch_that_watches_the_gil(monkeypatch):
    """Each would set that up in its timed round otherwise."""
    monkeypatch.setattr(gil, "_watching", False)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    seen = []

    def work(job):
        seen.append(gil._watching)
        return [WorkerLog(*rounds.perform(job.workload, job.params, range(job.tasks)))]

    strategy = registry.Strategy(name="s", summary="", run=work, workers_in="caller")
    with warnings.catch_warnings():
        rounds.run(Job("fnv1a", {"size": 256}, 2, 1), strategy)
    assert seen == [True]
