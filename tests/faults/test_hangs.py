"""Launches that hang, leave children behind or talk nonsense: they are ended, with everything that they started."""

import sys
from pathlib import Path
from typing import Any

import pytest

from gilbench.measure.launches import Launch, MeasurementError
from tests.patience import has_ended, wait_for

TIMEOUT_S = 60.0
PIDS_OF_TWO_WORKERS = 4  # each writes its own and its child's

CHILD = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
HANG = f"""
CHILD = {CHILD!r}

def task(index, params):
    child = subprocess.Popen([sys.executable, "-S", "-c", CHILD], stdout=subprocess.PIPE)
    child.stdout.readline()
    with open(params["pids"], "a") as file:
        file.write("{{}} {{}} ".format(os.getpid(), child.pid))
    {{then}}
"""


def hanging(launch_of, then="time.sleep(600)"):
    return launch_of(HANG.replace("{then}", then).replace("{{", "{").replace("}}", "}"))


def request(strategy: str, pids: Path) -> dict[str, Any]:
    asked = {"workload": "custom", "params": {"pids": str(pids)}, "tasks": 2, "workers": 2}
    return {"op": "round", "strategy": strategy, **asked}


def assert_all_gone(pids: Path) -> None:
    started = [int(pid) for pid in pids.read_text().split()]
    assert started and wait_for(lambda: all(map(has_ended, started)))


@pytest.mark.parametrize("strategy", ["thread", "process", "pool"])
def test_a_launch_that_hangs_is_ended_with_its_descendants(launch_of, tmp_path, strategy):
    """Past its time a launch is killed, and so are its workers and what they started, deaf to SIGTERM or not."""
    launch, pids = hanging(launch_of), tmp_path / "pids"
    launch.write(request(strategy, pids))
    assert wait_for(lambda: pids.exists() and len(pids.read_text().split()) == PIDS_OF_TWO_WORKERS)
    with pytest.raises(MeasurementError, match=r"no answer within \d+ s; the launch was ended"):
        launch.read(0.1)
    assert wait_for(lambda: has_ended(launch.pid))
    assert_all_gone(pids)


def test_closing_ends_what_a_round_left_running(launch_of, tmp_path):
    """A task that answered and left a child behind leaves no orphan once its launch is closed."""
    launch, pids = hanging(launch_of, then="return 1"), tmp_path / "pids"
    launch.write(request("thread", pids))
    assert launch.read(TIMEOUT_S)["ok"]["tasks"] == 2
    launch.close()
    assert_all_gone(pids)


def test_a_child_left_by_a_launch_that_died_is_ended(launch_of, tmp_path):
    """Also when the launch went first."""
    launch, pids = hanging(launch_of, then="os._exit(3)"), tmp_path / "pids"
    launch.write(request("thread", pids))
    with pytest.raises(MeasurementError, match="exit code 3"):
        launch.read(TIMEOUT_S)
    launch.close()
    assert_all_gone(pids)


def test_closing_twice_is_closing_once(target_bundle):
    """A launch that is closed after its timeout has closed it is no error."""
    launch = Launch(sys.executable, target_bundle)
    launch.close()
    launch.close()
    assert wait_for(lambda: has_ended(launch.pid))


@pytest.mark.parametrize(
    ("answering", "words"),
    [
        ("print('hello', flush=True)", "answered 'hello' instead of a JSON object"),
        ("print('{}', flush=True)", "the launch gave no reason"),
        ("sys.exit(4)", r"the launch died \(exit code 4\)"),
        ("sys.exit('a reason')", r"the launch died \(exit code 1\): a reason"),
        ("os.close(1); time.sleep(600)", "the launch closed its output and was ended"),
    ],
    ids=["words", "empty-answer", "exit", "reason", "closed"],
)
def test_a_target_that_talks_nonsense_is_one_clear_line(bundle_with, answering, words, monkeypatch):
    """Whatever comes back instead of an answer, the error is one line that quotes it."""
    closes_only = (
        "closed" in words
    )  # what ends by itself is waited for, however crowded the host is
    limit_s = 0.5 if closes_only else TIMEOUT_S
    monkeypatch.setattr("gilbench.measure.launches.CLOSE_TIMEOUT_S", limit_s)
    loop = f"import os, sys, time\nsys.stdin.readline()\n{answering}\n"
    with (
        Launch(sys.executable, bundle_with({"__main__.py": loop})) as launch,
        pytest.raises(MeasurementError, match=words) as caught,
    ):
        launch.ask("ping", TIMEOUT_S)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("executable", "words"),
    [
        ("/nowhere/python", "cannot be started: No such file"),
        ("/", "cannot be started: Permission denied"),
    ],
)
def test_an_executable_that_cannot_be_started_is_one_clear_line(target_bundle, executable, words):
    """No interpreter, no launch; and nothing is left open."""
    with pytest.raises(MeasurementError, match=words):
        Launch(executable, target_bundle)
