"""What ``gilbench advise`` answers about functions of which the answer is known: measured for real, and small."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest
from tests.advise.conftest import advise, ask_patiently

from gilbench.measure.host import inspect

SHORT = ("--budget", "6")
# Its thread holds a lock at nearly every instant; a fork copies the lock as it is, and not the thread
HOLDER = """
import multiprocessing, threading, time

LOCK = threading.Lock()

def hold():
    while True:
        with LOCK:
            time.sleep(0.005)
        time.sleep(0.0003)

if multiprocessing.parent_process() is None:
    threading.Thread(target=hold, daemon=True).start()

def waits():
    with LOCK:
        pass
"""


def ways(answer):
    """The ways that were measured, by strategy: the one with the most workers of each."""
    found = {}
    for row in sorted(answer["ways"], key=lambda row: row["workers"]):
        found[row["strategy"]] = row
    return found


def test_a_lock_inside_is_distinguished_from_the_gil(folder):
    """Threads that share one lock take turns, and the GIL is free meanwhile.

    Processes have a lock each, so that more of them than cores gain more.
    """
    cores = max(2, inspect(busy_sample_s=0.01).usable_cores)

    def check(answer):
        in_processes = [row for row in answer["ways"] if "process" in row["strategy"]]
        assert max(row["workers"] for row in in_processes) > cores
        assert answer["holds_gil"]["hi"] < 0.5
        assert ways(answer)["thread"]["speed"] < 1.6
        assert not any("take turns: a call holds the GIL" in why for why in answer["why_not_more"])
        assert any("has its own lock" in why for why in answer["why_not_more"])

    ask_patiently(check, "work.py:locked")


def test_waiting_work_gets_more_workers_than_cores(folder):
    """The number doubles as long as the gain does."""

    def check(answer):
        assert answer["bound"] == "I/O-bound"
        assert max(row["workers"] for row in answer["ways"]) >= 8
        assert max(row["speed"] or 0 for row in answer["ways"]) > 3
        assert answer["best"] is None or answer["best"]["pays_from_ms"] > 0

    ask_patiently(check, "work.py:sleeps")


def test_half_waiting_half_computing_is_the_functions_doing(folder):
    """Its wait is not blamed on other work."""

    def check(answer):
        assert answer["waits"] > 0.2
        assert "other work takes the cores" not in json.dumps(answer)

    ask_patiently(check, "work.py:part", "--args", "[0.5]")


def test_large_results_keep_it_out_of_processes(folder):
    """Handing rows back takes longer than making them in turn."""

    def check(answer):
        assert answer["result_bytes"] > 100_000
        best = answer["best"]
        assert best is None or "process" not in best["strategy"]
        assert any("pickle every call and its result" in why for why in answer["why_not_more"])

    ask_patiently(check, "work.py:rows")


def test_what_cannot_run_is_a_row_and_the_others_are_measured(folder):
    """A method whose object has a lock does not go to a process."""

    def check(answer):
        found = ways(answer)
        assert "cannot be pickled" in found["process-pool"]["failed"]
        assert found["thread"]["speed"] is not None

    ask_patiently(check, "work.py:Parser.parse")


def test_a_hang_costs_its_own_limit_once(folder):
    """Threads that never return end, and processes are measured nevertheless."""
    began_s = time.monotonic()

    def check(answer):
        found = ways(answer)
        assert any("no answer within" in row["failed"] for row in found.values())
        assert found["process-pool"]["speed"] is not None

    ask_patiently(check, "work.py:hangs_in_threads", budgets=("14", "40", "120"))
    assert time.monotonic() - began_s < 400


@pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 14), reason="processes are not forked here"
)
def test_a_fork_that_copies_a_held_lock_costs_its_limit_once_and_processes_are_spawned(folder):
    """A child waits for a thread that is not there: the cause is said, and both kinds of ways are measured."""
    (folder / "holder.py").write_text(HOLDER)

    def check(answer):
        found = ways(answer)
        assert found["thread"]["speed"] is not None
        assert found["process-pool"]["speed"] is not None
        (finding,) = [each for each in answer["findings"] if "start-method=spawn" in each]
        assert "forked" in finding and "a thread of the library" in finding

    ask_patiently(check, "holder.py:waits", budgets=("12", "40", "120"))


def test_a_fork_that_hangs_is_named_however_short_the_budget(folder):
    """Whether or not there is time to be certain, or to spawn processes after it."""
    (folder / "holder.py").write_text(HOLDER)

    def check(answer):
        (finding,) = [each for each in answer["findings"] if "start-method=spawn" in each]
        assert "process that is forked" in finding

    ask_patiently(check, "holder.py:waits", budgets=("6", "40"))


def test_output_the_call_and_a_first_answer_are_shown(folder):
    """How it is called is shown, what it prints is counted, and there is an answer before the last."""
    for budget in ("6", "20", "60"):
        answer, progress = advise("work.py:prints", "--budget", budget)
        if "so far: " in progress:
            break
    assert "so far: " in progress and "prints() takes" in progress
    assert "it was called as prints()" in answer["findings"]
    assert any("bytes of output" in finding for finding in answer["findings"])


def test_a_call_that_is_too_long_is_one_line_with_the_remedy(folder):
    """It says how much time it needs."""
    answer, said = advise("time:sleep", "--args", "[30]", *SHORT)
    assert not answer
    assert "did not return within" in said and "--budget" in said


def test_a_folder_that_cannot_be_is_refused_before_the_measurement(folder):
    """What is measured for minutes must not be lost in the end."""
    command = [sys.executable, "-m", "gilbench", "advise", "work.py:pure", "--budget", "60"]
    done = subprocess.run(
        [*command, "--out", "work.py"], capture_output=True, text=True, timeout=800, check=False
    )
    assert done.returncode == 2 and "cannot write results to work.py" in done.stderr
    assert "measuring for" not in done.stderr


@pytest.mark.parametrize("budget", ["0", "soon"])
def test_a_budget_that_is_none_is_refused(folder, budget):
    """One line."""
    answer, said = advise("work.py:pure", "--budget", budget)
    assert not answer and "is no budget" in said


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_an_interrupted_run_answers_from_what_it_has(folder):
    """It is kept, and the exit code is that of an interrupt."""
    command = [sys.executable, "-m", "gilbench", "advise", "work.py:pure", "--budget", "60"]
    with subprocess.Popen(
        [*command, "--out", "runs"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        for line in process.stderr:
            if "measuring for" in line:
                break
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=600)
    assert process.returncode == 130, said
    assert "what was measured so far is kept in runs" in said
    (run,) = (folder / "runs").iterdir()
    assert json.loads((run / "run.json").read_text())["status"] == "interrupted"
