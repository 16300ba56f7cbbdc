"""Where runs are kept: names of folders and files, ``latest``, and reading a run back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from gilbench.model import SCHEMA, CoresSample, InputError, Record, Run, Verdict

RUN, ROUNDS, CORES, BENCHMARK = "run.json", "rounds.jsonl", "cores.jsonl", "benchmark.json"
ADVICE = "advice.json"  # only where a user function was measured
VERDICTS, SUMMARY_CSV, SUMMARY_MD, REPORT, FIGURES = (
    "verdicts.json",
    "summary.csv",
    "summary.md",
    "report.html",
    "figures",
)
CHECK, CHECK_MARKDOWN = "check.json", "check.md"  # in place of those, where a check was measured
LATEST = "latest"
BLOCK_BYTES = 4 << 20  # of a journal that are read at once

DAMAGED = (msgspec.MsgspecError, UnicodeDecodeError)  # msgspec lets the second one through

Line = TypeVar("Line")


def create(out: Path) -> Path:
    """Make and return ``out/<UTC time>-<short id>/``; InputError if ``out`` cannot be written."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    folder = out / name
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise InputError(
            f"cannot write results to {out}: {error.strerror}; choose another folder with --out"
        ) from error
    return folder


def point_latest(folder: Path) -> None:
    """Make ``latest`` in the run's parent folder point at it.

    A link, or a file with its name where links cannot be.
    """
    pointer = folder.parent / LATEST
    replacement = folder.parent / f".{LATEST}-{folder.name}"
    try:
        replacement.symlink_to(folder.name, target_is_directory=True)
    except OSError:
        replacement.write_text(folder.name, encoding="utf-8")
    try:
        replacement.replace(pointer)
    except OSError as error:
        replacement.unlink()
        raise InputError(f"cannot replace {pointer}: {error.strerror}; remove what is there") from error


def resolve(run: Path) -> Path:
    """The run folder that an argument means, ``latest`` followed; InputError if there is none."""
    if run.is_file() and run.name == LATEST:
        run = run.parent / run.read_text(encoding="utf-8").strip()
    if not (run / RUN).is_file():
        raise InputError(f"{run} is not a run folder (no {RUN}); run `gilbench run`, or name a folder under results/")
    return run.resolve()


def read_run(folder: Path) -> Run:
    """``run.json``; InputError if it is damaged or of another schema."""
    path = folder / RUN
    try:
        raw = path.read_bytes()
        schema = msgspec.json.decode(raw).get("schema")
        if schema != SCHEMA:
            raise InputError(f"{path} has schema {schema}, this gilbench reads {SCHEMA}; measure again")
        return msgspec.json.decode(raw, type=Run)
    except (OSError, *DAMAGED, AttributeError) as error:
        raise InputError(f"{path} cannot be read ({error}); measure again") from error


def read_advice(folder: Path) -> list[Verdict]:
    """``advice.json``, as the last report wrote it.

    Empty where the run measured no user function.
    """
    path = folder / ADVICE
    if not path.is_file():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Verdict])
    except (OSError, *DAMAGED) as error:
        raise InputError(f"{path} cannot be read ({error}); make it again: gilbench report {folder}") from error


def read_records(folder: Path) -> list[Record]:
    """The journal.

    A last line cut short by a crash is left out; damage elsewhere is an InputError.
    """
    records: list[Record] = []
    for chunk in chunks(folder):
        records.extend(chunk)
    return records


def chunks(folder: Path) -> Iterator[list[Record]]:
    """The records of the journal, some thousands at a time.

    They are read as ``read_records`` does; none is kept in memory.
    """
    return _chunks(folder / ROUNDS, msgspec.json.Decoder(Record))


def read_cores(folder: Path) -> list[CoresSample]:
    """The per-core timeline, read as ``read_records`` does."""
    samples: list[CoresSample] = []
    for chunk in _chunks(folder / CORES, msgspec.json.Decoder(CoresSample)):
        samples.extend(chunk)
    return samples


def _chunks(path: Path, decoder: msgspec.json.Decoder[Line]) -> Iterator[list[Line]]:
    number, rest = 1, b""
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                lines, newline, rest = (rest + block).rpartition(b"\n")
                if newline:
                    yield _decoded(path, lines, decoder, number)
                    number += lines.count(b"\n") + 1
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); measure again") from error
    if rest:
        try:
            yield [decoder.decode(rest)]
        except DAMAGED:
            return


def _decoded(path: Path, lines: bytes, decoder: msgspec.json.Decoder[Line], first: int) -> list[Line]:
    try:
        return decoder.decode_lines(lines)
    except DAMAGED:
        # Decoding all lines at once is fast; decoding one by one shows which is damaged.
        decoded = []
        for number, line in enumerate(lines.split(b"\n"), start=first):
            try:
                if line:
                    decoded.append(decoder.decode(line))
            except DAMAGED as error:
                raise InputError(f"{path}:{number} is damaged ({error}); remove that line or measure again") from error
        return decoded
