"""Resumes an interrupted run in its folder, with its original plan, seed, targets and task sizes.

It is refused where further rounds would not be the same measurement: on another host, with other
interpreters, or with another gilbench.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench import __version__
from gilbench.measure.host import inspect
from gilbench.measure.session import Session, tell_nobody
from gilbench.measure.targets import loading, plugin_workloads, user_functions
from gilbench.model import (
    Comparison,
    Host,
    InputError,
    ItemEnd,
    PlannedItem,
    Record,
    Resumption,
    Round,
    Run,
    Stop,
    Target,
    TargetDescription,
)
from gilbench.plan.profiles import PROFILES
from gilbench.results import fingerprint
from gilbench.results import folder as layout
from gilbench.results.chain import start_of
from gilbench.results.files import digest_of, encode_json, read_file
from gilbench.results.interrupted import IntactJournal, read_intact
from gilbench.results.journal import Journal, Place
from gilbench.results.possible import Impossible, JournalRules
from gilbench.run.recorder import utc_now
from gilbench.run.run_plan import RunPlan
from gilbench.run.trust import NamedAgain, check_trusted

NOTHING_NAMED = NamedAgain()


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


class ResumedStart:
    """How a run begins that was interrupted: with what is kept of it, in its own folder."""

    sees_every_round = False

    def __init__(
        self,
        interrupted: InterruptedRun,
        doing: Callable[[str], None] = tell_nobody,
        named: NamedAgain = NOTHING_NAMED,
    ) -> None:
        """Take over an interrupted run, which is closed if it cannot be resumed.

        Args:
            interrupted: The run.
            doing: Gets a line for each step before anything is measured.
            named: What of the run the user named again, and so trusts.

        Raises:
            InputError: The host, an interpreter or gilbench is not what it was, or the run would
                start what is neither found here nor named.
        """
        self._interrupted = interrupted
        self.folder: Path | None = interrupted.folder
        with ExitStack() as on_error:
            on_error.callback(interrupted.journal.close)
            check_trusted(interrupted.folder, interrupted.run, named)
            self.session = Session(
                interrupted.run.seed,
                began_s=interrupted.intact.clock_s,
                kept=dict(interrupted.intact.launches),
                doing=doing,
            )
            on_error.callback(self.session.close)
            self.plan = original_plan(interrupted, self.session)
            on_error.pop_all()

    @property
    def kept(self) -> Sequence[Record]:
        return self._interrupted.intact.records

    @property
    def owed(self) -> Sequence[ItemEnd]:
        ends = []
        for planned in self._interrupted.finished:
            ends.append(ItemEnd(planned.item.id, planned.effort.most_launches, Stop.EFFORT))
        return ends

    @property
    def unmeasured(self) -> Sequence[PlannedItem]:
        return self._interrupted.left

    def open_folder(self) -> None:
        """Nothing: the folder is there."""

    def begin(self, selected: Sequence[PlannedItem]) -> Run:  # noqa: ARG002 - the plan stands
        run = self._interrupted.run
        resumed = (*run.resumed, self._interrupted.resumption(self.plan.host))
        run = msgspec.structs.replace(
            run, status="running", ended_utc=None, resumed=resumed, seal=None
        )
        # Who is killed between these two leaves a run that can be read: no seal is of lines that
        # were cut.
        self._interrupted.journal.write_run(run)
        self._interrupted.cut()
        return run

    def open_journal(self) -> Journal:
        return self._interrupted.journal

    def close(self) -> None:
        self._interrupted.journal.close()
        self.session.close()

    def discard_folder(self) -> None:
        """Nothing: what was measured earlier stays."""


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
    try:
        run = layout.read_run(folder)
        _check_resumable(folder, run)
        written_s = max(
            (folder / name).stat().st_mtime for name in (layout.RUN, layout.ROUNDS, layout.CORES)
        )
        intact = read_intact(folder, run.plan, layout.journal_chain(folder, run))
        _check_unshared(journal)
        _check_sealed(folder, run, intact)
        rules = JournalRules(run)
        for record in intact.records:
            rules.check(record)
    except Impossible as error:
        journal.close()
        raise InputError(f"the journal in {folder} cannot be ({error}); measure again") from error
    except BaseException:
        journal.close()
        raise
    return InterruptedRun(folder, run, intact, journal, max(0.0, time.time() - written_s))


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
    _check_same(folder, "gilbench", run.gilbench, __version__)
    if run.profile not in PROFILES:
        raise InputError(
            f"{folder} is of profile {run.profile!r}, which `run` does not know; measure again"
        )
    if run.chained and start_of(encode_json(run)) != start_of(read_file(folder / layout.RUN)):
        raise InputError(
            f"{folder} has fields in {layout.RUN} that this gilbench does not know; "
            "resume it with the one that began it"
        )


def original_plan(interrupted: InterruptedRun, session: Session) -> RunPlan:
    """The run's original plan, once the host and the targets are seen to be what they were.

    Args:
        interrupted: The run to resume.
        session: Gets the targets, and the results that every further round must match.

    Raises:
        InputError: Something changed; the message says what.
    """
    folder, run = interrupted.folder, interrupted.run
    session.doing("looking at the host")
    host = inspect()
    _check_same(folder, "the host", fingerprint.in_words(run.host), fingerprint.in_words(host))
    _check_same(folder, "the code that launches run", run.target_code, session.target_code)
    session.doing("asking the interpreters what they can run")
    saved = user_functions.saved_workloads(run.targets)
    user_functions.install(saved, session.target_bundle, like_python=True)
    for target in run.targets:
        now = loading.describe_target(target.executable, session.target_bundle, target.settings)
        _check_target(folder, target, now)
        session.targets[target.id] = target
        session.unsized.update(_unsized(target))
    plugin_workloads.reinstall(run.targets, session.target_bundle)
    _remember_results(interrupted, session)
    return RunPlan(PROFILES[run.profile], host, run.targets, run.plan, claims=run.claims)


def _check_same(folder: Path, what: str, then: str, now: str) -> None:
    """InputError where something is not what it was."""
    if then != now:
        raise InputError(
            f"{folder} cannot be resumed: {what} was {then} and is {now}; "
            "measure again with `gilbench run`"
        )


def _check_target(folder: Path, target: Target, now: TargetDescription) -> None:
    """Raise InputError where a target describes itself differently.

    User functions and plugins are checked by their files instead.
    """
    then = _of_gilbench(target.description, target)
    now = _of_gilbench(now, target)
    for fact in then.__struct_fields__:
        was, is_now = getattr(then, fact), getattr(now, fact)
        if was != is_now:
            words = ("otherwise", "changed") if isinstance(was, tuple) else (str(was), str(is_now))
            _check_same(folder, f"{fact} of {target.id} ({target.executable})", *words)


def _of_gilbench(description: TargetDescription, target: Target) -> TargetDescription:
    names = {entry.name for entry in target.description.workloads if entry.own or entry.package}
    registered = tuple(workload for workload in description.workloads if workload.name not in names)
    return msgspec.structs.replace(description, workloads=registered)


def _unsized(target: Target) -> dict[tuple[str, str], str]:
    """Why CPU workloads of a target have no task size: (target, workload) → the reason."""
    reasons = {}
    for workload in target.description.workloads:
        if workload.size_step and workload.name not in target.sizes:
            reasons[target.id, workload.name] = "its tasks could not be sized when the run began"
    return reasons


def _remember_results(interrupted: InterruptedRun, session: Session) -> None:
    """Require further rounds to have the same results as those that are kept."""
    items = {planned.item.id: planned.item for planned in interrupted.run.plan}
    for record in interrupted.intact.records:
        item = items.get(record.item)
        if isinstance(record, Round) and isinstance(item, Comparison):
            workload = item.case.workload
            default = session.targets[item.case.target].workload(workload).defaults.get("size")
            size = session.targets[item.reference.target].sizes.get(workload, default)
            target = item.case.target if record.role == "case" else item.reference.target
            session.check_result(target, workload, size, record.tasks, record.checksum)
