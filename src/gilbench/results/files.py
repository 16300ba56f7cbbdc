"""Reads regular files of a bounded size, and writes files, but never through a link."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from gilbench.model import InputError, one_line

MOST_SOURCE_BYTES = 16 << 20  # of a file of Python
MOST_BYTES = 64 << 20  # of a file that is read at once
# Of a JSON text without a type: each of its bytes may take 20 in memory.
MOST_UNTYPED_BYTES = 8 << 20
MOST_JOURNAL_BYTES = 4 << 30
DRAFT = re.compile(r"\..+-[0-9a-f]{8}")
DRAFT_S = 60.0  # after which nobody is writing one any more
# Of a large file that are read at once: what is made of them stays in the cache of a core
BLOCK_BYTES = 1 << 17
# What reading a damaged file may raise; msgspec lets the second and the third one through.
DAMAGED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

# A FIFO is not waited for; on Windows, which has none, line ends stay as they are.
NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

Kind = TypeVar("Kind")


class _Versioned(msgspec.Struct):
    """The schema of a JSON file; what else it says is passed over, and takes no memory."""

    schema: msgspec.Raw = msgspec.Raw(b"none")


def open_file(path: Path, most_bytes: int = MOST_BYTES, remedy: str = "measure again") -> BinaryIO:
    """Open a regular file to read.

    Args:
        path: The file.
        most_bytes: How large it may be.
        remedy: What to do where it cannot be read.

    Raises:
        InputError: It is not there, no regular file, or too large.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | NO_WAIT)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} cannot be read ({reason}); {remedy}") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise InputError(f"{path} cannot be read (it is no regular file); {remedy}")
    if status.st_size > most_bytes:
        os.close(descriptor)
        raise InputError(
            f"{path} cannot be read (it is larger than {most_bytes / 2**20:g} MiB); {remedy}"
        )
    return os.fdopen(descriptor, "rb")


def read_file(path: Path, most_bytes: int = MOST_BYTES, remedy: str = "measure again") -> bytes:
    """The contents of a regular file; arguments and errors are those of ``open_file``."""
    with open_file(path, most_bytes, remedy) as file:
        try:
            # Room for as much as is asked for is made before anything is read.
            return file.read(min(most_bytes, os.fstat(file.fileno()).st_size))
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror}); {remedy}") from error


def read_json(path: Path, kind: type[Kind], schema: int | None, remedy: str) -> Kind:
    """What a JSON file says, if that is possible for its type.

    Args:
        path: The file.
        kind: What it must be; ranges and rules are those of the type.
        schema: The number that its ``schema`` must be; None where it has none.
        remedy: What to do where it cannot be read.

    Raises:
        InputError: It cannot be read, is damaged, has another schema, or says what cannot be.
    """
    raw = read_file(path, remedy=remedy)
    try:
        if schema is not None:
            version = bytes(msgspec.json.decode(raw, type=_Versioned).schema)
            if version != str(schema).encode():
                raise InputError(
                    f"{path} has schema {one_line(version.decode('utf-8', 'replace'))}, "
                    f"this gilbench reads {schema}; {remedy}"
                )
        return msgspec.json.decode(raw, type=kind)
    except DAMAGED as error:
        raise InputError(f"{path} cannot be read ({damage(error)}); {remedy}") from error


def open_to_append(path: Path) -> FileIO:
    """Open a regular file to append to it, unbuffered.

    It is made if it is not there; nothing is written through a link.

    Raises:
        InputError: Something else has its name, or it cannot be written.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | NO_WAIT | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); measure again") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputError(f"{path} is no regular file; remove it and measure again")
    return FileIO(descriptor, "ab")


def digest_of(path: Path) -> str:
    """The digest of a file's contents; raises as ``open_file`` does."""
    digest = hashlib.blake2b(digest_size=16)
    with open_file(path, MOST_JOURNAL_BYTES) as file:
        try:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror}); measure again") from error
    return digest.hexdigest()


def encode_json(value: object) -> bytes:
    """A value as JSON, one field per line so that its diffs can be read.

    Raises:
        InputError: A path in it is not UTF-8, as JSON is.
    """
    try:
        return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
    except UnicodeEncodeError as error:
        raise InputError(
            f"{error.object} is not UTF-8, which files of JSON have to be; rename what is not"
        ) from None


def write_file(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader finds the old or the new one, and a link is replaced.

    Raises:
        OSError: It cannot be written.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")  # as ``DRAFT`` has it
    try:
        with draft.open("xb") as file:
            file.write(data)
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def remove_drafts(folder: Path) -> None:
    """Remove what processes that were killed had begun to write into a run's folder."""
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            is_draft = DRAFT.fullmatch(entry.name) and not entry.is_symlink() and entry.is_file()
            if is_draft and time.time() - entry.stat().st_mtime > DRAFT_S:
                entry.unlink()


def write_named_file(path: Path, data: bytes) -> None:
    """Write a file that the user named, in one step; a link is replaced.

    A device, a FIFO that somebody reads, or what a process has open, such as ``/dev/stdout``, is
    written into instead.

    Raises:
        OSError: It cannot be written.
    """
    is_other = path.exists() and not path.is_file() and not path.is_dir()
    if not is_other and not _names_what_is_open(path):
        write_file(path, data)
        return
    with _open_named(path, os.O_TRUNC) as file:
        file.write(data)


def append_to_named_file(path: Path, data: bytes) -> None:
    """Append to a file that the user named, as they have it: what is in it may be others'.

    Raises:
        OSError: It cannot be written, or is a link.
    """
    flags = os.O_APPEND | os.O_CREAT
    if not _names_what_is_open(path):
        flags |= getattr(os, "O_NOFOLLOW", 0)
    with _open_named(path, flags) as file:
        file.write(data)


def _open_named(path: Path, flags: int) -> BinaryIO:
    """Open a file to write; a FIFO that nobody reads is an error, and not waited for."""
    descriptor = os.open(path, os.O_WRONLY | flags | NO_WAIT, 0o666)
    if hasattr(os, "set_blocking"):
        os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "wb")


def _names_what_is_open(path: Path) -> bool:
    """Whether a path is a name that the system gives to what a process has open."""
    whole = path.absolute()
    return Path("/proc") in whole.parents or str(whole.parent) in ("/dev", "/dev/fd")


@contextlib.contextmanager
def writing(what: object, remedy: str) -> Iterator[None]:
    """Make one line of what the system says where something cannot be written.

    Args:
        what: What is written, as the line calls it: a path, or what goes to which path.
        remedy: What to do about it.

    Raises:
        InputError: It cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot write {what}: {error.strerror}; {remedy}") from error


def make_folder(path: Path) -> None:
    """Make a folder if it is not there.

    Raises:
        InputError: A symbolic link stands in its place.
        OSError: It cannot be made.
    """
    if path.is_symlink():
        raise InputError(f"{path} is a symbolic link, through which nothing is written; remove it")
    path.mkdir(exist_ok=True)


def damage(error: Exception) -> str:
    """What is wrong with a file, in a line."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return one_line(str(error))
