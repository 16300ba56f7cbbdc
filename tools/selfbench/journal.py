"""The journal: one JSON line for each session, trial and failure, appended as it is known.

It may hold sessions of several hosts or interpreters. What is asked of it is answered from those at the place of the
newest: trials of one host are not added to those of another.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from tools.selfbench.model import Failure, Session, Trial

Line = Session | Trial | Failure


class Journal:
    """The lines of a file; a last line that was cut off is left out.

    Args:
        path: Of the file, which need not exist.

    Raises:
        ValueError: A line of it is none of a journal.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[Line] = []
        if path.is_file():
            self._read()

    def _read(self) -> None:
        decoder = msgspec.json.Decoder(Line)
        content = self.path.read_bytes()
        whole, _, rest = content.rpartition(b"\n")
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                self.lines.append(decoder.decode(line))
            except msgspec.DecodeError as error:
                what = f"{self.path}:{number} is no line of a journal ({error})"
                raise ValueError(f"{what}; remove it, or give another --journal") from None
        if rest:
            os.truncate(self.path, len(content) - len(rest))

    def add(self, *lines: Line) -> None:
        """Append lines and write them through."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            for line in lines:
                file.write(msgspec.json.encode(line) + b"\n")
        self.lines.extend(lines)

    def trials(self, row: str) -> list[Trial]:
        """The trials of a row."""
        here = self._ids_here()
        return [
            line
            for line in self.lines
            if isinstance(line, Trial) and line.row == row and line.session in here
        ]

    def failures(self, row: str) -> list[Failure]:
        """What failed of a row."""
        here = self._ids_here()
        return [
            line
            for line in self.lines
            if isinstance(line, Failure) and line.row == row and line.session in here
        ]

    def sessions(self) -> list[Session]:
        """The sessions on the host and with the interpreter of the newest."""
        sessions = [line for line in self.lines if isinstance(line, Session)]
        if not sessions:
            return []
        newest = sessions[-1]
        return [
            session
            for session in sessions
            if (session.host, session.python) == (newest.host, newest.python)
        ]

    def _ids_here(self) -> set[str]:
        return {session.id for session in self.sessions()}
