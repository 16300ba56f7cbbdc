"""The probes of one child process: process-life, terminate, daemon-exit and start-method."""

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.target.probes.conftest import LIMIT_S, PATIENCE_S, children_left

from gilbench.target.probes import _children, daemon_exit, process_life, start_method, terminate

pytestmark = pytest.mark.filterwarnings(
    "ignore:This process:DeprecationWarning"
)  # pytest may have threads


@pytest.fixture
def forking():
    """Children are forks of the tests' process, so that a test can put another function in a child's place."""
    method = multiprocessing.get_start_method()
    multiprocessing.set_start_method("fork", force=True)
    yield
    multiprocessing.set_start_method(method, force=True)
    assert children_left() == []


def sleep_on(*args):
    time.sleep(60)


def die(*args):
    os._exit(3)


def trials(launch, probe, **params):
    return launch.ask("probe", LIMIT_S, probe=probe, params={"trials": 2, **params})["trials"]


def test_a_process_has_another_pid_and_join_waits_for_its_end(launch):
    """The child's pid is the one the parent knows it by; join is called before the child ends and returns after."""
    observed = trials(launch, "process-life", work_s=0.02)
    assert len(observed) == 2
    for trial in observed:
        assert trial["parent_pid"] == launch.pid != trial["child_pid"]
        assert trial["process_pid"] == trial["child_pid"] and trial["exit_code"] == 0
        assert 0 <= trial["child_ended_ns"] <= trial["joined_ns"]
        assert 0 <= trial["join_called_ns"] <= trial["joined_ns"]
        assert isinstance(trial["parent_seen"], int)


def test_a_process_that_does_not_end_is_not_joined(brief, forking):
    """A child that sleeps on has no exit code and told nothing; it is gone afterwards."""
    (trial,) = process_life.PROBE.run({"trials": 1, "work_s": 60})["trials"]
    assert trial["process_pid"] and trial["join_called_ns"] is not None
    assert [
        trial[name]
        for name in ("exit_code", "joined_ns", "child_pid", "parent_seen", "child_ended_ns")
    ] == [None] * 5


def test_a_process_that_dies_is_joined_and_sent_nothing(monkeypatch, forking):
    """A child's own exit code is reported, and None for what it did not live to say."""
    monkeypatch.setattr(process_life, "work", die)
    (trial,) = process_life.PROBE.run({"trials": 1, "work_s": 0})["trials"]
    assert trial["exit_code"] == 3 and trial["joined_ns"] >= 0
    assert trial["child_pid"] is None and trial["child_ended_ns"] is None


@pytest.mark.parametrize("daemon", [False, True])
def test_terminate_ends_a_child_that_runs(launch, daemon):
    """SIGTERM shows in the exit code, for a daemon as for any other process."""
    expected = {
        "daemon": daemon,
        "ran": True,
        "alive_before": True,
        "exit_code": -15,
        "alive_after": False,
    }
    assert trials(launch, "terminate", daemon=daemon) == [expected] * 2


def test_a_child_that_does_not_heed_terminate_is_seen_alive(brief, forking):
    """A child that ignores SIGTERM has no exit code and lives after; then it is killed."""
    heeded = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        (trial,) = terminate.PROBE.run({"trials": 1, "daemon": True})["trials"]
    finally:
        signal.signal(signal.SIGTERM, heeded)
    assert trial["alive_before"] and trial["alive_after"] and trial["exit_code"] is None


def test_a_child_that_is_never_heard_of_is_terminated_all_the_same(monkeypatch, forking):
    """Without its sign of life the child counts as not having run; that it ends is waited for."""
    poll = multiprocessing.connection.Connection.poll
    monkeypatch.setattr(
        multiprocessing.connection.Connection, "poll", lambda pipe, timeout_s: poll(pipe, 0.1)
    )
    monkeypatch.setattr(terminate, "linger", sleep_on)
    (trial,) = terminate.PROBE.run({"trials": 1, "daemon": False})["trials"]
    assert not trial["ran"] and trial["exit_code"] == -15


def test_a_daemon_ends_with_its_parent(launch):
    """The middle process returns in order, and the daemon, which would have slept on, is gone."""
    for trial in trials(launch, "daemon-exit", daemon=True):
        assert trial.pop("daemon_pid") not in (None, launch.pid)
        assert trial == {
            "daemon": True,
            "killed": False,
            "daemon_ran": True,
            "middle_exit_code": 0,
            "daemon_alive_after": False,
        }


def test_a_child_that_is_no_daemon_is_waited_for_and_ended_by_the_probe(forking):
    """The middle process does not end before its child; both are gone afterwards."""
    (trial,) = daemon_exit.PROBE.run({"trials": 1, "daemon": False, "patience_s": 0.2})["trials"]
    assert trial["daemon_ran"] and trial["daemon_alive_after"] and trial["middle_exit_code"] is None
    assert is_gone(trial["daemon_pid"])


@pytest.mark.parametrize(("killed", "exit_code"), [(True, -signal.SIGKILL), (False, 3)])
def test_a_daemon_that_outlives_its_parent_is_seen_and_killed(
    monkeypatch, forking, killed, exit_code
):
    """If the middle process dies without the chance to end its daemon, the daemon is seen to live, and ended."""
    lead, ended, received = daemon_exit.lead, daemon_exit.ended, _children.received
    parent = os.getpid()

    def news_and_end(pipe, limit_s):
        """What the middle process sent, once it is dead: join() would wait for what its daemon holds open."""
        message = received(pipe, limit_s)
        assert os.getpid() != parent or children_left() == []
        return message

    monkeypatch.setattr(daemon_exit, "lead", lambda *args: (lead(*args), die()))
    monkeypatch.setattr(daemon_exit, "ended", lambda life, _: ended(life, 0.2))
    monkeypatch.setattr(_children, "received", news_and_end)
    (trial,) = daemon_exit.PROBE.run({"trials": 1, "daemon": True, "killed": killed})["trials"]
    assert trial["daemon_ran"] and trial["daemon_alive_after"] and trial["killed"] is killed
    assert trial["middle_exit_code"] == exit_code
    assert is_gone(trial["daemon_pid"])


def test_a_middle_process_that_says_nothing_is_ended(brief, monkeypatch, forking):
    """Without news there is no daemon's pid to report; the process is killed, and that is waited for."""
    ended = daemon_exit.ended
    monkeypatch.setattr(daemon_exit, "lead", sleep_on)
    monkeypatch.setattr(daemon_exit, "ended", lambda life, _: ended(life, PATIENCE_S))
    (trial,) = daemon_exit.PROBE.run({"trials": 1, "daemon": True})["trials"]
    assert (
        trial["daemon_pid"] is None
        and not trial["daemon_ran"]
        and trial["middle_exit_code"] is None
    )
    assert not trial["daemon_alive_after"]


def is_gone(pid):
    """Whether a process that is nobody's child here ends: it is absent then, or a zombie that nobody has reaped."""
    patience = _children.Patience(PATIENCE_S)
    while patience.left_s():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
            if stat.rpartition(")")[2].split()[0] in "ZX":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


def test_the_start_method_shows_in_what_the_child_has(launch):
    """A fork has the parent's memory and is its child; whatever is started otherwise imports the module afresh."""
    for trial in trials(launch, "start-method"):
        assert trial["version"] == list(sys.version_info[:2]) and trial["platform"] == sys.platform
        assert trial["child_saw"] is (trial["start_method"] == "fork")
        assert trial["child_of_launch"] is (trial["start_method"] != "forkserver")


@pytest.mark.parametrize("silent", [sleep_on, die])
def test_a_child_that_does_not_answer_saw_nothing(brief, monkeypatch, forking, silent):
    """The start method is known all the same, and the module is left as it was."""
    monkeypatch.setattr(start_method, "report", silent)
    (trial,) = start_method.PROBE.run({"trials": 1})["trials"]
    assert trial["start_method"] == "fork"
    assert trial["child_saw"] is trial["child_of_launch"] is trial["child_parent_pid"] is None
    assert start_method.mark == "as imported"
