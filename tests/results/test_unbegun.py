"""Folders of runs that were killed before they began: removed if that is certain, and otherwise left alone."""

import os
import time

import pytest
from tests import synthetic

from gilbench.results import folder as layout
from gilbench.results.journal import Journal
from gilbench.results.unbegun import remove_unbegun

pytest.importorskip("fcntl", reason="without locks nothing is removed")


@pytest.fixture
def left(tmp_path):
    """The folder of a run whose process died before it began, with the draft of its run.json."""
    folder = layout.create(tmp_path)
    Journal(folder).close()
    (folder / f".{layout.RUN}-0123abcd").write_text("{")
    return folder


def test_what_a_dead_process_left_is_removed(left, tmp_path):
    """It says nothing."""
    remove_unbegun(tmp_path)
    assert not left.exists()


def test_a_living_process_keeps_its_folder(tmp_path):
    """Its journal is locked."""
    with Journal(layout.create(tmp_path)) as journal:
        remove_unbegun(tmp_path)
        assert journal.folder.is_dir()


@pytest.mark.parametrize("more", ["notes.txt", layout.RUN, "records", "name", "folder"])
def test_what_is_anybodys_stays(left, tmp_path, more):
    """A file of the user's, a run, a journal with a record, another name, a folder for a file."""
    if more == "folder":
        (left / layout.CORES).unlink()
        (left / layout.CORES).mkdir()
    elif more == "records":
        (left / layout.ROUNDS).write_text("{}\n")
    elif more == "name":
        left = left.rename(tmp_path / "mine")
    else:
        (left / more).touch()
    remove_unbegun(tmp_path)
    assert left.is_dir()


def test_a_folder_without_a_lock_is_removed_once_it_is_old(tmp_path):
    """It is locked the moment after it is made."""
    folder = layout.create(tmp_path)
    remove_unbegun(tmp_path)
    assert folder.is_dir()
    os.utime(folder, (time.time() - 60, time.time() - 60))
    remove_unbegun(tmp_path)
    assert not folder.exists()


def test_a_run_is_never_removed(tmp_path):
    """However short it is."""
    with Journal(layout.create(tmp_path)) as journal:
        journal.write_run(synthetic.make_run(()))
    remove_unbegun(tmp_path)
    assert layout.read_run(journal.folder)


def test_a_pointer_that_a_dead_process_left_is_removed(tmp_path):
    """Once it is old: one that becomes ``latest`` does so in an instant."""
    pointer = tmp_path / f".{layout.LATEST}-20260101T000000Z-0000"
    pointer.symlink_to("20260101T000000Z-0000")
    remove_unbegun(tmp_path)
    assert pointer.is_symlink()
    long_ago = (time.time() - 60, time.time() - 60)
    os.utime(pointer, long_ago, follow_symlinks=False)
    remove_unbegun(tmp_path)
    assert not pointer.is_symlink()
