"""What of a run's folder is whole: its files, their digests and the rules across records.

Nothing is believed that ``tables.load`` would refuse, and everything wrong is listed, not only the
first of it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from gilbench.model import CoresSample, InputError, Record, Run, Verdict, one_line
from gilbench.results import folder as layout
from gilbench.results.chain import BrokenChain, Chain, split
from gilbench.results.files import DAMAGED, damage, digest_of, read_file
from gilbench.results.journal_rules import JournalRules
from gilbench.results.lines import blocks
from gilbench.results.possible import Impossible

RESULTS = "results"  # where runs are kept, unless ``--out`` says otherwise
MOST_PROBLEMS = 50  # that are listed one by one
MOST_COUNTED = 10_000  # of a file: what is wrong in so many places is not read further
DERIVED: dict[str, Any] = {
    layout.VERDICTS: list[Verdict],
    layout.ADVICE: list[Verdict],
    layout.BENCHMARK: dict[str, msgspec.Raw],
}


class Integrity(StrEnum):
    """Whether a run is as it was written."""

    WHOLE = "whole"
    DAMAGED = "not whole"
    UNKNOWN = "not known"  # nothing is wrong, but changes could not be seen


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a file; ``line`` is None where it is about the whole file."""

    file: str
    line: int | None
    what: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.what}"


@dataclass(frozen=True)
class Verification:
    """What of a run is whole.

    Attributes:
        run: The run's folder.
        outcome: All of it together.
        status: As in ``run.json``; "" where that cannot be read.
        rounds: Lines of ``rounds.jsonl``.
        cores: Lines of ``cores.jsonl``.
        problems: What is wrong, in the order of the files.
        more_problems: How many more there are, or as many as were counted.
        notes: What cannot be known, and why.
    """

    run: str
    outcome: Integrity
    status: str
    rounds: int
    cores: int
    problems: tuple[Problem, ...]
    more_problems: int
    notes: tuple[str, ...]


def verify(folder: Path) -> Verification:
    """Check every file of a run's folder."""
    try:
        run = layout.read_run(folder)
    except InputError as error:
        problem = Problem(layout.RUN, None, str(error))
        return Verification(str(folder), Integrity.DAMAGED, "", 0, 0, (problem,), 0, ())
    rounds, cores = _Rounds(folder, run), _Cores(folder, run)
    problems: list[Problem] = []
    for of_file in (rounds.problems(), cores.problems(), _derived_problems(folder)):
        problems += itertools.islice(of_file, MOST_COUNTED)
    notes = tuple(_notes(run, rounds))
    outcome = Integrity.UNKNOWN if notes else Integrity.WHOLE
    if problems:
        outcome = Integrity.DAMAGED
    return Verification(
        run=str(folder),
        outcome=outcome,
        status=run.status,
        rounds=rounds.count,
        cores=cores.count,
        problems=tuple(problems[:MOST_PROBLEMS]),
        more_problems=max(0, len(problems) - MOST_PROBLEMS),
        notes=notes,
    )


def publish(folder: Path) -> bool:
    """Make ``latest`` point at a run if it is complete and nothing in it is wrong.

    Returns:
        Whether it does now.
    """
    verification = verify(folder)
    if verification.status != "complete" or verification.outcome == Integrity.DAMAGED:
        return False
    layout.point_latest(folder)
    return True


def publish_late(folder: Path) -> bool:
    """As ``publish``, for a complete run whose process was killed before it could.

    A newer run, and a folder that has no ``latest``, stay as they are.
    """
    pointer = folder.parent / layout.LATEST
    if not os.path.lexists(pointer) and folder.parent.name != RESULTS:
        return False
    with suppress(InputError):
        if layout.resolve(pointer).name >= folder.name:
            return False
    return publish(folder)


class _Rounds:
    """The journal, line by line."""

    def __init__(self, folder: Path, run: Run) -> None:
        self._folder, self._run = folder, run
        self._rules: JournalRules | None = JournalRules(run)
        self._decoder = msgspec.json.Decoder(Record)
        self.count = 0
        self.unfinished = False

    def problems(self) -> Iterator[Problem]:
        """What is wrong with it; afterwards it is known how many lines it has."""
        chain = layout.journal_chain(self._folder, self._run)
        try:
            for block in blocks(self._folder / layout.ROUNDS):
                self.unfinished = not block.finished
                for number, line in enumerate(block.lines.split(b"\n"), start=block.first):
                    self.count += 1
                    yield from self._problems_of(number, line, chain)
        except InputError as error:
            yield Problem(layout.ROUNDS, None, str(error))
            return
        yield from self._problems_at_end(chain)

    def _problems_of(self, number: int, line: bytes, chain: Chain | None) -> Iterator[Problem]:
        if chain is not None:
            try:
                line = chain.unlink(line)
            except BrokenChain as error:
                if self._was_cut(number):
                    return
                yield Problem(layout.ROUNDS, number, str(error))
                line = _bare(line)
        try:
            record = self._decoder.decode(line)
            if self._rules is not None:
                self._rules.check(record)
        except DAMAGED as error:
            if not self._was_cut(number):
                yield Problem(layout.ROUNDS, number, f"it is damaged ({damage(error)})")
        except Impossible as error:
            self._rules = None  # what follows would be measured by what is wrong already
            yield Problem(layout.ROUNDS, number, f"it cannot be ({one_line(str(error))})")

    def _was_cut(self, number: int) -> bool:
        """Whether a line is the last one, which a crash cut short."""
        return self.unfinished and number == self.count and self._run.seal is None

    def _problems_at_end(self, chain: Chain | None) -> Iterator[Problem]:
        if self._rules is not None:
            try:
                self._rules.finish()
            except Impossible as error:
                yield Problem(layout.ROUNDS, None, one_line(str(error)))
        seal = self._run.seal
        if chain is not None and seal is not None and chain.digest.hex() != seal.rounds:
            what = "it is not the line that the run ended with: lines after it were lost or added"
            yield Problem(layout.ROUNDS, self.count, what)


class _Cores:
    """The per-core timeline."""

    def __init__(self, folder: Path, run: Run) -> None:
        self._path, self._run = folder / layout.CORES, run
        self._decoder = msgspec.json.Decoder(CoresSample)
        self.count = 0

    def problems(self) -> Iterator[Problem]:
        """What is wrong with it; afterwards it is known how many lines it has."""
        try:
            for block in blocks(self._path):
                for number, line in enumerate(block.lines.split(b"\n"), start=block.first):
                    self.count += 1
                    yield from self._problems_of(number, line, finished=block.finished)
            seal = self._run.seal
            if seal is not None and digest_of(self._path) != seal.cores:
                yield Problem(layout.CORES, None, "it was changed after the run ended")
        except InputError as error:
            yield Problem(layout.CORES, None, str(error))

    def _problems_of(self, number: int, line: bytes, *, finished: bool) -> Iterator[Problem]:
        try:
            self._decoder.decode(line)
        except DAMAGED as error:
            if finished:
                yield Problem(layout.CORES, number, f"it is damaged ({damage(error)})")


def _bare(line: bytes) -> bytes:
    try:
        return split(line)[0]
    except BrokenChain:
        return line


def _derived_problems(folder: Path) -> Iterator[Problem]:
    """What is wrong with files that a report would write again."""
    for name, kind in DERIVED.items():
        path = folder / name
        if not path.exists() and not path.is_symlink():
            continue
        try:
            msgspec.json.decode(read_file(path), type=kind)
        except InputError as error:
            yield Problem(name, None, str(error))
        except DAMAGED as error:
            remedy = f"make it again: gilbench report {folder}"
            yield Problem(name, None, f"it is damaged ({damage(error)}); {remedy}")


def _notes(run: Run, rounds: _Rounds) -> Iterator[str]:
    """Why changes could not be seen."""
    if not run.chained:
        yield "its lines have no digests: an older gilbench wrote it, and edits cannot be seen"
    elif run.seal is None:
        yield "it did not end by itself: whether lines are missing at its end cannot be seen"
    if rounds.unfinished:
        yield "its last line was cut short, and is left out"
