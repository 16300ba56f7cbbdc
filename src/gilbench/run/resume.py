"""Takes up a run that was interrupted, with its own plan, seed and task sizes; refuses where what followed would not be
the same measurement: another host, other interpreters, another gilbench."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from gilbench import __version__
from gilbench.check import fingerprint
from gilbench.measure import own, targets
from gilbench.measure.host import inspect
from gilbench.measure.session import Session
from gilbench.model import (
    Comparison,
    Host,
    InputError,
    ItemEnd,
    Planned,
    Resumption,
    Round,
    Run,
    Stop,
    Target,
    TargetDescription,
)
from gilbench.plan.matrix import Filters
from gilbench.plan.profiles import PROFILES
from gilbench.results import folder as layout
from gilbench.results import interrupted
from gilbench.results.interrupted import Whole
from gilbench.results.journal import Journal
from gilbench.run.compose import Composed, Request


@dataclass(frozen=True)
class Earlier:
    """What there is of an interrupted run. Its journal is open, which keeps other processes from it."""

    folder: Path
    run: Run
    whole: Whole
    journal: Journal
    idle_s: float

    @property
    def request(self) -> Request:
        """What the run was asked for, as far as going on with it needs to know."""
        return Request(self.run.profile, seed=self.run.seed, filters=Filters(claims=self.run.claims))

    @property
    def finished(self) -> tuple[Planned, ...]:
        """Items with every launch that they may have, whose end was not written any more."""
        had = self.whole.launches
        return tuple(one for one in self.run.plan if had.get(one.item.id) == one.effort.most_launches)

    @property
    def left(self) -> tuple[Planned, ...]:
        """The items that are still to be measured, or to be measured on."""
        over = self.whole.ended | {one.item.id for one in self.finished}
        return tuple(one for one in self.run.plan if one.item.id not in over)

    def session(self, doing: Callable[[str], None]) -> Session:
        """A session whose clock and launches go on where those of the run stopped."""
        return Session(self.run.seed, began_s=self.whole.clock_s, kept=dict(self.whole.launches), doing=doing)

    def ends(self) -> list[ItemEnd]:
        """The ends that are still to be written."""
        return [ItemEnd(one.item.id, one.effort.most_launches, Stop.EFFORT) for one in self.finished]

    def go_on(self, host: Host) -> Resumption:
        """Cut the journal where it is whole and remove what followed from it; the record of that, with what disturbs
        the host now."""
        self.journal.cut(self.whole.rounds_bytes, self.whole.cores_bytes)
        # pytest-benchmark would write what is measured from here on alone; the report makes the whole of it.
        (self.folder / layout.BENCHMARK).unlink(missing_ok=True)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Resumption(now, round(self.whole.clock_s, 6), round(self.idle_s, 1), self.whole.dropped, host.warnings)


def find(run: Path, out: Path) -> Path:
    """The folder that RUN means, a path or the name of a folder under ``out``; InputError if there is none."""
    under = out / run
    return layout.resolve(under if not (run / layout.RUN).exists() and (under / layout.RUN).exists() else run)


def take_up(folder: Path) -> Earlier:
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
        whole = interrupted.read(folder, run.plan)
    except BaseException:
        journal.close()
        raise
    return Earlier(folder, run, whole, journal, max(0.0, time.time() - last))


def compose(earlier: Earlier, session: Session) -> Composed:
    """The run's own plan on its own targets, once they and the host are seen to be what they were.

    InputError names what changed. The session gets the targets and the results that every further round must agree
    with.
    """
    run = earlier.run
    session.doing("looking at the host")
    host = inspect()
    was, now = fingerprint.in_words(run.host), fingerprint.in_words(host)
    if now != was:
        raise InputError(_refusal(earlier.folder, "the host", was, now))
    if session.target_code != run.target_code:
        raise InputError(_refusal(earlier.folder, "the code that launches run", run.target_code, session.target_code))
    session.doing("asking the interpreters what they can run")
    own.install(own.taken_up(run.targets), session.kit)
    for target in run.targets:
        _check(earlier.folder, target, targets.describe(target.executable, session.kit, target.settings))
        session.targets[target.id] = target
        session.uncalibrated.update(_uncalibrated(target))
    _remember_results(earlier, session)
    return Composed(PROFILES[run.profile], host, run.targets, run.plan)


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


def _uncalibrated(target: Target) -> dict[tuple[str, str], str]:
    sized = [workload.name for workload in target.description.workloads if workload.size_step]
    why = "it could not be calibrated when the run began"
    return {(target.id, name): why for name in sized if name not in target.sizes}


def _remember_results(earlier: Earlier, session: Session) -> None:
    """Have further rounds come to the same results as those that are kept."""
    items = {one.item.id: one.item for one in earlier.run.plan}
    for record in earlier.whole.records:
        item = items.get(record.item)
        if isinstance(record, Round) and isinstance(item, Comparison):
            workload = item.case.workload
            default = session.targets[item.case.target].workload(workload).defaults.get("size")
            size = session.targets[item.reference.target].sizes.get(workload, default)
            session.check_result(workload, size, record.tasks, record.checksum)
