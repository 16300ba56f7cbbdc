"""Temporary folders: whose they are, and which of them a sweep removes."""

import errno
import os
import tempfile
import time
from pathlib import Path

import pytest

from gilbench.measure import leftovers, scratch
from gilbench.measure.scratch import Scratch, sweep


@pytest.mark.parametrize("owner", [None, "0" * 32 + "more", "link"])
def test_a_folder_that_is_not_provably_left_is_not_swept(tmp_path, monkeypatch, owner):
    """Without its owner's file, with another file, or with a link in its place a folder stays."""
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / "gilbench-mine"
    folder.mkdir()
    if owner == "link":
        (tmp_path / "elsewhere").write_text("0" * 32)
        (folder / "owner").symlink_to(tmp_path / "elsewhere")
    elif owner is not None:
        (folder / "owner").write_text(owner)
    sweep()
    assert folder.is_dir()


def test_a_folder_is_swept_when_its_lock_is_free(tmp_path, monkeypatch):
    """Open, a folder stays; as its process left it, it goes."""
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(leftovers, "end_marked", lambda mark: None)
    opened = Scratch()
    sweep()
    assert opened.path.is_dir()
    os.close(opened._owner)
    opened._owner = None
    sweep()
    assert not opened.path.exists()
    opened.close()


def test_the_folder_of_a_file_system_without_locks_is_used_and_never_swept(tmp_path, monkeypatch):
    """That nobody has the lock shows nothing there."""

    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    with monkeypatch.context() as without_locks:
        without_locks.setattr(scratch.fcntl, "flock", refuse)
        opened = Scratch()
    (opened.path / "bundle").mkdir()
    sweep()
    assert opened.path.is_dir()
    opened.close()
    assert not opened.path.exists()


def test_a_folder_that_cannot_be_owned_does_not_stay(tmp_path, monkeypatch):
    """Where the disk is full, for example."""

    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    with monkeypatch.context() as full, pytest.raises(OSError, match="No space"):
        full.setattr(scratch.os, "write", refuse)
        Scratch()
    assert not list(tmp_path.iterdir())


def test_a_folder_whose_process_was_killed_before_it_owned_it_is_swept(tmp_path, monkeypatch):
    """Once it is old; its name and its one file show whose it is."""
    monkeypatch.setattr(scratch, "UNOWNED_S", 50.0)  # a stopped test is not as old
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    folder = Path(tempfile.mkdtemp(prefix=scratch.PREFIX))
    (folder / scratch.DRAFT).touch()
    sweep()
    assert folder.is_dir()
    os.utime(folder, (time.time() - 60, time.time() - 60))
    sweep()
    assert not folder.exists()
