"""Whether a function still works in a fork of its process: tried for real, and with a child that never returns."""

import sys

import pytest

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


def ask(launch):
    return launch.ask("check fork", 60.0, workload="custom")


def test_a_function_without_threads_can_be_forked(launch_of):
    """It returns in the fork as it does here."""
    assert ask(launch_of("def task(index, params):\n    return index\n"))["hangs"] is False


def test_a_lock_held_by_a_thread_is_found(launch_of, monkeypatch):
    """In the fork nobody releases it; the launch then goes on."""
    launch = launch_of(HOLDS)
    found = ask(launch)
    assert found["hangs"] is True and found["threads"] in (None, 1)
    assert launch.ask("ping", 60.0) == {}


def test_the_wait_is_a_few_seconds():
    """A hang is found once, in as long as a handful of calls take, and a moment."""
    assert fork_trials.GRACE_S < 10 and fork_trials.CALLS <= 10
