"""The gallery: every row has a journal that is read, and a command that the page shows."""

import gzip
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "tools"


@pytest.fixture(scope="module")
def gallery():
    """The tool as a module, with the list of calls that it imports."""
    sys.path.insert(0, str(TOOLS))
    try:
        spec = importlib.util.spec_from_file_location("gallery", TOOLS / "gallery.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["gallery"] = module  # where dataclasses look for it
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TOOLS))
    return module


def test_calls_have_names_of_their_own(gallery):
    """A journal's folder is of one call alone."""
    names = [call.name for call in gallery.CALLS]
    assert len(names) == len(set(names)) >= 40


def test_modules_of_a_set_up_are_found(gallery):
    """An interpreter is asked for what a set-up imports, whichever way it does."""
    call = gallery.Call(
        "c", "c", "import numpy; g = numpy; import a.b as c, io; from d.e import f", "g"
    )
    assert call.modules == {"numpy", "a", "io", "d"}


def test_every_journal_is_read_and_has_its_row(gallery):
    """The committed page has a row and a command for every committed journal."""
    journals = {path.name for path in gallery.JOURNALS.iterdir() if path.is_dir()}
    assert journals <= {call.name for call in gallery.CALLS}
    page = gallery.PAGE.read_text(encoding="utf-8")
    for call in gallery.CALLS:
        if call.name not in journals:
            continue
        entry = gallery.read(call)
        assert entry.with_gil is not None or entry.without_gil is not None
        assert f"| {call.title} |" in page
        assert gallery.command_of(call) in page
        if gallery.has_one_launch(entry):
            (named,) = [line for line in page.splitlines() if line.startswith("  nothing, in ")]
            assert call.title in named


def test_pieces_measure_the_oldest_first_and_note_what_is_lacking(gallery, tmp_path, monkeypatch):
    """A later call goes on with what has no journal or the oldest one; a row without a package says so."""
    monkeypatch.setattr(gallery, "JOURNALS", tmp_path)
    calls = [
        gallery.Call(name, name, "import made_up" if name == "d" else "", "1") for name in "abcd"
    ]
    for name, day in (("a", 3), ("b", 1)):
        journal = tmp_path / name / "with-gil"
        journal.mkdir(parents=True)
        run = json.dumps({"started_utc": f"2026-01-0{day}"}).encode()
        (journal / "run.json.gz").write_bytes(gzip.compress(run))
    asked = []

    def run(command, **options):
        asked.append(command[0])
        return subprocess.CompletedProcess(command, 2, "", "no")

    monkeypatch.setattr(gallery, "_inspect", lambda python, calls: (set(), "with-gil"))
    monkeypatch.setattr(gallery, "_command", lambda call, python, budget_s: [call.name])
    monkeypatch.setattr(gallery.subprocess, "run", run)
    gallery.measure(calls, "python", 1000.0, 6.0, again=False)
    assert asked == ["c"]
    gallery.measure(calls, "python", 1000.0, 6.0, again=True)
    assert asked == ["c", "c", "b", "a"]
    assert gallery.not_measured(calls[3], "with-gil") == "not measured: no made_up for it here"
    assert gallery.not_measured(calls[2], "with-gil") == "not measured"
