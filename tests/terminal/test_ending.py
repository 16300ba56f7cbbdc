"""The last screen of a run: what a terminal emulator shows of it, in a pipe and in CI."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from tests.report.conftest import write_run
from tests.synthetic import World, make_host

from gilbench.claims.judging import judge_claims
from gilbench.model import HostWarning
from gilbench.results import tables
from gilbench.terminal.ending import print_ending

pytest.importorskip("pyte", reason="pyte is not installed: pip install '.[dev]'")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal of Unix is needed", allow_module_level=True)

from tests.terminal.emulator import screen_after, screen_of

ANSWER = "Threads gain nothing for pure-Python computing"
FOLDER = Path("results/20260101T000000Z-0000")


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
    assert "Pure Python in threads" in text
    assert "C code that releases the GIL" in text
    assert "not as expected" in text
    assert f"report: {FOLDER / 'report.html'}" in text
    assert "gilbench show" in text
    assert text.count("the host is busy") == 1
    assert "stays undecided" in text


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
