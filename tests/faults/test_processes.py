"""What a launch starts, writes and leaves: nothing hangs the run, fills the machine or outlives it."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from gilbench.measure import error_output, launches, leftovers, scratch
from gilbench.measure.launches import Child, Launch, MeasurementError, NoAnswer
from gilbench.measure.scratch import sweep
from tests.patience import PATIENCE_S, has_ended, wait_for

TIMEOUT_S = 60.0
ROUND = {"workload": "custom", "strategy": "serial", "params": {}, "tasks": 1, "workers": 1}
ESCAPE = """
def task(index, params):
    if not os.fork():
        os.setsid()
        time.sleep(600)
    return 1
"""


def script(folder: Path, source: str) -> str:
    """An executable shell script."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{source}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_descendant_that_left_its_session_hangs_nothing(launch_of):
    """It holds the launch's output for ten minutes; closing the launch ends it instead of waiting."""
    launch = launch_of(ESCAPE)
    assert launch.ask("round", TIMEOUT_S, **ROUND)["tasks"] == 1
    mark = launch._mark
    assert len(list(leftovers.marked_processes(mark))) == 2
    started_s = time.monotonic()
    launch.close()
    assert time.monotonic() - started_s < PATIENCE_S
    assert wait_for(lambda: all(map(has_ended, leftovers.marked_processes(mark))))


def test_the_death_of_a_launch_is_noticed_though_its_output_is_held(launch_of):
    """A forked process keeps the stream open, and the launch has died all the same."""
    launch = launch_of(ESCAPE.replace("    return 1", "    os.kill(os.getpid(), 9)"))
    with pytest.raises(MeasurementError, match="died \\(signal SIGKILL\\)"):
        launch.ask("round", TIMEOUT_S, **ROUND)


def test_an_interpreter_that_leaves_a_process_behind_hangs_nothing(target_bundle, tmp_path):
    """A script that starts something in another session and ends."""
    executable = script(tmp_path, "setsid sleep 600 &\necho nonsense")
    with (
        Launch(executable, target_bundle) as launch,
        pytest.raises(MeasurementError, match="nonsense"),
    ):
        assert wait_for(lambda: has_ended(launch.pid))
        launch.set_up(TIMEOUT_S)
    assert wait_for(lambda: all(map(has_ended, leftovers.marked_processes(launch._mark))))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("exec cat /dev/zero", "answered more than 1 MiB"),
        ("exec yes", "answered 'y' instead of a JSON object"),
        ("exec cat /dev/zero >&2", "more than 1 MiB to standard error"),
        ("while :; do echo word >&2; done", "more than 1 MiB to standard error"),
        (
            "while :; do printf x; done & exec cat /dev/zero >&2",
            "more than 1 MiB to standard error",
        ),
    ],
    ids=["stdout", "lines", "stderr", "stderr-lines", "both"],
)
def test_an_interpreter_that_floods_is_ended(target_bundle, tmp_path, monkeypatch, source, words):
    """Endless output is one line, and little of it is kept."""
    monkeypatch.setattr(launches, "MOST_ANSWER_BYTES", 1 << 20)
    monkeypatch.setattr(error_output, "MOST_STDERR_BYTES", 1 << 20)
    with Launch(script(tmp_path, source), target_bundle) as launch:
        with pytest.raises(MeasurementError, match=words) as caught:
            launch.set_up(TIMEOUT_S)
        assert len(launch._received) < 4 << 20
    assert "\n" not in str(caught.value) and has_ended(launch.pid)


def test_a_request_that_nobody_reads_is_not_waited_for(target_bundle, tmp_path, monkeypatch):
    """One larger than a pipe holds is lost on a process that sleeps, and its answer is late."""
    monkeypatch.setattr(launches, "WRITE_TIMEOUT_S", 0.3)
    with Launch(script(tmp_path, "exec sleep 600"), target_bundle) as launch:
        with pytest.raises(NoAnswer):
            launch.ask("ping", 0.1, more="x" * (1 << 20))
        assert has_ended(launch.pid)
        with pytest.raises(MeasurementError):
            launch.ask("ping", TIMEOUT_S)


def test_a_large_request_arrives_whole(launch_of):
    """However often the pipe is full meanwhile."""
    launch = launch_of("def task(index, params):\n    return len(params['text'])\n")
    job = {**ROUND, "params": {"text": "x" * (1 << 22)}}
    assert launch.ask("round", TIMEOUT_S, **job)["checksum"] == 1 << 22


def test_a_task_that_prints_without_end_is_ended(launch_of, monkeypatch):
    """Prints go to standard error, whose file is bounded."""
    monkeypatch.setattr(error_output, "MOST_STDERR_BYTES", 1 << 20)
    launch = launch_of("def task(index, params):\n    while True:\n        print('x' * 1000)\n")
    with pytest.raises(MeasurementError, match="have what it runs print less"):
        launch.ask("round", TIMEOUT_S, **ROUND)


def test_words_from_a_launch_are_one_short_line(launch_of):
    """An exception of five megabytes with escapes in it is quoted in part, without them."""
    launch = launch_of(
        "def task(index, params):\n    raise ValueError('\\x1b[31m' + 'x' * 5_000_000)\n"
    )
    with pytest.raises(MeasurementError) as caught:
        launch.ask("round", TIMEOUT_S, **ROUND)
    assert len(str(caught.value)) <= 500 and "\x1b" not in str(caught.value)


PARENT = """
import sys, time
from gilbench.measure.launches import Launch
from gilbench.measure.session import Session

with Session(seed=0) as session:
    session.services.access("tcp", 0.0)
    source = "\\n".join([
        "import os",
        "from multiprocessing import util",
        "from gilbench.target.registry import Workload",
        "def task(index, params):",
        "    util.get_temp_dir()",
        "    os.close(os.open(params['running'] + '.' + str(index), os.O_CREAT))",
        "    while True: pass",
        "WORKLOAD = Workload(name='custom', kind='cpu', summary='s', task=task, defaults={})",
    ])
    (session.target_bundle / "gilbench/target/workloads/custom.py").write_text(source)
    launch = Launch(sys.executable, session.target_bundle)
    folder = session.target_bundle.parent
    job = {"workload": "custom", "strategy": "process", "tasks": 2, "workers": 2}
    launch.request("round", params={"running": str(folder / "task")}, **job)
    while len(list(folder.glob("task.*"))) < 2:
        time.sleep(0.01)
    print(folder, flush=True)
    launch.answer(600)
"""


def run_parent(tmp_path):
    """A process that measures a function which loops for ever, its folder, and what it has started."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", textwrap.dedent(PARENT)]
    parent = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    folder = Path(parent.stdout.readline().strip())
    started = psutil.Process(parent.pid).children(recursive=True)
    return parent, folder, started


def test_everything_dies_with_a_parent_that_is_killed(tmp_path):
    """Launch, workers, server and folder of a killed process are gone, though a function loops."""
    parent, folder, started = run_parent(tmp_path)
    assert folder.is_dir() and len(started) >= 5  # a warden, a server, a launch and its two workers
    parent.kill()
    parent.wait()
    assert wait_for(lambda: all(has_ended(process.pid) for process in started))
    assert wait_for(lambda: not folder.exists())
    parent.stdout.close()


def test_folders_of_multiprocessing_go_with_a_killed_parent():
    """What it makes for its sockets lies in the folder of the parent, where the name of that is short enough."""
    with tempfile.TemporaryDirectory(prefix="g-") as short:
        parent, folder, _ = run_parent(Path(short))
        made = list(folder.rglob("pymp-*"))
        parent.kill()
        parent.wait()
        parent.stdout.close()
        assert made
        assert wait_for(lambda: not list(Path(short).iterdir()))


def test_the_next_session_sweeps_up_where_the_warden_was_killed_too(tmp_path, monkeypatch):
    """The folder and the processes of a dead process are found by its mark; those of a living one stay."""
    parent, folder, started = run_parent(tmp_path)
    wardens = [process for process in started if "leftovers.py" in " ".join(process.cmdline())]
    assert len(wardens) == 1
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    sweep()
    assert folder.is_dir() and parent.poll() is None
    wardens[0].send_signal(signal.SIGSTOP)
    wardens[0].kill()
    assert wait_for(lambda: has_ended(wardens[0].pid))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_for(lambda: not folder.exists() or sweep())
    assert wait_for(lambda: all(has_ended(process.pid) for process in started))


def test_a_warden_that_was_stopped_is_not_waited_for(tmp_path):
    """Another takes its place once the pipe is full, and knows what is there."""
    (tmp_path / "folder").mkdir()
    warden = scratch.Warden()
    try:
        warden.tell("make", leftovers.encoded(tmp_path / "folder"))
        first = warden._process
        first.send_signal(signal.SIGSTOP)
        while warden._process is first:
            warden.tell("remove", leftovers.encoded(Path("x" * 500)))
        assert first.poll() == -signal.SIGKILL
        assert warden._current == {f"make {leftovers.encoded(tmp_path / 'folder')}\n"}
    finally:
        warden._current.clear()
        warden._process.kill()
        warden.close()


def test_the_next_session_ends_a_warden_that_was_stopped(tmp_path, monkeypatch):
    """It would wait for ever to clean up after a process that has long been swept up after."""
    parent, folder, started = run_parent(tmp_path)
    (warden,) = [process for process in started if "leftovers.py" in " ".join(process.cmdline())]
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    warden.send_signal(signal.SIGSTOP)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_for(lambda: not folder.exists() or sweep())
    assert wait_for(lambda: has_ended(warden.pid))


NESTED = """
import sys, time
from pathlib import Path
from gilbench.measure.launches import Child

inner = Child(sys.executable, ["-c", "import time; time.sleep(600)"], Path(sys.argv[1]))
print(inner.pid, flush=True)
time.sleep(600)
"""


def test_what_a_measured_gilbench_started_ends_with_the_one_that_measures_it(
    target_bundle, tmp_path
):
    """Its warden has the outer mark, and is ended before it can do anything."""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    arguments = ["-P", "-c", NESTED, str(target_bundle)]
    outer = Child(sys.executable, arguments, target_bundle, variables=environment)
    try:
        inner = int(outer._read_line(PATIENCE_S))
        assert not has_ended(inner)
        leftovers.end_marked(outer._mark)
        assert wait_for(lambda: has_ended(inner))
    finally:
        outer.close()


def test_a_launch_whose_folder_was_removed_names_it(tmp_path):
    """And not the interpreter, which is there."""
    with pytest.raises(MeasurementError, match=f"{tmp_path / 'gone'} was removed"):
        Child(sys.executable, [], tmp_path / "gone")
