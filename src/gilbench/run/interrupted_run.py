"""An interrupted run: found, opened, and refused where further rounds could not follow its own."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gilbench import __version__
from gilbench.model import Host, InputError, PlannedItem, Resumption, Run
from gilbench.plan.profiles import PROFILES
from gilbench.results import folder as layout
from gilbench.results.chain import start_of
from gilbench.results.files import digest_of, encode_json, read_file
from gilbench.results.interrupted import IntactJournal, read_intact
from gilbench.results.journal import Journal, Place
from gilbench.results.journal_rules import JournalRules
from gilbench.results.possible import Impossible
from gilbench.run.recorder import utc_now


@dataclass(frozen=True)
class InterruptedRun:
    """What there is of an interrupted run.

    Its journal is open, which keeps other processes from it.

    Attributes:
        folder: Where the run is kept.
        run: What ``run.json`` says.
        intact: What of the journal is kept.
        journal: The open files of the folder.
        idle_s: Seconds since anything was written there.
    """

    folder: Path
    run: Run
    intact: IntactJournal
    journal: Journal
    idle_s: float

    @property
    def finished(self) -> tuple[PlannedItem, ...]:
        """Items whose last launch is there, but not the record of their end."""
        launches = self.intact.launches
        return tuple(
            planned
            for planned in self.run.plan
            if launches.get(planned.item.id) == planned.effort.most_launches
        )

    @property
    def left(self) -> tuple[PlannedItem, ...]:
        """The items that are still to be measured, or to be measured further."""
        over = self.intact.ended | {planned.item.id for planned in self.finished}
        return tuple(planned for planned in self.run.plan if planned.item.id not in over)

    def cut(self) -> None:
        """Truncate the journal to what is intact; what was made from the rest goes too."""
        place = Place(self.intact.rounds_bytes, self.intact.digest)
        self.journal.cut(place, self.intact.cores_bytes)
        # pytest-benchmark would write only what is measured from here on; the report makes the
        # whole file.
        (self.folder / layout.BENCHMARK).unlink(missing_ok=True)

    def resumption(self, host: Host) -> Resumption:
        """The record of the resumption, for ``run.json``.

        Args:
            host: The machine as it is now; its warnings become part of the record.
        """
        return Resumption(
            utc=utc_now(),
            at_s=round(self.intact.clock_s, 6),
            idle_s=round(self.idle_s, 1),
            dropped=self.intact.dropped,
            warnings=host.warnings,
        )


def find_run(run: Path, out: Path) -> Path:
    """The folder of a run.

    Args:
        run: A path, or the name of a folder under ``out``.
        out: Where runs are kept.

    Raises:
        InputError: There is no such run.
    """
    named = out / run
    if not (run / layout.RUN).exists() and (named / layout.RUN).exists():
        return layout.resolve(named)
    return layout.resolve(run)


def open_interrupted(folder: Path) -> InterruptedRun:
    """Open an interrupted run.

    Raises:
        InputError: The run is complete, still being measured, damaged, or of another gilbench.
    """
    journal = Journal(folder)
    with ExitStack() as on_error:
        on_error.callback(journal.close)
        run = layout.read_run(folder)
        _check_resumable(folder, run)
        written_s = max(
            (folder / name).stat().st_mtime for name in (layout.RUN, layout.ROUNDS, layout.CORES)
        )
        intact = read_intact(folder, run.plan, layout.journal_chain(folder, run))
        _check_unshared(journal)
        _check_sealed(folder, run, intact)
        _check_possible(folder, run, intact)
        on_error.pop_all()
    return InterruptedRun(folder, run, intact, journal, max(0.0, time.time() - written_s))


def _check_possible(folder: Path, run: Run, intact: IntactJournal) -> None:
    """Raise InputError where the records cannot be those of the run."""
    try:
        rules = JournalRules(run)
        for record in intact.records:
            rules.check(record)
    except Impossible as error:
        raise InputError(f"the journal in {folder} cannot be ({error}); measure again") from error


def _check_unshared(journal: Journal) -> None:
    """Raise InputError where another process that measures the run could not be seen."""
    if not journal.is_locked:
        raise InputError(
            f"{journal.folder} is on a file system without locks, where another process may be "
            "measuring it; copy the folder to another file system and resume it there"
        )


def _check_sealed(folder: Path, run: Run, intact: IntactJournal) -> None:
    """Raise InputError where the files are not those with which the run was interrupted."""
    if run.seal is None:
        return
    same_rounds = intact.end_digest.hex() == run.seal.rounds
    if not same_rounds or digest_of(folder / layout.CORES) != run.seal.cores:
        changed = layout.CORES if same_rounds else layout.ROUNDS
        raise InputError(
            f"{folder / changed} was changed after the run was interrupted; measure again, "
            f"or see what is whole: gilbench verify {folder}"
        )


def _check_resumable(folder: Path, run: Run) -> None:
    """Raise InputError where a run is complete, no run about claims, or of another gilbench."""
    if run.status == "complete":
        raise InputError(
            f"{folder} is complete, so nothing is left to measure; see it with `gilbench report`"
        )
    check_same(folder, "gilbench", run.gilbench, __version__)
    if run.profile not in PROFILES:
        raise InputError(
            f"{folder} is of profile {run.profile!r}, which `run` does not know; measure again"
        )
    if run.chained and start_of(encode_json(run)) != start_of(read_file(folder / layout.RUN)):
        raise InputError(
            f"{folder} has fields in {layout.RUN} that this gilbench does not know; "
            "resume it with the one that began it"
        )


def check_same(folder: Path, what: str, then: str, now: str) -> None:
    """Check that something is what it was when the run began.

    Args:
        folder: The run's folder.
        what: What is compared, in words.
        then: What it was.
        now: What it is.

    Raises:
        InputError: It is not.
    """
    if then != now:
        raise InputError(
            f"{folder} cannot be resumed: {what} was {then} and is {now}; "
            "measure again with `gilbench run`"
        )
