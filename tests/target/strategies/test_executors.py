"""The executors of concurrent.futures: a log a worker, failures in words, and imports that only their launches pay."""

import multiprocessing
import os
import sys
import threading
import time

import pytest
from tests.bundle_code import run_in_bundle
from tests.interpreters import find_or_skip
from tests.target.probes.conftest import children_left, threads_left

from gilbench.measure.launches import Launch, MeasurementError
from gilbench.target import registry, rounds
from gilbench.target.rounds import CHECKSUM_MASK, Job, WorkerFailed, WorkerLog
from gilbench.target.strategies import _crew, interpreter_pool
from gilbench.target.workloads import shared_attribute, shared_dict, shared_list

TIMEOUT_S = 120.0
EXECUTORS = ["thread-pool", "process-pool", "interpreter-pool"]
FNV1A = {"workload": "fnv1a", "params": {"size": 256}, "workers": 2, "tasks": 6}
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

every_executor = pytest.mark.parametrize("name", EXECUTORS)


def executor_or_skip(name):
    strategy = registry.load("strategy", name)
    if strategy.missing():
        pytest.skip(strategy.missing())
    return strategy


@pytest.fixture
def with_interpreters(target_bundle):
    """A launch of an interpreter that has subinterpreters, this one or another of the machine."""
    executable = (
        sys.executable if sys.version_info >= interpreter_pool.SINCE else find_or_skip("3.14t")
    )
    with Launch(executable, target_bundle) as launch:
        yield launch


@every_executor
def test_each_worker_has_one_log(name):
    """Tasks that one thread or process did are one log, and the logs together are the serial result."""
    strategy = executor_or_skip(name)
    job = Job("fnv1a", {"size": 2560}, tasks=9, workers=3)
    record = rounds.run(job, strategy)
    workers = [(log["pid"], log["thread_id"]) for log in record["workers"]]
    assert 1 <= len(set(workers)) == len(workers) <= 3
    assert (os.getpid() in {pid for pid, _ in workers}) == (strategy.workers_in != "processes")
    assert (os.getpid(), threading.get_native_id()) not in workers
    assert record["tasks"] == 9
    assert record["checksum"] == rounds.run(job, registry.load("strategy", "serial"))["checksum"]
    assert children_left() == [] and not threads_left()


def test_merging_keeps_threads_of_one_process_apart():
    """A worker is a thread of a process: the same pid with two threads is two workers, of whom neither loses a task."""
    logs = [
        LOG,
        LOG._replace(thread_id=2),
        LOG._replace(pid=2),
        LOG._replace(start_ns=5, end_ns=40, gil=False),
    ]
    merged = rounds.merge(logs)
    assert [(log.pid, log.thread_id, log.tasks) for log in merged] == [
        (1, 1, 4),
        (1, 2, 2),
        (2, 1, 2),
    ]
    assert merged[0] == WorkerLog(1, 1, 4, 5, 40, 10, 14, True, True, "")
    assert sum(log.checksum for log in merged) & CHECKSUM_MASK == 28


def test_interpreters_come_with_3_14():
    """An older interpreter says that it has none; the strategy is listed all the same."""
    missing = registry.load("strategy", "interpreter-pool").missing()
    assert (missing is None) == (sys.version_info >= (3, 14))
    assert missing in (None, "concurrent.futures has no InterpreterPoolExecutor before Python 3.14")


def test_every_workload_runs_in_interpreters(with_interpreters):
    """Each of them imports what its tasks need, by itself, and comes to the serial result."""
    for workload in with_interpreters.ask("describe", TIMEOUT_S)["workloads"]:
        if workload["service"]:
            continue
        params = dict(workload["defaults"])
        params.update(
            {"size": workload["size_step"]} if workload["size_step"] else {"delay_s": 0.0}
        )
        place = {"workload": workload["name"], "params": params, "workers": 2, "tasks": 5}
        record = with_interpreters.ask("round", TIMEOUT_S, strategy="interpreter-pool", **place)
        serial = with_interpreters.ask("round", TIMEOUT_S, strategy="serial", **place)
        assert (record["tasks"], record["checksum"]) == (5, serial["checksum"]), workload["name"]
        assert {log["pid"] for log in record["workers"]} == {with_interpreters.pid}
    assert with_interpreters.last_words() == ""


def test_interpreters_leave_no_thread(with_interpreters):
    """Many rounds of them, one after the other, and the launch goes on as before."""
    for _ in range(20):
        with_interpreters.ask("round", TIMEOUT_S, strategy="interpreter-pool", **FNV1A)
    record = with_interpreters.ask("round", TIMEOUT_S, strategy="serial", **FNV1A)
    assert record["tasks"] == 6 and with_interpreters.last_words() == ""


def failing(launch, name):
    """The one line in which a round of the custom workload fails."""
    with pytest.raises(MeasurementError) as caught:
        launch.ask(
            "round", TIMEOUT_S, strategy=name, workload="custom", params={}, tasks=4, workers=2
        )
    assert launch.ask("ping", TIMEOUT_S) == {}
    return str(caught.value)


@every_executor
@pytest.mark.parametrize(
    ("raising", "words"),
    [
        ("raise ValueError('no such luck')", "ValueError: no such luck"),
        ("sys.exit(3)", "SystemExit"),
    ],
)
def test_a_task_that_raises_fails_the_round(launch_of, name, raising, words):
    """The error's own words come back through the executor, and the launch takes the next request."""
    executor_or_skip(name)
    launch = launch_of(
        f"def task(index, params):\n    if index == 1:\n        {raising}\n    return 1\n"
    )
    message = failing(launch, name)
    assert message.startswith("WorkerFailed: worker 1 of 4: ") and words in message


@pytest.mark.parametrize(
    "ending", ["os._exit(5)", "os.kill(os.getpid(), 9)"], ids=["exit", "killed"]
)
def test_a_process_that_dies_fails_the_round(launch_of, ending):
    """Unlike a Pool the executor notices: the round fails with its words, at once, and does not hang."""
    launch = launch_of(f"def task(index, params):\n    {ending}\n")
    assert failing(launch, "process-pool").startswith(
        "WorkerDied: a worker died: BrokenProcessPool: "
    )


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_a_process_that_dies_is_noticed_under_every_start_method(launch_of, method):
    """Whoever started it."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this platform has no start method {method}")
    launch = launch_of("def task(index, params):\n    os._exit(5)\n")
    job = {"workload": "custom", "params": {}, "tasks": 30, "workers": 2, "start_method": method}
    with pytest.raises(MeasurementError, match="a worker died: BrokenProcessPool"):
        launch.ask("round", TIMEOUT_S, strategy="process-pool", **job)
    assert launch.ask("ping", TIMEOUT_S) == {}


def test_an_executor_that_broke_before_the_last_task_fails_the_round(monkeypatch):
    """Whether a dead worker is found out while tasks are still handed in or afterwards makes no difference."""
    from concurrent.futures import ThreadPoolExecutor
    from concurrent.futures.thread import BrokenThreadPool

    def broken(*arguments):
        raise BrokenThreadPool("no more")

    executor = ThreadPoolExecutor(1)
    monkeypatch.setattr(executor, "submit", broken)
    with pytest.raises(WorkerFailed, match=r"^a worker died: BrokenThreadPool: no more$"):
        _crew.run_executor(Job("fnv1a", {"size": 256}, 2, 1), executor)


@every_executor
def test_preparing_imports_before_the_clock(name, target_bundle):
    """What a launch holds grows by the executor when a round of it is asked for and not before, and never within."""
    executor_or_skip(name)
    module = "concurrent.futures." + name.partition("-")[0]
    code = (
        "import sys\n"
        "from gilbench.target import registry\n"
        f"strategy = registry.load('strategy', {name!r})\n"
        f"before = {module!r} in sys.modules\n"
        "strategy.prepare()\n"
        f"print(before, {module!r} in sys.modules)\n"
    )
    assert run_in_bundle(code, target_bundle).split() == ["False", "True"]


def test_other_launches_hold_no_executor(target_bundle):
    """Describing itself and rounds of threads and processes leave concurrent.futures unloaded."""
    with Launch(sys.executable, target_bundle) as launch:
        launch.ask("describe", TIMEOUT_S)
        for name in ("thread", "process", "pool"):
            launch.ask("round", TIMEOUT_S, strategy=name, **FNV1A)
        assert "concurrent.futures" not in launch.ask("modules", TIMEOUT_S)["modules"]


SHARED = [
    ("shared-list", lambda: shared_list.SHARED[0]),
    ("shared-dict", lambda: shared_dict.SHARED["value"]),
    ("shared-attribute", lambda: shared_attribute.SHARED.value),
]


@pytest.mark.parametrize(
    ("workload", "what_stands_there"), SHARED, ids=[name for name, _ in SHARED]
)
def test_shared_writes_meet_in_one_object(workload, what_stands_there):
    """Threads write to the same place of the same object, and the result does not depend on who came last."""
    record = rounds.run(Job(workload, {"size": 3000}, 4, 2), registry.load("strategy", "thread"))
    assert what_stands_there() == 3000 // 10 - 1
    assert record["checksum"] == 4 * 3000 + 0 + 1 + 2 + 3


@pytest.mark.parametrize("workload", [name for name, _ in SHARED] + ["own-attribute"])
def test_writes_are_not_surveyed(workload):
    """Only a claim, or the user, asks for them."""
    assert registry.load("workload", workload).survey is False


def test_tasks_wait_for_no_other_worker():
    """One worker alone does all the tasks."""
    began_ns = time.perf_counter_ns()
    (log,) = rounds.run(
        Job("fnv1a", {"size": 256}, 5, 1), registry.load("strategy", "thread-pool")
    )["workers"]
    assert log["tasks"] == 5 and began_ns <= log["start_ns"] <= log["end_ns"]
