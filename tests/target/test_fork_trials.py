"""Whether a function still works in a fork of its process: tried for real, and with a child that never returns."""

import inspect
import sys

import pytest

from gilbench.measure.launches import NoAnswer
from gilbench.target import fork_trials

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")

HOLDS = """
import threading
lock = threading.Lock()
held = threading.Event()

def hold():
    with lock:
        held.set()
        threading.Event().wait()

def task(index, params):
    if not held.is_set():
        threading.Thread(target=hold, daemon=True).start()
        held.wait()
    elif os.getppid() == params_parent[0]:
        lock.acquire()
    return 1

params_parent = [os.getpid()]
"""
# As polars: work is handed to threads that the library has started, and waited for
HAS_THREADS = """
import queue, threading
work, done = queue.Queue(), queue.Queue()

def perform():
    while True:
        done.put(work.get() + 1)

def task(index, params):
    if not any(thread.name == "pool" for thread in threading.enumerate()):
        threading.Thread(target=perform, name="pool", daemon=True).start()
    if threading.active_count() > 1 or os.getpid() != params_parent[0]:
        work.put(index)
        return done.get()

params_parent = [os.getpid()]
"""
# As a session of requests: one connection, kept open, and a buffer for what is received too early
SESSION = """
import socket, threading

def answer(connection):
    asked = b""
    while True:
        asked += connection.recv(4096)
        if len(asked) >= asked[0]:
            connection.sendall(asked)
            asked = b""

ours, theirs = socket.socketpair()
threading.Thread(target=answer, args=(theirs,), daemon=True).start()
received = bytearray()

def task(index, params):
    ours.sendall(bytes([params.get("on_one_connection", 1)]))
    while not received:
        received.extend(ours.recv(4096))
    del received[0]
    return 1
"""
SHORT_S = 0.5  # for a child that never returns


def ask(launch):
    return launch.ask("check fork", 60.0, workload="custom")


def impatient():
    """The code of these trials with little patience, where a fork hangs anyway."""
    grace = f"GRACE_S = {fork_trials.GRACE_S}"
    source = inspect.getsource(fork_trials)
    assert grace in source
    return {"fork_trials.py": source.replace(grace, f"GRACE_S = {SHORT_S}")}


def test_a_function_without_threads_can_be_forked(launch_of):
    """It returns in the fork as it does here."""
    assert ask(launch_of("def task(index, params):\n    return index\n"))["hangs"] is False


@pytest.mark.parametrize("source", [HOLDS, HAS_THREADS], ids=["held lock", "threads of a library"])
def test_a_function_that_needs_its_threads_is_found(launch_of, source):
    """In the fork nobody releases the lock, or does the work; the launch then goes on."""
    launch = launch_of(source, impatient())
    found = ask(launch)
    assert found["hangs"] is True and found["threads"] in (None, 1)
    assert launch.ask("ping", 60.0) == {}


def test_a_session_hangs_where_forks_share_its_connection(launch_of):
    """Alone a fork returns, so the trial passes; of two workers one receives what was for the other. Spawned, each has
    a connection."""
    launch = launch_of(SESSION)
    assert ask(launch)["hangs"] is False
    job = {"workload": "custom", "strategy": "process", "tasks": 2, "workers": 2}
    spawned = launch.ask("round", 60.0, params={}, start_method="spawn", **job)
    assert spawned["checksum"] == 2
    with pytest.raises(NoAnswer):
        launch.ask("round", 1.0, params={"on_one_connection": 2}, start_method="fork", **job)


def test_the_wait_is_a_few_seconds():
    """A hang is found once, in as long as a handful of calls take, and a moment."""
    assert fork_trials.GRACE_S < 10 and fork_trials.CALLS <= 10
