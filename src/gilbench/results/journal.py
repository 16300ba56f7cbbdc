"""Writes a run while it is measured: every record is in the file before the next begins."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Self

import msgspec

from gilbench.model import CoresSample, InputError, Record, Run, Seal
from gilbench.results import folder as layout
from gilbench.results.chain import Chain, start_of
from gilbench.results.files import digest_of, encode_json, open_to_append, write_file

try:
    import fcntl
except ImportError:
    # Without it there is no lock, and a run that is still measured cannot be recognised.
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Place:
    """A place between two lines of ``rounds.jsonl``.

    Attributes:
        at: How many bytes come before it.
        digest: The digest of the line before it; empty where lines have none.
    """

    at: int
    digest: bytes


class Journal:
    """The open files of one run folder.

    They are locked against other processes until this one closes them or ends.

    Attributes:
        folder: The folder.
        is_locked: Whether they are; not where the system or the file system has no locks.

    Raises:
        InputError: Another process has the folder open to write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_locked = fcntl is not None
        self._encoder = msgspec.json.Encoder()
        self._chain: Chain | None = None
        self._rounds = open_to_append(folder / layout.ROUNDS)
        if fcntl is not None:
            try:
                fcntl.flock(self._rounds, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError):
                self._rounds.close()
                raise InputError(
                    f"{folder} is being measured by another process; wait until that ends"
                ) from None
            except OSError:  # the file system has none
                self.is_locked = False
        try:
            self._cores = open_to_append(folder / layout.CORES)
        except InputError:
            self._rounds.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close both files, which ends the lock."""
        for file in (self._rounds, self._cores):
            with contextlib.suppress(OSError):  # of what could not be written before
                file.close()

    def cut(self, place: Place, cores_bytes: int) -> None:
        """Truncate both files; the next record starts a new line.

        Args:
            place: Where to cut ``rounds.jsonl``.
            cores_bytes: How much of ``cores.jsonl`` to keep.
        """
        self.cut_rounds(place)
        self._cores.truncate(cores_bytes)

    @property
    def place(self) -> Place:
        """Where the next line begins."""
        return Place(self._rounds.tell(), self._chain.digest if self._chain is not None else b"")

    def cut_rounds(self, place: Place) -> None:
        """Truncate ``rounds.jsonl``; the next record starts a new line."""
        if place.digest:
            self._chain = Chain(place.digest)
        self._rounds.truncate(place.at)
        self._rounds.seek(place.at)

    def write_run(self, run: Run) -> None:
        """Replace ``run.json`` in one step.

        The first line of the journal of a run that is ``chained`` follows what it says.
        """
        encoded = encode_json(run)
        if run.chained and self._chain is None:
            self._chain = Chain(start_of(encoded))
        try:
            write_file(self.folder / layout.RUN, encoded)
        except OSError as error:
            raise self._unwritable(error) from error

    def seal(self) -> Seal | None:
        """What both files are now; None where lines have no digests."""
        if self._chain is None:
            return None
        return Seal(self._chain.digest.hex(), digest_of(self.folder / layout.CORES))

    def add(self, record: Record) -> None:
        """Append a record to ``rounds.jsonl``."""
        line, before = self._encoder.encode(record), self.place
        if self._chain is not None:
            line = self._chain.link(line)
        try:
            _append(self._rounds, line)
        except OSError as error:
            with contextlib.suppress(OSError):
                self.cut_rounds(before)
            raise self._unwritable(error) from error

    def add_cores(self, sample: CoresSample) -> None:
        """Append a sample to ``cores.jsonl``.

        A run continues without samples; where nothing can be written, its next record says so.
        Nothing stays of one that was written in part, for the next one would join it.
        """
        before = os.fstat(self._cores.fileno()).st_size
        try:
            _append(self._cores, self._encoder.encode(sample))
        except OSError:
            with contextlib.suppress(OSError):
                self._cores.truncate(before)

    def _unwritable(self, error: OSError) -> InputError:
        return InputError(
            f"{self.folder} cannot be written ({error.strerror}); "
            "what was measured before is kept: "
            f"make room, then resume it: gilbench run --resume {self.folder}"
        )


def _append(file: FileIO, line: bytes) -> None:
    """Write a line at once, without a buffer whose rest might be written later."""
    left = line + b"\n"
    while left:
        left = left[file.write(left) :]
