"""Takes up a run that was interrupted, with its own plan, seed and task sizes; refuses where what followed would not be
the same measurement: another host, other interpreters, another gilbench."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gilbench import __version__
from gilbench.measure.host import inspect
from gilbench.measure.session import Session, tell_nobody
from gilbench.measure.targets import loading, user_functions
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
from gilbench.results.interrupted import IntactJournal, read_intact
from gilbench.results.journal import Journal
from gilbench.run.compose import RunPlan
from gilbench.run.recorder import utc_now


@dataclass(frozen=True)
class InterruptedRun:
    """What there is of an interrupted run. Its journal is open, which keeps other processes from it.

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
        """Items with every launch that they may have, whose end was not written any more."""
        launches = self.intact.launches
        return tuple(item for item in self.run.plan if launches.get(item.item.id) == item.effort.most_launches)

    @property
    def left(self) -> tuple[PlannedItem, ...]:
        """The items that are still to be measured, or to be measured further."""
        over = self.intact.ended | {planned.item.id for planned in self.finished}
        return tuple(planned for planned in self.run.plan if planned.item.id not in over)

    def cut(self, host: Host) -> Resumption:
        """Cut the journal where it is intact and remove what followed from it.

        Args:
            host: The machine as it is now; what disturbs it is part of the record.
        """
        self.journal.cut(self.intact.rounds_bytes, self.intact.cores_bytes)
        # pytest-benchmark would write what is measured from here on alone; the report makes the whole of it.
        (self.folder / layout.BENCHMARK).unlink(missing_ok=True)
        return Resumption(
            utc=utc_now(),
            at_s=round(self.intact.clock_s, 6),
            idle_s=round(self.idle_s, 1),
            dropped=self.intact.dropped,
            warnings=host.warnings,
        )


class ResumedStart:
    """An interrupted run, begun again with its own plan, seed, targets and task sizes, in its own folder."""

    sees_every_round = False

    def __init__(self, interrupted: InterruptedRun, doing: Callable[[str], None] = tell_nobody) -> None:
        """Take over an interrupted run, which is closed if it cannot be resumed.

        Raises:
            InputError: The host, an interpreter or gilbench is not what it was.
        """
        self._interrupted = interrupted
        self.folder: Path | None = interrupted.folder
        with ExitStack() as on_error:
            on_error.callback(interrupted.journal.close)
            self.session = Session(
                interrupted.run.seed,
                began_s=interrupted.intact.clock_s,
                kept=dict(interrupted.intact.launches),
                doing=doing,
            )
            on_error.callback(self.session.close)
            self.plan = compose(interrupted, self.session)
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
        """It is there."""

    def begin(self, selected: Sequence[PlannedItem]) -> Run:  # noqa: ARG002 - the plan stands
        run = self._interrupted.run
        resumed = (*run.resumed, self._interrupted.cut(self.plan.host))
        return msgspec.structs.replace(run, status="running", ended_utc=None, resumed=resumed)

    def open_journal(self) -> Journal:
        return self._interrupted.journal

    def close(self) -> None:
        self._interrupted.journal.close()
        self.session.close()

    def discard_folder(self) -> None:
        """Nothing: what was measured earlier stays."""


def find_run(run: Path, out: Path) -> Path:
    """The folder that RUN means, a path or the name of a folder under ``out``; InputError if there is none."""
    under = out / run
    return layout.resolve(under if not (run / layout.RUN).exists() and (under / layout.RUN).exists() else run)


def open_interrupted(folder: Path) -> InterruptedRun:
    """Open an interrupted run; InputError where it is complete, still measured, damaged or of another gilbench."""
    journal = Journal(folder)
    try:
        run = layout.read_run(folder)
        if run.status == "complete":
            raise InputError(f"{folder} is complete, nothing is left of it to measure; `gilbench report` shows it")
        if run.gilbench != __version__:
            raise InputError(_refusal(folder, "gilbench", run.gilbench, __version__))
        if run.profile not in PROFILES:
            raise InputError(f"{folder} is of profile {run.profile!r}, which `run` does not know; measure again")
        last = max((folder / name).stat().st_mtime for name in (layout.RUN, layout.ROUNDS, layout.CORES))
        intact = read_intact(folder, run.plan)
    except BaseException:
        journal.close()
        raise
    return InterruptedRun(folder, run, intact, journal, max(0.0, time.time() - last))


def compose(interrupted: InterruptedRun, session: Session) -> RunPlan:
    """The run's own plan on its own targets, once they and the host are seen to be what they were.

    InputError names what changed. The session gets the targets and the results that every further round must agree
    with.
    """
    run = interrupted.run
    session.doing("looking at the host")
    host = inspect()
    was, now = fingerprint.in_words(run.host), fingerprint.in_words(host)
    if now != was:
        raise InputError(_refusal(interrupted.folder, "the host", was, now))
    if session.target_code != run.target_code:
        raise InputError(
            _refusal(interrupted.folder, "the code that launches run", run.target_code, session.target_code)
        )
    session.doing("asking the interpreters what they can run")
    user_functions.install(user_functions.saved_workloads(run.targets), session.target_bundle)
    for target in run.targets:
        _check(
            interrupted.folder,
            target,
            loading.describe_target(target.executable, session.target_bundle, target.settings),
        )
        session.targets[target.id] = target
        session.unsized.update(_unsized(target))
    _remember_results(interrupted, session)
    return RunPlan(PROFILES[run.profile], host, run.targets, run.plan, claims=run.claims)


def _refusal(folder: Path, what: str, then: Any, now: Any) -> str:
    return f"{folder} cannot go on: {what} was {then} and is {now}; measure again with `gilbench run`"


def _check(folder: Path, target: Target, now: TargetDescription) -> None:
    """Everything that the interpreter says of itself; workloads of the user's own are held against their files."""
    then, users = target.description, {workload.name for workload in target.user_workloads}
    then, now = (
        msgspec.structs.replace(said, workloads=tuple(one for one in said.workloads if one.name not in users))
        for said in (then, now)
    )
    for fact in then.__struct_fields__:
        was, is_now = getattr(then, fact), getattr(now, fact)
        if was != is_now:
            what = f"{fact} of {target.id} ({target.executable})"
            words = ("otherwise", "changed") if isinstance(was, tuple) else (was, is_now)
            raise InputError(_refusal(folder, what, *words))


def _unsized(target: Target) -> dict[tuple[str, str], str]:
    sized = [workload.name for workload in target.description.workloads if workload.size_step]
    why = "its tasks could not be sized when the run began"
    return {(target.id, name): why for name in sized if name not in target.sizes}


def _remember_results(interrupted: InterruptedRun, session: Session) -> None:
    """Have further rounds come to the same results as those that are kept."""
    items = {one.item.id: one.item for one in interrupted.run.plan}
    for record in interrupted.intact.records:
        item = items.get(record.item)
        if isinstance(record, Round) and isinstance(item, Comparison):
            workload = item.case.workload
            default = session.targets[item.case.target].workload(workload).defaults.get("size")
            size = session.targets[item.reference.target].sizes.get(workload, default)
            session.check_result(workload, size, record.tasks, record.checksum)
