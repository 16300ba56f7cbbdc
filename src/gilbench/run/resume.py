"""Resumes an interrupted run in its folder, with its original plan, seed, targets and task sizes.

It is refused where further rounds would not be the same measurement: on another host, with other
interpreters, or with another gilbench.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from gilbench.measure.host import inspect
from gilbench.measure.session import Session, tell_nobody
from gilbench.measure.targets import loading, plugin_workloads, user_functions
from gilbench.model import (
    Comparison,
    ItemEnd,
    PlannedItem,
    Record,
    Round,
    Run,
    Stop,
    Target,
    TargetDescription,
)
from gilbench.plan.profiles import PROFILES
from gilbench.results import fingerprint
from gilbench.results.journal import Journal
from gilbench.run.interrupted_run import InterruptedRun, check_same
from gilbench.run.run_plan import RunPlan
from gilbench.run.trust import NamedAgain, check_trusted

NOTHING_NAMED = NamedAgain()


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
    check_same(folder, "the host", fingerprint.in_words(run.host), fingerprint.in_words(host))
    check_same(folder, "the code that launches run", run.target_code, session.target_code)
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
            check_same(folder, f"{fact} of {target.id} ({target.executable})", *words)


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
            session.results.check(target, workload, size, record.tasks, record.checksum)
