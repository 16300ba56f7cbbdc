"""The coordinator's copy of a host's run, written line by line as the lines arrive.

Every line is checked as one of a file from outside is: its type, its ranges and its digest.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from gilbench.fleet.messages import FileName, Piece, Restored, Update
from gilbench.model import (
    CoresSample,
    Failure,
    InputError,
    ItemEnd,
    Record,
    Round,
    Run,
    Verdict,
)
from gilbench.results import folder as layout
from gilbench.results.chain import BrokenChain, Chain, split, start_of
from gilbench.results.files import (
    DAMAGED,
    MOST_JOURNAL_BYTES,
    damage,
    open_to_append,
    read_file,
    write_file,
)
from gilbench.results.lines import blocks
from gilbench.results.possible import Impossible, check_run

ROUNDS: FileName = "rounds.jsonl"
CORES: FileName = "cores.jsonl"
FILES = (ROUNDS, CORES)
DECODERS: dict[FileName, msgspec.json.Decoder[object]] = {
    ROUNDS: msgspec.json.Decoder(Record),
    CORES: msgspec.json.Decoder(CoresSample),
}
AGAIN = "remove it and resume again: its host then sends everything"


class Missing(Exception):
    """Lines before those that arrived are not here; the host is to send them again."""


class HostCopy:
    """What has arrived of a host's run.

    Attributes:
        folder: Where it is kept.
        status: As in ``run.json``; empty before it has arrived.
        run_id: Id of the run on its host.
        items: How many items are planned.
        ended: How many of them were measured to their end, or failed.
        rounds: How many rounds have arrived.
    """

    def __init__(self, folder: Path) -> None:
        """Open a copy, which need not be there yet.

        Raises:
            InputError: What is there cannot be read, or is a link to somewhere else.
        """
        if folder.is_symlink():
            raise InputError(
                f"{folder} is a symbolic link, through which nothing is written; {AGAIN}"
            )
        self.folder = folder
        self.status = self.run_id = ""
        self.items = self.ended = self.rounds = 0
        self._start = b""
        self._sizes: dict[FileName, int] = dict.fromkeys(FILES, 0)
        self._last = b""  # the last line of rounds.jsonl
        if (folder / layout.RUN).exists():
            try:
                self._reopen()
            except InputError as error:
                raise InputError(f"{error}, or {AGAIN}") from error

    @property
    def have(self) -> dict[FileName, int]:
        """How many bytes of each file are here."""
        return dict(self._sizes)

    @property
    def last(self) -> str:
        """The last line of ``rounds.jsonl``; empty for none."""
        return self._last.decode("utf-8")

    def run_json(self) -> str:
        """``run.json``; empty where it has not arrived."""
        path = self.folder / layout.RUN
        return read_file(path).decode("utf-8") if path.exists() else ""

    def restored(self, fleet: str, host: str) -> Restored:
        """All of it, for a host that has lost its own."""
        files = {layout.RUN: _unsealed(self.run_json())}
        for name in FILES:
            path = self.folder / name
            files[name] = read_file(path, MOST_JOURNAL_BYTES).decode() if path.exists() else ""
        described = {"fleet": fleet, "host": host, "run": self.run_id, "files": files}
        return msgspec.convert(described, Restored)

    def take(self, update: Update) -> None:
        """Write what has arrived.

        Raises:
            InputError: It cannot be; nothing of the piece is kept.
            Missing: Something before it has not arrived.
            OSError: It cannot be written here, which is no fault of the host.
        """
        for text in update.run_json:
            self._take_run(bytes(text).rstrip() + b"\n")
        for piece in update.pieces:
            if not self._start:
                raise Missing("its lines came before its run.json")
            if piece.at > self._sizes[piece.file]:
                raise Missing(f"lines of {piece.file} are missing")
            self._take_piece(piece)

    def take_verdicts(self, verdicts: msgspec.Raw) -> None:
        """Keep the host's own verdicts until the report derives them again.

        Raises:
            InputError: They are none.
            OSError: They cannot be written.
        """
        try:
            msgspec.json.decode(verdicts, type=list[Verdict])
        except DAMAGED as error:
            raise InputError(f"its verdicts cannot be read ({damage(error)})") from error
        write_file(self.folder / layout.VERDICTS, bytes(verdicts))

    def _take_run(self, text: bytes) -> None:
        try:
            run = msgspec.json.decode(text, type=Run)
            check_run(run)
        except (*DAMAGED, Impossible) as error:
            raise InputError(f"its run.json cannot be ({damage(error)})") from error
        if not run.chained:
            raise InputError("its run.json says that its lines have no digests")
        start = start_of(text)
        if self._start and self._last and start != self._start:
            raise InputError("its run.json is of another run than its lines")
        self.folder.mkdir(parents=True, exist_ok=True)
        write_file(self.folder / layout.RUN, text)
        self._start, self.status, self.run_id = start, run.status, run.id
        self.items = len(run.plan)
        for name in FILES:
            if not (self.folder / name).exists():
                self._append(name, b"")

    def _take_piece(self, piece: Piece) -> None:
        if piece.at < self._sizes[piece.file]:
            self._cut(piece.file, piece.at)
        checked = b"".join(self._checked(piece))
        self._append(piece.file, checked)

    def _checked(self, piece: Piece) -> list[bytes]:
        """The lines of a piece, once all of them are seen to be right."""
        decoder = DECODERS[piece.file]
        chain = Chain(split(self._last)[1] if self._last else self._start)
        lines, rounds, ended, last = [], 0, 0, self._last
        for raw in piece.lines:
            line = bytes(raw)
            try:
                bare = chain.unlink(line) if piece.file == ROUNDS else line
                record = decoder.decode(bare)
            except (*DAMAGED, BrokenChain) as error:
                raise InputError(
                    f"a line of its {piece.file} cannot be ({damage(error)})"
                ) from None
            if b"\n" in line:
                raise InputError(f"a line of its {piece.file} is several")
            rounds += isinstance(record, Round)
            ended += isinstance(record, ItemEnd | Failure)
            lines.append(line + b"\n")
            last = line
        if piece.file == ROUNDS:
            self._last = last
        self.rounds, self.ended = self.rounds + rounds, self.ended + ended
        return lines

    def _append(self, name: FileName, text: bytes) -> None:
        if self._sizes[name] + len(text) > MOST_JOURNAL_BYTES:
            raise InputError(f"its {name} is larger than {MOST_JOURNAL_BYTES >> 30} GiB")
        with open_to_append(self.folder / name) as file:
            left = text
            while left:
                left = left[file.write(left) :]
        self._sizes[name] += len(text)

    def _cut(self, name: FileName, at: int) -> None:
        """Cut the end of a file off, as the host did."""
        _truncate(self.folder / name, at)
        if name == ROUNDS:
            self._recount()
        else:
            self._sizes[name] = at

    def _reopen(self) -> None:
        """Take what an earlier coordinator has written, but for an unfinished line."""
        run = layout.read_run(self.folder)
        self._start = start_of(read_file(self.folder / layout.RUN))
        self.status, self.run_id, self.items = run.status, run.id, len(run.plan)
        for name in FILES:
            self._append(name, b"")  # where it is missing
            self._sizes[name] = _finished_bytes(self.folder / name)
            _truncate(self.folder / name, self._sizes[name])
        self._recount()

    def _recount(self) -> None:
        self.rounds = self.ended = 0
        self._last = b""
        path, size = self.folder / ROUNDS, 0
        for block in blocks(path):
            for line in block.lines.split(b"\n"):
                size += len(line) + 1
                self._last = line
                self.rounds += line.startswith(b'{"type":"round"')
                self.ended += line.startswith((b'{"type":"end"', b'{"type":"failure"'))
        self._sizes[ROUNDS] = size


def _unsealed(run_json: str) -> str:
    """``run.json`` for a host that is to resume the run: its last lines may be missing."""
    if not run_json:
        return run_json
    described = msgspec.json.decode(run_json)
    if described["status"] != "complete":
        described |= {"status": "running", "seal": None}
    return msgspec.json.encode(described).decode()


def _finished_bytes(path: Path) -> int:
    """How many bytes of a file end in a line end."""
    size = 0
    for block in blocks(path):
        if block.finished:
            size += len(block.lines) + 1
    return size


def _truncate(path: Path, size: int) -> None:
    """Cut the end of a file off, and not that of a file to which a link leads."""
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        os.truncate(descriptor, size)
    finally:
        os.close(descriptor)
