"""A user function whose forks hang: the run says so and measures it with start-method=spawn."""

import sys

import pytest
from tests import synthetic

from gilbench.measure.launches import NoAnswer
from gilbench.measure.session import Session
from gilbench.measure.targets import user_functions
from gilbench.plan.matrix import Filters
from gilbench.run.compose import with_user_functions

LIBRARY = """
import threading, time
lock = threading.Lock()

def hold():
    while True:
        with lock:
            time.sleep(0.1)

threading.Thread(target=hold, daemon=True).start()

def work(index=0):
    with lock:
        return sum(range(1000))
"""


@pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 14), reason="processes are not forked here"
)
def test_a_function_whose_forks_hang_is_measured_with_spawn(tmp_path):
    """The cause is named, and the target has the setting in its id and in its launches."""
    from gilbench.measure.targets.loading import load_targets

    (tmp_path / "library.py").write_text(LIBRARY)
    with Session(seed=0) as session:
        targets, _ = load_targets((), session.target_bundle)
        filters = Filters(workloads=(f"{tmp_path / 'library.py'}:work",))
        (target,), _ = with_user_functions(targets, filters, session)
    assert target.id.endswith(",start-method=spawn") and target.settings.start_method == "spawn"
    (note,) = session.notes
    assert "forked after a call of" in note and "lock" in note and "start-method=spawn" in note


def test_a_function_whose_forks_return_is_measured_as_asked(monkeypatch):
    """Nothing is said."""
    target = synthetic.make_target()
    assert user_functions.why_no_fork((), target, synthetic) is None


def test_a_launch_that_gives_no_answer_about_forks_changes_nothing(monkeypatch):
    """What is wrong with the function shows when it is measured."""

    def refuse(*_):
        raise NoAnswer("no answer within 30 s")

    monkeypatch.setattr(user_functions, "Launch", refuse)
    target = synthetic.make_target()
    assert user_functions.why_no_fork((object(),), target, synthetic) is None
