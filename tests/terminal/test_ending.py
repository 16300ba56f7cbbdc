"""The last screen of a run: what a terminal emulator shows of it, in a pipe and in CI."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from tests.report.conftest import write_run
from tests.synthetic import World, make_host
from tests.synthetic_targets import five_targets

from gilbench.claims.judging import judge_claims
from gilbench.model import HostWarning, Record, Run, UserFunction
from gilbench.results import tables
from gilbench.summary.answers import answers
from gilbench.terminal.ending import print_ending

pytest.importorskip("pyte", reason="pyte is not installed: pip install '.[dev]'")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal of Unix is needed", allow_module_level=True)

from tests.terminal.emulator import screen_after, screen_of

ANSWER = "Threads gain nothing for pure-Python computing"
OWN = UserFunction("mine.py:work", "mine.py", "0" * 64, "mine", "work", "/synthetic", 1.0, False)
FOLDER = Path("results/20260101T000000Z-0000")


def interrupted():
    """It ended when a sixth was measured."""
    world = World(launches=8)
    records = list(world.records())
    found = world.tables()
    run = msgspec.structs.replace(found.run, status="interrupted", ended_utc=None)
    return tables.build(run, records[: len(records) // 6])


def barely_begun():
    world = World(launches=8)
    run = msgspec.structs.replace(world.tables().run, status="interrupted", ended_utc=None)
    return tables.build(run, ())


def of_one_claim():
    return World(launches=8, claims=frozenset({"A16"})).tables()


def of_many_targets():
    return tables.build(*five_targets(launches=2))


def of_a_users_function():
    """The cases of a workload, which the interpreter says is the user's own."""
    world = World(launches=8, claims=frozenset({"A16"}))
    run, records = in_own_words((world.tables().run, list(world.records())))
    (target,) = run.targets
    workloads = []
    for workload in target.description.workloads:
        own = OWN if workload.name == "work" else None
        workloads.append(msgspec.structs.replace(workload, own=own))
    described = msgspec.structs.replace(target.description, workloads=tuple(workloads))
    targets = (msgspec.structs.replace(target, description=described),)
    return tables.build(msgspec.structs.replace(run, targets=targets), records)


def in_own_words(measured: tuple[Run, list[Record]]) -> tuple[Run, list[Record]]:
    """The same with the workload fnv1a under the name of the user's."""
    text = msgspec.json.encode(measured).replace(b'"fnv1a', b'"work')
    return msgspec.json.decode(text, type=tuple[Run, list[Record]])


KINDS = (interrupted, barely_begun, of_one_claim, of_many_targets, of_a_users_function)


@pytest.fixture(scope="module")
def run():
    """Something undecided, something against expectation, and a host that warns."""
    world = World(launches=8, speedups={"fnv1a-process-w2": 1.2, "http-thread-w4": 0.9})
    found = world.tables()
    host = make_host(warnings=(HostWarning("the host is busy", "end it"),))
    warned = tables.build(msgspec.structs.replace(found.run, host=host), world.records())
    return warned, judge_claims(warned)


def printed(run, columns: int, lines: int, **options) -> str:
    out = io.StringIO()
    console = Console(file=out, width=columns, height=lines, highlight=False, **options)
    print_ending(console, *run, FOLDER)
    return out.getvalue()


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_the_last_screen_has_all_that_matters(run, size):
    """Answer, four numbers, counts, what needs a look, the report: nothing of it scrolled away."""
    written = printed(run, *size, force_terminal=True)
    lines, scrolled = screen_of(written.encode("utf-8"), *size)
    text = "\n".join(lines)
    assert scrolled == 0
    assert len([line for line in lines if line]) <= 23  # one is left for the prompt
    assert ANSWER in text
    assert "Pure Python in 2 threads" in text
    assert "C code that releases the GIL" in text
    assert "not as expected" in text
    assert f"report: {FOLDER / 'report.html'}" in text
    assert "gilbench show" in text
    assert text.count("the host is busy") == 1
    assert "stays undecided" in text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_run_ends_in_one_screen(kind):
    """An answer and where the report is, and nothing scrolled away."""
    found = kind()
    verdicts = judge_claims(found)
    written = printed((found, verdicts), 80, 24, force_terminal=True)
    lines, scrolled = screen_of(written.encode("utf-8"), 80, 24)
    shown = [line for line in lines if line]
    assert scrolled == 0
    assert 3 <= len(shown) <= 23
    assert shown[0].strip().endswith(".") or shown[1].strip().endswith(".")
    assert "gilbench show" in "\n".join(shown)
    assert shown[-1].startswith("report: ")
    told = answers(found, verdicts)
    if len(told) == 1:  # no number and no outcome is cut
        assert [line for line in shown[1 : 1 + len(told[0][1])] if "[…" in line] == []
        assert all(any(answer.words in line for line in shown) for answer in told[0][1])


def test_without_colour_there_is_none(run):
    """NO_COLOR is kept to, and the words are the same."""
    coloured = printed(run, 80, 24, force_terminal=True, color_system="standard")
    plain = printed(run, 80, 24, force_terminal=True, no_color=True, color_system="standard")
    assert "\x1b[1;32m" in coloured or "\x1b[32m" in coloured
    assert "\x1b[32m" not in plain and "\x1b[1;32m" not in plain
    shown = [screen_of(written.encode("utf-8"), 80, 24) for written in (coloured, plain)]
    assert shown[0] == shown[1]


def test_a_pipe_gets_every_open_claim_whole(run):
    """No line is cut and nothing is left out but what holds; there are no escapes."""
    text = printed(run, 80, 24)
    assert "\x1b" not in text
    assert "…" not in text
    assert "more that need a look" not in text
    assert ANSWER in text
    for verdict in run[1]:
        if verdict.as_expected is False:
            assert f"{verdict.id}: {verdict.statement}" in text


def test_show_prints_every_verdict(tmp_path):
    """The whole board, as long as it is, in a pseudo-terminal."""
    world = World(launches=8, claims=frozenset({"A1", "A3", "A16"}))
    folder = write_run(tmp_path / "run", world)
    lines, scrolled, written = screen_after(["show", str(folder)], 80, 24)
    assert scrolled > 0
    assert "A3 " in written.decode("utf-8")
    assert any("claims:" in line for line in lines)


def test_in_ci_the_log_is_plain_and_whole(tmp_path):
    """No terminal, CI set: no escape, no line drawn over, and the emulator shows the same words as the log has."""
    folder = write_run(tmp_path / "run", World(launches=8, claims=frozenset({"A1", "A16"})))
    environment = {**os.environ, "CI": "true", "GITHUB_ACTIONS": "true", "TERM": "dumb"}
    command = [sys.executable, "-m", "gilbench", "report", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=300, check=True)
    text = done.stdout.decode("utf-8")
    assert "\x1b" not in text and "\r" not in text.replace("\r\n", "\n") and "…" not in text
    assert ANSWER in text and f"report: {folder / 'report.html'}" in text
    lines, scrolled = screen_of(done.stdout, 400, 60)
    assert scrolled == 0
    assert [line for line in lines if line] == [line.rstrip() for line in text.splitlines() if line]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("complete", "in the time of this profile"),
        ("interrupted", f"gilbench run --resume {FOLDER}"),
    ],
)
def test_what_was_not_measured_has_its_remedy(status, words):
    """A run that is complete has spent its time: to let it finish would change nothing."""
    found = barely_begun()
    run = msgspec.structs.replace(found.run, status=status)
    out = io.StringIO()
    print_ending(Console(file=out, width=200), tables.build(run, ()), judge_claims(found), FOLDER)
    assert words in out.getvalue()
