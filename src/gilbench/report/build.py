"""The door to the report: judge a run and write everything that follows from it into its folder.

Importing this is cheap; pandas and matplotlib are imported when a report is written.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gilbench.model import InputError, Verdict


def write(folder: Path) -> list[Verdict]:
    """Judge the run in a folder, write its report there and return the verdicts.

    Runs that were interrupted, or narrowed to a part, give a report of what they have. InputError where the journal
    cannot be read or the folder cannot be written.
    """
    with collection_paused():
        from gilbench.report import contents

        try:
            return contents.write(folder)
        except OSError as error:
            raise InputError(
                f"cannot write the report to {folder}: {error.strerror}; make room there, or copy the run elsewhere"
            ) from error


@contextmanager
def collection_paused() -> Iterator[None]:
    """No search for garbage meanwhile: imports and figures make many objects and little of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
