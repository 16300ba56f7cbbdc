"""The asyncio strategy: shares as coroutines of one thread, and coroutine versions that do what the tasks do."""

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from gilbench.measure.launches import Launch
from gilbench.target import registry, rounds
from gilbench.target.registry import Workload
from gilbench.target.rounds import Job, WorkerFailed
from gilbench.target.workloads import http as http_workload
from gilbench.target.workloads import socket as socket_workload

TIMEOUT_S = 120.0
STRATEGY = registry.load("strategy", "asyncio")


@pytest.fixture
def workload(monkeypatch):
    """Have every name stand for a workload made of the given functions."""

    def use(task, task_async=None):
        made = Workload("custom", "io", "a test", task, {}, task_async=task_async)
        monkeypatch.setattr(rounds.registry, "load", lambda kind, name: made)

    return use


def plain(index, params):
    return index + 1


def test_asyncio_is_the_standard_librarys():
    """A file of that name in the package hides nothing: absolute imports find the standard library."""
    assert sys.modules["gilbench.target.strategies.asyncio"] is not asyncio
    assert "gilbench" not in asyncio.__file__ and asyncio.run
    assert registry.load("workload", "http") is http_workload.WORKLOAD


@pytest.mark.parametrize(
    "name", [n for n in registry.names("workload") if registry.load("workload", n).kind == "io"]
)
def test_every_io_workload_has_a_coroutine_with_the_same_result(name, services):
    """A coroutine returns what the task returns."""
    entry = registry.load("workload", name)
    params = {**entry.defaults, "delay_s": 0.0}
    if entry.service:
        params.update(services.access(entry.service, 0.0))
    assert asyncio.run(entry.task_async(7, params)) == entry.task(7, params)


def test_at_most_so_many_tasks_are_in_flight(workload):
    """Each worker has one task in flight, and all workers have one before any of them has finished its first."""
    in_flight, most, order = set(), [], []

    async def task_async(index, params):
        in_flight.add(index)
        most.append(len(in_flight))
        order.append(index)
        await asyncio.sleep(0)
        in_flight.remove(index)
        return index + 1

    workload(plain, task_async)
    logs = STRATEGY.run(Job("custom", {}, tasks=7, workers=3))
    assert max(most) == 3
    assert order[:3] == [0, 1, 2] and sorted(order) == list(range(7))
    assert [log.tasks for log in logs] == [3, 2, 2]
    assert sum(log.checksum for log in logs) == sum(range(1, 8))


def test_all_coroutines_share_the_calling_thread(workload):
    """Every log is of this thread; the CPU time of all stands in the first, once."""
    threads = set()

    def task(index, params):
        threads.add(threading.get_native_id())
        end_ns = time.thread_time_ns() + 100_000
        while time.thread_time_ns() < end_ns:
            pass
        return 1

    workload(task)
    logs = STRATEGY.run(Job("custom", {}, tasks=4, workers=3))
    assert {log.thread_id for log in logs} == threads == {threading.get_native_id()}
    assert logs[0].cpu_ns >= 400_000 and [log.cpu_ns for log in logs[1:]] == [0, 0]
    assert logs[0].end_ns <= logs[1].start_ns  # a plain task blocks the loop


def test_a_round_is_like_any_other():
    """Phases add up, and the checksum is the serial one."""
    job = Job("sleep", {"delay_s": 0.0}, tasks=5, workers=2)
    record = rounds.run(job, STRATEGY)
    assert record["launch_ns"] + record["compute_ns"] + record["join_ns"] == record["wall_ns"]
    assert record["checksum"] == rounds.run(job, registry.load("strategy", "serial"))["checksum"]


@pytest.mark.parametrize("error", [ValueError("no such luck"), SystemExit(3), KeyError()])
@pytest.mark.parametrize("awaited", [True, False], ids=["coroutine", "plain"])
def test_a_task_that_raises_fails_the_round(workload, error, awaited):
    """The failing worker is named, with the error's own words, and the others do their shares to the end."""
    done = []

    def task(index, params):
        if index == 1:
            raise error
        done.append(index)
        return 1

    async def task_async(index, params):
        await asyncio.sleep(0)
        return task(index, params)

    workload(task, task_async if awaited else None)
    with pytest.raises(WorkerFailed, match=f"worker 1 of 2: {rounds.describe_error(error)}$"):
        STRATEGY.run(Job("custom", {}, tasks=6, workers=2))
    assert done == [0, 2, 4]


def test_preparing_comes_before_the_clock(monkeypatch, workload):
    """What a strategy prepares is done before the round starts, and once a round."""
    workload(plain)
    prepared = []
    strategy = STRATEGY._replace(prepare=lambda: prepared.append(time.perf_counter_ns()))
    record = rounds.run(Job("custom", {}, tasks=2, workers=1), strategy)
    assert len(prepared) == 1 and prepared[0] <= record["start_ns"]


def test_only_launches_that_use_it_hold_asyncio(target_bundle):
    """Describing itself and a round of threads leave asyncio unloaded; a round of coroutines loads it."""
    place = {"workload": "sleep", "workers": 2, "tasks": 2, "params": {"delay_s": 0.0}}
    with Launch(sys.executable, target_bundle) as launch:
        launch.ask("describe", TIMEOUT_S)
        launch.ask("round", TIMEOUT_S, strategy="thread", **place)
        assert "asyncio" not in launch.ask("modules", TIMEOUT_S)["modules"]
        launch.ask("round", TIMEOUT_S, strategy="asyncio", **place)
        assert "asyncio" in launch.ask("modules", TIMEOUT_S)["modules"]


def test_everything_is_closed_in_development_mode(target_bundle, services):
    """No transport, loop or coroutine is left open: development mode with warnings as errors has nothing to say, but
    of callbacks that took long, as all do on a crowded host."""
    jobs = {
        "http": services.access("http", 0.0),
        "socket": services.access("tcp", 0.0),
        "sleep": {"delay_s": 0.0},
    }
    code = (
        "import gc, logging\n"
        "logging.getLogger('asyncio').setLevel(logging.ERROR)\n"
        "from gilbench.target import registry, rounds\n"
        f"for name, params in {jobs!r}.items():\n"
        "    rounds.run(rounds.Job(name, params, 6, 3), registry.load('strategy', 'asyncio'))\n"
        "    gc.collect()\n"
    )
    command = [sys.executable, "-X", "dev", "-W", "error", "-S", "-c", code]
    said = subprocess.run(
        command, cwd=target_bundle, capture_output=True, text=True, timeout=200, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")


def test_the_crawler_refuses_a_page_that_is_not_there(services, monkeypatch):
    """An answer other than 200 is a failure and no result, as it is for a thread."""
    monkeypatch.setattr(http_workload, "LINK", http_workload.re.compile(rb"<title>(/)page"))
    with pytest.raises(ConnectionError, match="GET / was answered with 404"):
        asyncio.run(http_workload.task_async(5, services.access("http", 0.0)))


def test_the_crawler_follows_every_link(services, monkeypatch):
    """The coroutine fetches the pages that the task fetches, in the same order."""
    params, fetched = services.access("http", 0.0), []
    get, get_async = http_workload._get, http_workload._get_async
    monkeypatch.setattr(
        http_workload, "_get", lambda of, path: fetched.append(path) or get(of, path)
    )
    http_workload.task(5, params)
    by_task = fetched.copy()
    fetched.clear()
    monkeypatch.setattr(
        http_workload,
        "_get_async",
        lambda r, w, path, host: fetched.append(path) or get_async(r, w, path, host),
    )
    asyncio.run(http_workload.task_async(5, params))
    assert fetched == by_task and len(fetched) == 3


def test_a_server_that_hangs_up_is_a_failure():
    """A connection that is closed before the reply is whole is an error, not a result of nothing."""

    async def hang_up(reader, writer):
        await reader.read(64)
        writer.write(b"half")
        writer.close()

    async def talk():
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        params = {"address": list(server.sockets[0].getsockname()), "token": "t"}
        try:
            await socket_workload.task_async(1, params)
        finally:
            server.close()

    with pytest.raises(ConnectionError, match="closed the connection before it replied"):
        asyncio.run(talk())


@pytest.mark.parametrize("module", [socket_workload, http_workload])
def test_a_server_that_never_answers_is_given_up(monkeypatch, module):
    """A reply that does not come ends the task when its patience does."""
    monkeypatch.setattr(module, "TIMEOUT_S", 0.05)
    with (
        module_socket().create_server(("127.0.0.1", 0)) as server,
        pytest.raises(asyncio.TimeoutError),
    ):
        asyncio.run(module.task_async(1, {"address": list(server.getsockname()), "token": "t"}))


def module_socket():
    """The standard library's module, by the name that a workload bears too."""
    return socket_workload.socket
