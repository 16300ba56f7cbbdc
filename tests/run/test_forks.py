"""A user function whose forks hang: the run says so and measures it with start-method=spawn."""

import sys
from types import SimpleNamespace

import pytest
from tests import synthetic
from tests.target.test_fork_trials import impatient

from gilbench.measure.launches import NoAnswer
from gilbench.measure.session import Session
from gilbench.measure.targets import user_trials
from gilbench.plan.matrix import Filters
from gilbench.run.added_workloads import with_user_functions

PATIENCE_S = 60.0
LIBRARY = """
import threading
calls, lock = threading.Lock(), threading.Lock()
wanted, done, held = threading.Event(), threading.Event(), threading.Event()

def hold():
    while True:
        with lock:
            held.set()
            wanted.wait()
            wanted.clear()
            held.clear()
        done.wait()
        done.clear()

threading.Thread(target=hold, daemon=True).start()

def work(index=0):
    with calls:
        wanted.set()
        with lock:
            total = sum(range(1000))
        done.set()
        held.wait()
    return total
"""


@pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 14), reason="processes are not forked here"
)
def test_a_function_whose_forks_hang_is_measured_with_spawn(tmp_path, bundle_with):
    """The cause is named, the target has the setting in its id, and a round of processes returns."""
    from gilbench.measure.targets.loading import load_targets

    bundle_with(impatient())
    (tmp_path / "library.py").write_text(LIBRARY)
    with Session(seed=0) as session:
        targets, _ = load_targets((), session.target_bundle)
        filters = Filters(workloads=(f"{tmp_path / 'library.py'}:work",))
        (target,), named = with_user_functions(targets, filters, session)
        with session.open_launch(target, "item", 0) as launch:
            launch.set_up(PATIENCE_S)
            (workload,) = named.workloads
            job = {"strategy": "process", "tasks": 2, "workers": 2, "params": {"size": 1}}
            assert launch.ask("round", PATIENCE_S, workload=workload, **job)["tasks"] == 2
    assert target.id.endswith(",start-method=spawn") and target.settings.start_method == "spawn"
    (note,) = session.notes
    assert "forked after a call of" in note and "lock" in note and "start-method=spawn" in note


def test_a_function_whose_forks_return_is_measured_as_asked(monkeypatch):
    """Nothing is said."""
    target = synthetic.make_target()
    assert user_trials.why_no_fork((), target, synthetic) is None


def test_a_launch_that_gives_no_answer_about_forks_changes_nothing(monkeypatch):
    """What is wrong with the function shows when it is measured."""

    def refuse(*_, **__):
        raise NoAnswer("no answer within 30 s")

    monkeypatch.setattr(user_trials, "ask_once", refuse)
    target = synthetic.make_target()
    assert user_trials.why_no_fork((SimpleNamespace(name="own"),), target, synthetic) is None
