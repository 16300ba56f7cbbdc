"""Writes a run as it happens: every record is flushed at once, so that nothing measured is ever lost."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from gilbench.model import CoresSample, Record, Run
from gilbench.results import folder as layout


class Journal:
    """The open files of one run folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._encoder = msgspec.json.Encoder()
        self._rounds: BinaryIO = (folder / layout.ROUNDS).open("ab")
        self._cores: BinaryIO = (folder / layout.CORES).open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._rounds.close()
        self._cores.close()

    def write_run(self, run: Run) -> None:
        """Replace ``run.json`` in one step."""
        path = self.folder / layout.RUN
        draft = path.with_suffix(".tmp")
        draft.write_bytes(msgspec.json.format(self._encoder.encode(run), indent=2) + b"\n")
        draft.replace(path)

    def add(self, record: Record) -> None:
        self._append(self._rounds, record)

    def add_cores(self, sample: CoresSample) -> None:
        self._append(self._cores, sample)

    def _append(self, file: BinaryIO, record: Record | CoresSample) -> None:
        file.write(self._encoder.encode(record) + b"\n")
        file.flush()
