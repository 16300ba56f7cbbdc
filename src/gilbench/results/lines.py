"""Files of JSON lines, read in blocks of a bounded size; damage is named by its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from gilbench.model import InputError
from gilbench.results.chain import BrokenChain, Chain
from gilbench.results.files import (
    BLOCK_BYTES,
    DAMAGED,
    MOST_JOURNAL_BYTES,
    MOST_UNTYPED_BYTES,
    damage,
    open_file,
)

Line = TypeVar("Line")


@dataclass(frozen=True)
class Block:
    """Lines that follow each other in a file.

    Attributes:
        first: The number of the first one, from 1.
        lines: Their text, without the last line end.
        finished: Whether the last one has its line end.
    """

    first: int
    lines: bytes
    finished: bool


@dataclass(frozen=True)
class Span:
    """A part of a file that begins and ends between two lines.

    Attributes:
        start: How many bytes come before it.
        end: Where it ends, in bytes from the beginning; None for the end of the file.
    """

    start: int = 0
    end: int | None = None


WHOLE = Span()


def blocks(path: Path, span: Span = WHOLE) -> Iterator[Block]:
    """The lines of a file or of a part of it, some hundreds at a time.

    The first line of the part has the number 1.

    Raises:
        InputError: It cannot be read, is no regular file or too large, or a line is too long.
    """
    number, rest = 1, b""
    try:
        with open_file(path, MOST_JOURNAL_BYTES) as file:
            file.seek(span.start)
            left = MOST_JOURNAL_BYTES if span.end is None else span.end - span.start
            while block := file.read(min(BLOCK_BYTES, left)):
                left -= len(block)
                if len(rest) > MOST_UNTYPED_BYTES:
                    most = MOST_UNTYPED_BYTES >> 20
                    raise InputError(f"{path}:{number} is longer than {most} MiB; measure again")
                lines, newline, rest = (rest + block).rpartition(b"\n")
                if newline:
                    yield Block(number, lines, finished=True)
                    number += lines.count(b"\n") + 1
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); measure again") from error
    if rest:
        yield Block(number, rest, finished=False)


def read_chunks(
    path: Path,
    decoder: msgspec.json.Decoder[Line],
    chain: Chain | None = None,
    span: Span = WHOLE,
) -> Iterator[list[Line]]:
    """What the lines of a file or of a part of it say, some hundreds at a time.

    A last line without its end, which a crash cut short, is left out unless it can be read.

    Args:
        path: The file.
        decoder: Decodes a line.
        chain: What the lines must follow; None for lines without digests.
        span: The part; all of the file unless it is given.

    Raises:
        InputError: A line is damaged or was changed; the message has its number.
    """
    for block in blocks(path, span):
        if block.finished:
            lines = block.lines.split(b"\n")
            bare = _without_digests(path, block.first, lines, chain)
            yield _decoded(path, block.first, bare, decoder)
            continue
        try:
            yield [decoder.decode(block.lines if chain is None else chain.unlink(block.lines))]
        except (*DAMAGED, BrokenChain):
            return


@dataclass(frozen=True)
class FinishedLine(Generic[Line]):
    """A line with its line end.

    Attributes:
        value: What it says.
        end: Where in the file it ends, in bytes.
        digest: Its digest; empty without a chain.
    """

    value: Line
    end: int
    digest: bytes


def read_finished(
    path: Path, decoder: msgspec.json.Decoder[Line], chain: Chain | None = None
) -> tuple[list[FinishedLine[Line]], bool]:
    """The lines of a file that have their line ends, and whether there is one without.

    One without is not read even if it could be: the next line would join it.

    Raises:
        InputError: As in ``read_chunks``.
    """
    finished: list[FinishedLine[Line]] = []
    end = 0
    for block in blocks(path):
        if not block.finished:
            return finished, True
        for number, line in enumerate(block.lines.split(b"\n"), start=block.first):
            end += len(line) + 1
            if not line and chain is None:
                continue
            bare = _without_digests(path, number, [line], chain)
            (value,) = _decoded(path, number, bare, decoder)
            finished.append(FinishedLine(value, end, chain.digest if chain is not None else b""))
    return finished, False


def _without_digests(
    path: Path, first: int, lines: list[bytes], chain: Chain | None
) -> list[bytes]:
    """Lines without their digests, which are checked; ``first`` is the number of the first one."""
    if chain is None:
        return lines
    bare = []
    for number, line in enumerate(lines, start=first):
        try:
            bare.append(chain.unlink(line))
        except BrokenChain as error:
            raise InputError(
                f"{path}:{number} is damaged ({error}); measure again, "
                f"or see what is whole: gilbench verify {path.parent}"
            ) from error
    return bare


def _decoded(
    path: Path, first: int, lines: list[bytes], decoder: msgspec.json.Decoder[Line]
) -> list[Line]:
    """What lines say that are not empty; ``first`` is the number of the first one."""
    decoded = []
    for number, line in enumerate(lines, start=first):
        try:
            if line:
                decoded.append(decoder.decode(line))
        except DAMAGED as error:
            raise InputError(
                f"{path}:{number} is damaged ({damage(error)}); remove that line or measure again"
            ) from error
    return decoded
