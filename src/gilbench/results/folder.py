"""Where runs are kept: names of folders and files, ``latest``, and reading a run back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from gilbench.model import SCHEMA, CoresSample, InputError, Record, Run, Verdict, one_line
from gilbench.results.files import (
    DAMAGED,
    MOST_BYTES,
    MOST_JOURNAL_BYTES,
    damage,
    open_file,
    read_file,
)
from gilbench.results.possible import Impossible, JournalRules, check_run

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
MOST_NAME_BYTES = 4096  # of the file that stands for a link
BLOCK_BYTES = 4 << 20  # of a journal that are read at once

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
        raise InputError(
            f"cannot replace {pointer}: {error.strerror}; remove what is there"
        ) from error


def resolve(run: Path) -> Path:
    """The run folder that an argument means, ``latest`` followed; InputError if there is none."""
    try:
        if run.name == LATEST and run.is_file():
            run = run.parent / read_file(run, MOST_NAME_BYTES).decode("utf-8", "replace").strip()
        is_run = (run / RUN).is_file()
    except (OSError, ValueError):  # a name too long, a link to itself, a NUL
        is_run = False
    if not is_run:
        raise InputError(
            f"{run} is not a run folder (no {RUN}); run `gilbench run`, "
            "or name a folder under results/"
        )
    return run.resolve()


def read_run(folder: Path) -> Run:
    """``run.json``; InputError if it is damaged or of another schema."""
    path = folder / RUN
    try:
        raw = read_file(path)
        described = msgspec.json.decode(raw)
        schema = described.get("schema") if isinstance(described, dict) else None
        if schema != SCHEMA:
            raise InputError(
                f"{path} has schema {one_line(str(schema))}, this gilbench reads {SCHEMA}; "
                "measure again"
            )
        run = msgspec.json.decode(raw, type=Run)
        check_run(run)
    except (*DAMAGED, Impossible) as error:
        raise InputError(f"{path} cannot be read ({damage(error)}); measure again") from error
    return run


def read_advice(folder: Path) -> list[Verdict]:
    """``advice.json``, as the last report wrote it.

    Empty where the run measured no user function.
    """
    path = folder / ADVICE
    if not path.is_file():
        return []
    try:
        return msgspec.json.decode(read_file(path), type=list[Verdict])
    except DAMAGED as error:
        raise InputError(
            f"{path} cannot be read ({damage(error)}); make it again: gilbench report {folder}"
        ) from error


def read_records(folder: Path) -> list[Record]:
    """The journal.

    A last line cut short by a crash is left out; damage elsewhere is an InputError.
    """
    records: list[Record] = []
    for chunk in _chunks(folder / ROUNDS, msgspec.json.Decoder(Record)):
        records.extend(chunk)
    return records


def chunks(folder: Path, run: Run) -> Iterator[list[Record]]:
    """The records of the journal, some thousands at a time.

    They are read as ``read_records`` does; none is kept in memory.

    Raises:
        InputError: A line is damaged, or says what cannot be in this run.
    """
    path, rules, number = folder / ROUNDS, JournalRules(run), 0
    try:
        for chunk in _chunks(path, msgspec.json.Decoder(Record)):
            for record in chunk:
                number += 1
                rules.check(record)
            yield chunk
        rules.finish()
    except Impossible as error:
        raise InputError(
            f"{path}:{number} cannot be ({one_line(str(error))}); measure again"
        ) from error


def read_cores(folder: Path) -> list[CoresSample]:
    """The per-core timeline, read as ``read_records`` does."""
    samples: list[CoresSample] = []
    for chunk in _chunks(folder / CORES, msgspec.json.Decoder(CoresSample)):
        samples.extend(chunk)
    return samples


def _chunks(path: Path, decoder: msgspec.json.Decoder[Line]) -> Iterator[list[Line]]:
    number, rest = 1, b""
    try:
        with open_file(path, MOST_JOURNAL_BYTES) as file:
            while block := file.read(BLOCK_BYTES):
                if len(rest) > MOST_BYTES:
                    raise InputError(
                        f"{path}:{number} is longer than {MOST_BYTES >> 20} MiB; measure again"
                    )
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


def _decoded(
    path: Path, lines: bytes, decoder: msgspec.json.Decoder[Line], first: int
) -> list[Line]:
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
                raise InputError(
                    f"{path}:{number} is damaged ({damage(error)}); "
                    "remove that line or measure again"
                ) from error
        return decoded
