"""Folders of runs that were killed before they began: they say nothing, and are removed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

from gilbench.results import folder as layout

try:
    import fcntl
except ImportError:  # without locks nothing shows that the process has died
    fcntl = None  # type: ignore[assignment]

NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
POINTER = re.compile(rf"\.{layout.LATEST}-{NAME.pattern}")  # ``latest``, before it has its name
# What is in them: files that a run opens first, and drafts of ``run.json``
MADE = re.compile(
    "|".join(map(re.escape, (layout.ROUNDS, layout.CORES, layout.BENCHMARK)))
    + rf"|\.{re.escape(layout.RUN)}-[0-9a-f]{{8}}"
)
UNLOCKED_S = 10.0  # a folder is locked as soon as it is made


def remove_unbegun(out: Path) -> None:
    """Remove the folders in ``out`` of runs that never began, whose process is dead.

    They belong to this user, are named as runs are, have no ``run.json`` and no record, and the
    lock of the process that made them is free. A link goes too that was to become ``latest``.
    """
    if fcntl is None:
        return
    with contextlib.suppress(OSError):
        for folder in out.iterdir():
            with contextlib.suppress(OSError):
                if NAME.fullmatch(folder.name) and not folder.is_symlink():
                    _remove_unbegun(folder)
                elif POINTER.fullmatch(folder.name) and folder.is_symlink():
                    _remove_pointer(folder)


def _remove_pointer(link: Path) -> None:
    status = link.lstat()
    if status.st_uid == os.getuid() and time.time() - status.st_mtime > UNLOCKED_S:
        link.unlink()


def _remove_unbegun(folder: Path) -> None:
    status = folder.lstat()
    if status.st_uid != os.getuid() or not folder.is_dir():
        return
    for entry in folder.iterdir():
        if not MADE.fullmatch(entry.name) or entry.is_symlink() or not entry.is_file():
            return
    journal = folder / layout.ROUNDS
    if not journal.exists():
        if time.time() - status.st_mtime > UNLOCKED_S:
            shutil.rmtree(folder, ignore_errors=True)
        return
    descriptor = os.open(journal, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # OSError: its process lives
        if not os.fstat(descriptor).st_size and not (folder / layout.RUN).exists():
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
