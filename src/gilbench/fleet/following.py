"""Follows a file of lines while another process appends to it and now and then cuts its end."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from gilbench.fleet.messages import FileName, Piece

MOST_PIECE_BYTES = 1 << 20


class Follower:
    """Gives every finished line of a file once, and says where the file was cut.

    Two lines of the same place are taken for the same if their text is: a line of a journal has a
    digest of all lines before it.
    """

    def __init__(self, path: Path, name: FileName) -> None:
        """Follow a file, which need not be there yet."""
        self._path, self._name = path, name
        self._ends: list[int] = []  # of every line that was given, in bytes
        self._digests: list[bytes] = []  # of its text

    @property
    def given(self) -> int:
        """How many bytes of the file were given."""
        return self._ends[-1] if self._ends else 0

    def skip(self, have: int, last: bytes) -> None:
        """Begin after what the other side has, if the file has the same there.

        Args:
            have: How many bytes the other side has.
            last: The last line that it has, without its line end; empty where lines cannot be told
                apart from it, and their number of bytes has to do.
        """
        try:
            text = self._path.read_bytes()[:have]
        except OSError:
            return
        if len(text) < have or not text.endswith(b"\n"):
            return
        lines = text.split(b"\n")[:-1]
        if last and lines[-1] != last:
            return
        self._remember(lines)

    def next_piece(self) -> Piece | None:
        """The next lines, if there are any, or where the file was cut since."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except OSError:
            return None
        try:
            was_cut = self._forget_what_was_cut(descriptor)
            at = self.given
            block = os.pread(descriptor, MOST_PIECE_BYTES, at)
            while b"\n" not in block and len(block) % MOST_PIECE_BYTES == 0 and block:
                more = os.pread(descriptor, MOST_PIECE_BYTES, at + len(block))
                if not more:
                    break
                block += more
        finally:
            os.close(descriptor)
        lines = block.split(b"\n")[:-1]
        if not lines and not was_cut:
            return None
        self._remember(lines)
        return Piece(self._name, at, tuple(map(msgspec.Raw, lines)))

    def _remember(self, lines: list[bytes]) -> None:
        end = self.given
        for line in lines:
            end += len(line) + 1
            self._ends.append(end)
            self._digests.append(_digest(line))

    def _forget_what_was_cut(self, descriptor: int) -> bool:
        """Forget the lines that the file no longer has; returns whether there were any."""
        was_cut = False
        while self._ends:
            end = self._ends[-1]
            begin = self._ends[-2] if len(self._ends) > 1 else 0
            line = os.pread(descriptor, end - begin, begin)
            if line.endswith(b"\n") and _digest(line[:-1]) == self._digests[-1]:
                break
            was_cut = True
            self._ends.pop()
            self._digests.pop()
        return was_cut


def _digest(line: bytes) -> bytes:
    return hashlib.blake2b(line, digest_size=8).digest()
