"""Where runs are kept: names of folders and files, ``latest``, and reading a run back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gilbench.model import SCHEMA, CoresSample, InputError, Record, Run, Verdict, one_line
from gilbench.results import migration
from gilbench.results.chain import Chain, Unchecked, start_of
from gilbench.results.files import (
    DAMAGED,
    MOST_UNTYPED_BYTES,
    damage,
    digest_of,
    read_file,
    read_json,
    write_file,
    writing,
)
from gilbench.results.journal_rules import JournalRules
from gilbench.results.lines import read_chunks
from gilbench.results.possible import Impossible, check_run

RUN, ROUNDS, CORES, BENCHMARK = "run.json", "rounds.jsonl", "cores.jsonl", "benchmark.json"
ADVICE = "advice.json"  # only where a user function was measured
VERDICTS, SUMMARY_CSV, SUMMARY_MD, REPORT, FIGURES = (
    "verdicts.json",
    "summary.csv",
    "summary.md",
    "report.html",
    "figures",
)
# In place of those, where a check was measured.
CHECK, CHECK_MARKDOWN, CHECK_PAGE = "check.json", "check.md", "check.html"
FLEET, HOSTS = "fleet.json", "hosts"  # of a fleet, whose hosts have a run folder each
LATEST = "latest"
MOST_NAME_BYTES = 4096  # of the file that stands for a link
MOST_TRIES = 20  # at a name that no other run has


def create(out: Path) -> Path:
    """Make and return ``out/<UTC time>-<short id>/``; InputError if ``out`` cannot be written."""
    with writing(f"results to {out}", "choose another folder with --out"):
        out.mkdir(parents=True, exist_ok=True)
        for _ in range(MOST_TRIES):
            folder = out / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
            with suppress(FileExistsError):  # of another run that began in the same second
                folder.mkdir()
                return folder
    raise InputError(f"{out} has runs of every name; choose another folder with --out")


def point_latest(folder: Path) -> None:
    """Make ``latest`` in the run's parent folder point at it.

    A link, or a file with its name where links cannot be.
    """
    pointer = folder.parent / LATEST
    replacement = folder.parent / f".{LATEST}-{folder.name}"
    with suppress(OSError):  # of a process that was killed before it replaced the pointer
        replacement.unlink()
    try:
        replacement.symlink_to(folder.name, target_is_directory=True)
    except OSError:
        write_file(replacement, folder.name.encode("utf-8"))
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
        is_run, is_fleet = (run / RUN).is_file(), (run / FLEET).is_file()
    except (OSError, ValueError):  # a name too long, a link to itself, a NUL
        is_run = is_fleet = False
    if not is_run:
        if is_fleet:
            raise InputError(f"{run} is a fleet; name one of its hosts: {run / HOSTS / 'NAME'}")
        raise InputError(
            f"{run} is not a run folder (no {RUN}); run `gilbench run`, "
            "or name a folder under results/"
        )
    return run.resolve()


def read_run(folder: Path) -> Run:
    """``run.json``; InputError if it is damaged or of another schema."""
    path = folder / RUN
    try:
        described = msgspec.json.decode(read_file(path, MOST_UNTYPED_BYTES))
        schema = described.get("schema") if isinstance(described, dict) else None
        if type(schema) is not int or schema not in migration.READABLE:
            raise InputError(
                f"{path} has schema {one_line(str(schema))}, this gilbench reads "
                f"{min(migration.READABLE)} to {SCHEMA}; measure again"
            )
        run = msgspec.convert(migration.migrated(described), Run)
        check_run(run)
    except (*DAMAGED, Impossible) as error:
        raise InputError(f"{path} cannot be read ({damage(error)}); measure again") from error
    return run


def read_advice(folder: Path) -> list[Verdict]:
    """``advice.json``, as the last report wrote it.

    Empty where the run measured no user function.
    """
    path = folder / ADVICE
    if not path.exists():
        return []
    remedy = f"make it again: gilbench report {folder}"
    return read_json(path, list[Verdict], schema=None, remedy=remedy)


def read_records(folder: Path) -> list[Record]:
    """The records of a journal alone, whatever run it is of; digests and rules are not checked.

    A last line cut short by a crash is left out; damage elsewhere is an InputError.
    """
    records: list[Record] = []
    for chunk in read_chunks(folder / ROUNDS, msgspec.json.Decoder(Record), Unchecked()):
        records.extend(chunk)
    return records


def chunks(folder: Path, run: Run) -> Iterator[list[Record]]:
    """The records of the journal, some hundreds at a time; none is kept in memory.

    Raises:
        InputError: A line is damaged or was changed, or says what cannot be in this run.
    """
    path, rules, number = folder / ROUNDS, JournalRules(run), 0
    chain = journal_chain(folder, run)
    try:
        for chunk in read_chunks(path, msgspec.json.Decoder(Record), chain):
            for record in chunk:
                number += 1
                rules.check(record)
            yield chunk
        rules.finish()
    except Impossible as error:
        raise InputError(
            f"{path}:{number} cannot be ({one_line(str(error))}); measure again"
        ) from error
    if chain is not None and run.seal is not None and chain.digest.hex() != run.seal.rounds:
        raise InputError(
            f"{path}:{number} is not the line that the run ended with; measure again, "
            f"or see what is whole: gilbench verify {folder}"
        )


def journal_chain(folder: Path, run: Run) -> Chain | None:
    """What the first line of a journal follows; None for a run whose lines have no digests."""
    return Chain(start_of(read_file(folder / RUN))) if run.chained else None


def read_cores(folder: Path, run: Run | None = None) -> list[CoresSample]:
    """The per-core timeline as a list; as ``cores_samples``."""
    return list(cores_samples(folder, run))


def cores_samples(folder: Path, run: Run | None = None) -> Iterator[CoresSample]:
    """The samples of the per-core timeline; a last line cut short by a crash is left out.

    Args:
        folder: The run's folder.
        run: The run, which may know the digest of the file; None where that does not matter.

    Raises:
        InputError: It is damaged, or not the one that the run ended with.
    """
    path = folder / CORES
    if run is not None and run.seal is not None and digest_of(path) != run.seal.cores:
        raise InputError(
            f"{path} was changed after the run ended; measure again, "
            f"or see what is whole: gilbench verify {folder}"
        )
    number, cores = 0, None
    for chunk in read_chunks(path, msgspec.json.Decoder(CoresSample)):
        for sample in chunk:
            number += 1
            if cores is None:
                cores = len(sample.busy)
            if len(sample.busy) != cores:
                raise InputError(
                    f"{path}:{number} cannot be (it has {len(sample.busy)} cores, those before it "
                    f"{cores}); measure again"
                )
            yield sample
