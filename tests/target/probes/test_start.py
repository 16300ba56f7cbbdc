"""The start probe: a time a start, and an end even where what was started has none."""

import multiprocessing
import sys
import threading
import types

import pytest
from tests.bundle_code import run_in_bundle
from tests.target.probes.conftest import LIMIT_S, children_left, threads_left

from gilbench.measure.launches import Launch
from gilbench.target.probes import start

WAYS = ["thread", "fork", "forkserver", "spawn", "pool", "interpreter"]
forking = pytest.mark.skipif(
    multiprocessing.get_start_method() != "fork",
    reason="a replaced target reaches a forked process only",
)


@pytest.fixture
def hurried(monkeypatch):
    """Targets that never end, and limits so short that a test can wait for them."""
    release = threading.Event()
    monkeypatch.setattr(start, "END_S", 0.1)
    monkeypatch.setattr(start, "nothing", lambda: release.wait(300))
    yield
    release.set()
    assert not threads_left()


@pytest.mark.parametrize("how", ["thread", "fork", "pool", "interpreter"])
def test_every_start_has_its_time(how):
    """One for the first and one for each of the others; nothing is left running."""
    observed = start.run({"how": how, "times": 4})
    if "missing" in observed:
        pytest.skip(observed["missing"])
    assert set(observed) == {"first_ns", "steady_ns", "timed_out"}
    assert (
        observed["first_ns"] >= 0
        and len(observed["steady_ns"]) == 3
        and min(observed["steady_ns"]) >= 0
    )
    assert observed["timed_out"] is False
    assert children_left() == [] and not threads_left()


@pytest.mark.parametrize("how", WAYS)
def test_a_launch_starts_it_and_answers_afterwards(how, target_bundle):
    """In a real launch a spawned process imports the launch's main module again, which must not disturb the launch."""
    with Launch(sys.executable, target_bundle) as launch:
        observed = launch.ask("probe", LIMIT_S, probe="start", params={"how": how, "times": 3})
        if "missing" not in observed:
            assert (
                observed["first_ns"] >= 0
                and len(observed["steady_ns"]) == 2
                and observed["timed_out"] is False
            )
        assert launch.ask("ping", LIMIT_S) == {}
        assert launch.last_words() == ""


@forking
@pytest.mark.parametrize("how", ["fork", "pool"])
def test_a_process_that_never_ends_is_ended(how, hurried):
    """No time is made up for it, no further one is started, and it does not stay."""
    assert start.run({"how": how, "times": 3}) == {
        "first_ns": None,
        "steady_ns": [],
        "timed_out": True,
    }
    assert children_left() == [] and not threads_left()


def test_a_thread_that_never_ends_is_left(hurried):
    """Nobody can kill a thread; the probe ends without it."""
    assert start.run({"how": "thread", "times": 3}) == {
        "first_ns": None,
        "steady_ns": [],
        "timed_out": True,
    }


def test_times_end_at_the_first_that_does_not(monkeypatch):
    """What was measured before is kept."""
    ends = iter([True, True, False, True])
    monkeypatch.setattr(start, "start_thread", lambda: next(ends))
    observed = start.run({"how": "thread", "times": 4})
    assert (
        len(observed["steady_ns"]) == 1
        and observed["first_ns"] >= 0
        and observed["timed_out"] is True
    )
    assert next(ends) is True


def test_a_platform_without_fork_says_so(monkeypatch):
    """A start method that the platform lacks is missing, with the reason."""
    monkeypatch.setattr(start.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    for how in ("fork", "forkserver"):
        assert start.run({"how": how, "times": 1}) == {
            "missing": f"this platform cannot start a process by {how}"
        }


@pytest.mark.parametrize(
    ("before", "after"), [("", "False True"), ("start.start_process('forkserver')", "True True")]
)
def test_the_fork_server_is_left_as_it_was_found(before, after, target_bundle):
    """One server serves all starts; it is stopped afterwards where the probe started it, and only there."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        pytest.skip("this platform has no fork server")
    code = (
        "from multiprocessing.forkserver import _forkserver as server\n"
        "from gilbench.target.probes import start\n"
        f"{before}\n"
        "pid, pids = server._forkserver_pid, set()\n"
        "real = start.start_process\n"
        "def watched(how):\n"
        "    ended = real(how)\n"
        "    pids.add(server._forkserver_pid)\n"
        "    return ended\n"
        "start.start_process = watched\n"
        "start.run({'how': 'forkserver', 'times': 3})\n"
        "print(server._forkserver_pid is not None, len(pids) == 1 and server._forkserver_pid == pid)\n"
    )
    assert run_in_bundle(code, target_bundle).strip() == after


def test_interpreters_come_with_3_14(monkeypatch):
    """An older Python says that it has none, and nothing is started."""
    monkeypatch.setattr(start.sys, "version_info", (3, 13, 0))
    assert start.run({"how": "interpreter", "times": 2}) == {
        "missing": "there is no concurrent.interpreters before Python 3.14"
    }


def test_an_interpreter_is_closed(monkeypatch):
    """Each is made, given nothing to do, and closed; the time is that of all three."""
    calls = []
    made = types.SimpleNamespace(
        exec=lambda code: calls.append(("exec", code)), close=lambda: calls.append("close")
    )
    module = types.SimpleNamespace(create=lambda: calls.append("create") or made)
    monkeypatch.setattr(
        start.importlib, "import_module", {"concurrent.interpreters": module}.__getitem__
    )
    monkeypatch.setattr(start, "INTERPRETERS_SINCE", (3, 0))
    observed = start.run({"how": "interpreter", "times": 2})
    assert calls == ["create", ("exec", ""), "close"] * 2
    assert (
        observed["first_ns"] >= 0
        and len(observed["steady_ns"]) == 1
        and observed["timed_out"] is False
    )
