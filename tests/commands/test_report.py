"""``gilbench report``: one run again, several side by side, and what has no verdicts to report."""

import json

import pytest

from tests.report.conftest import write_run
from tests.synthetic import World

CLAIMS = frozenset({"A16"})


@pytest.fixture
def run(tmp_path):
    """A run that was measured and not reported yet, in the folder of the command."""
    return write_run(tmp_path / "run", World(launches=4, claims=CLAIMS))


@pytest.mark.usefixtures("no_figures")
def test_the_verdicts_are_printed_and_stored(in_process, run):
    """Those of ``--json`` are those of ``verdicts.json``; without it the last screen of a run,
    or the whole board where that is asked for."""
    printed = json.loads(in_process("report", "run", "--json").stdout)
    assert printed == json.loads((run / "verdicts.json").read_text())
    ending = f"report: {run / 'report.html'}\n"
    short = in_process("report", "run")
    assert short.returncode == 0
    assert short.stdout.startswith("Threads gain nothing for pure-Python computing")
    assert short.stdout.endswith(ending)
    board = in_process("report", "run", "--verbose")
    assert "A16" in board.stdout and board.stdout.endswith(ending)
    shown = in_process("show", "run")
    assert board.stdout == shown.stdout + ending
    assert json.loads(in_process("show", "run", "--json").stdout) == printed


def test_a_check_has_no_verdicts(in_process, tmp_path):
    """Its findings are named, and nothing is written into its folder."""
    folder = write_run(tmp_path / "run", World(launches=2, claims=CLAIMS), profile="check")
    done = in_process("report", "run")
    assert done.returncode == 2 and f"its findings are in {folder / 'check.md'}" in done.stderr
    assert not (folder / "report.html").exists()


@pytest.mark.usefixtures("no_figures")
def test_the_page_is_opened_where_there_is_a_browser(in_process, run, monkeypatch):
    """Where there is none its path is told, and the report is made all the same."""
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or len(opened) == 1)
    assert "no browser" not in in_process("report", "run", "--open").stdout
    assert (
        f"no browser was found; open {run / 'report.html'}"
        in in_process("report", "run", "--open").stdout
    )
    assert opened == [(run / "report.html").as_uri()] * 2


@pytest.mark.usefixtures("no_figures")
def test_several_runs_are_also_put_side_by_side(in_process, tmp_path):
    """Each gets its report, and a page beside the first run compares them; with ``--json`` verdicts are by run."""
    world = World(launches=2, claims=frozenset({"A19"}))
    folders = [write_run(tmp_path / name, world) for name in ("run-aaaa", "run-bbbb")]
    done = in_process("report", "run-aaaa", "run-bbbb")
    page = tmp_path / "side-by-side-aaaa-bbbb.html"
    assert done.stdout.strip() == f"side by side: {page}" and page.is_file()
    assert all((folder / "report.html").is_file() for folder in folders)
    verdicts = json.loads(in_process("report", "run-aaaa", "run-bbbb", "--json").stdout)
    assert verdicts == {
        folder.name: json.loads((folder / "verdicts.json").read_text()) for folder in folders
    }
