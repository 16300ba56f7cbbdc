"""What every command makes of unusable input: one line that says what to do, and the exit code of the contract."""

import errno
import textwrap

import pytest

from gilbench import cli
from gilbench.model import Round
from gilbench.results import folder
from tests.commands.conftest import COMMAND_OF_TORTURE, SOURCES, invoke, one_line


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["run", "--profile", "thorough"], "quick, standard, full"),
        (["run", "--workload", "nope"], "fnv1a"),
        (["run", "--strategy", "nope"], "serial"),
        (["run", "--claim", "Z9"], "A16"),
        (["run", "--claim", "A16", "--workload", "sleep"], "give fewer of"),
        (["run", "--workers", "0"], "1 or more"),
        (["run", "--workers", "-3"], "1 or more"),
        (["run", "--workers", "many"], "1 or more"),
        (["run", "--workers", "100000", "--workload", "fnv1a"], "--force-workers"),
        (["run", "--workers", "100000", "--workload", "sleep"], "--force-workers"),
        (["run", "--python", "/no/such/python"], "path of an executable"),
        (["run", "--python", "3.99"], "install it or give its path"),
        (["run", "--python", "/bin/true"], "CPython 3.8 or later"),
        (["run", "--out", "/proc/nowhere"], "--out"),
        (["report", "nowhere"], "gilbench run"),
        (["explain", "Z9"], "A16"),
        (["list", "nonsense"], "claims"),
        (["frobnicate"], "choose from: run"),
        (["reprot"], "did you mean 'report'?"),
        (["run", "--porfile", "quick"], "did you mean '--profile'?"),
        (["list", "claims", "A16"], "unrecognized arguments: A16"),
        (["list", "clams"], "did you mean 'claims'?"),
        (["run", "--strategy", "thred"], "did you mean 'thread'?"),
        (["explain", "thirteen"], "choose from: A1"),
        (["--porfile"], "--help"),
        ([], "--help"),
    ],
)
def test_unusable_arguments(in_process, arguments, remedy):
    """Exit code 2, one line, and the line names the way out."""
    done = in_process(*arguments)
    assert done.returncode == 2
    assert remedy in one_line(done)


@pytest.mark.parametrize(
    "arguments", [["run", "--profile", "thorough"], ["run", "--workers", "0"], ["frobnicate"]]
)
def test_unusable_arguments_end_the_process_as_they_should(gilbench, arguments):
    """The same as a user meets it: the exit code is the process's, and nothing else is said."""
    done = gilbench(*arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert one_line(done)


def test_without_a_command_it_says_what_it_is_for(in_process):
    """What gilbench settles and the commands that matter, and the contract's code: nothing was done."""
    done = in_process()
    assert done.returncode == 2 and done.stdout == ""
    for words in (
        "what the GIL costs",
        "gilbench run --profile quick",
        "advise FILE.py:FUNCTION",
        "check --against",
    ):
        assert words in done.stderr
    assert max(map(len, done.stderr.splitlines())) < 80


def _workload(body: str) -> str:
    head = "import os, time\nfrom gilbench.target.registry import Workload\n"
    tail = 'WORKLOAD = Workload(name="sleep", kind="io", summary="s", task=task, defaults={"delay_s": 0.001})\n'
    return head + textwrap.dedent(body) + tail


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "def task(index, params):\n    raise ValueError('no such thing')\n",
            "ValueError: no such thing",
        ),
        ("def task(index, params):\n    os._exit(7)\n", "exit code 7"),
        ("def task(index, params):\n    return int(time.perf_counter_ns())\n", "wrong result"),
    ],
)
def test_a_workload_that_fails_costs_its_own_cases_only(target_copy, tmp_path, body, words):
    """A task that raises, kills its launch or gives another result each time: its cases fail in one line each, the
    other workload is measured, and the report is made."""
    (target_copy / "workloads" / "sleep.py").write_text(_workload(body))
    narrow = (
        "--workload",
        "sleep",
        "--workload",
        "socket",
        "--strategy",
        "thread",
        "--workers",
        "2",
    )
    done = invoke(
        tmp_path,
        *("run", "--profile", "torture", *narrow),
        command=COMMAND_OF_TORTURE,
        GILBENCH_TARGET_DIR=str(target_copy),
        **SOURCES,
    )
    assert done.returncode == 2
    assert words in one_line(done)
    latest = tmp_path / "results" / "latest"
    measured = [record.item for record in folder.read_records(latest) if isinstance(record, Round)]
    assert any(item.startswith("socket-thread-w2") for item in measured)
    assert words in (latest / "summary.md").read_text()
    assert folder.read_run(latest.resolve()).status == "complete"


def test_a_broken_file_of_the_target_is_named(gilbench, target_copy):
    """A strategy's file that does not import stops the run at once, and the line says which file."""
    (target_copy / "strategies" / "pool.py").write_text("import nothing_of_that_name\n")
    done = gilbench("run", "--profile", "quick", GILBENCH_TARGET_DIR=str(target_copy))
    assert done.returncode == 2
    assert "strategies.pool.py is broken" in one_line(done)


def test_a_target_folder_that_is_none(gilbench, tmp_path):
    """GILBENCH_TARGET_DIR pointing nowhere is an input error."""
    done = gilbench("run", GILBENCH_TARGET_DIR=str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert "GILBENCH_TARGET_DIR" in one_line(done)


def test_a_damaged_journal_is_named(in_process, small_results):
    """Damage in the middle of the journal is an input error with file and line."""
    journal = small_results / "rounds.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], b"{half a rec\n", *lines[1:]]))
    done = in_process("report")
    assert done.returncode == 2
    assert "rounds.jsonl:2" in one_line(done)


def test_what_the_system_refuses_has_its_remedy():
    """A disk without room, and a /proc that is not there."""
    assert "make room" in cli._reason(OSError(errno.ENOSPC, "No space left on device", "x"))
    assert "mount /proc" in cli._reason(
        FileNotFoundError(errno.ENOENT, "No such file", "/proc/stat")
    )
