"""Writes a run while it is measured.

Every record is flushed at once, so that nothing measured is lost.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from gilbench.model import CoresSample, InputError, Record, Run
from gilbench.results import folder as layout

try:
    import fcntl
except ImportError:
    # Without it there is no lock, and a run that is still measured cannot be recognised.
    fcntl = None  # type: ignore[assignment]


class Journal:
    """The open files of one run folder.

    They are locked against other processes until this one closes them or ends.

    Raises:
        InputError: Another process has the folder open to write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._encoder = msgspec.json.Encoder()
        self._rounds: BinaryIO = (folder / layout.ROUNDS).open("ab")
        if fcntl is not None:
            try:
                fcntl.flock(self._rounds, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._rounds.close()
                raise InputError(
                    f"{folder} is being measured by another process; wait until that ends"
                ) from None
        self._cores: BinaryIO = (folder / layout.CORES).open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close both files, which ends the lock."""
        for file in (self._rounds, self._cores):
            with contextlib.suppress(OSError):  # of what could not be written before
                file.close()

    def cut(self, rounds_bytes: int, cores_bytes: int) -> None:
        """Truncate both files; the next record starts a new line.

        Args:
            rounds_bytes: How much of ``rounds.jsonl`` to keep.
            cores_bytes: How much of ``cores.jsonl`` to keep.
        """
        self._rounds.truncate(rounds_bytes)
        self._cores.truncate(cores_bytes)

    @property
    def rounds_bytes(self) -> int:
        """How long ``rounds.jsonl`` is."""
        return self._rounds.tell()

    def cut_rounds(self, rounds_bytes: int) -> None:
        """Truncate ``rounds.jsonl``; the next record starts a new line."""
        self._rounds.truncate(rounds_bytes)
        self._rounds.seek(rounds_bytes)

    def write_run(self, run: Run) -> None:
        """Replace ``run.json`` in one step."""
        path = self.folder / layout.RUN
        draft = path.with_suffix(".tmp")
        try:
            draft.write_bytes(msgspec.json.format(self._encoder.encode(run), indent=2) + b"\n")
            draft.replace(path)
        except OSError as error:
            raise self._unwritable(error) from error

    def add(self, record: Record) -> None:
        """Append a record to ``rounds.jsonl``."""
        self._append(self._rounds, record)

    def add_cores(self, sample: CoresSample) -> None:
        """Append a sample to ``cores.jsonl``."""
        # A run continues without samples; where nothing can be written, its next record says so.
        with contextlib.suppress(InputError):
            self._append(self._cores, sample)

    def _append(self, file: BinaryIO, record: Record | CoresSample) -> None:
        try:
            file.write(self._encoder.encode(record) + b"\n")
            file.flush()
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> InputError:
        return InputError(
            f"{self.folder} cannot be written ({error.strerror}); "
            "what was measured before is kept: "
            f"make room, then resume it: gilbench run --resume {self.folder}"
        )
