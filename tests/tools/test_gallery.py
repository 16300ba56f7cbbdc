"""The gallery: every row has a journal that is read, and a command that the page shows."""

import importlib.util
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
