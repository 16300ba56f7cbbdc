"""Puts a run together: what the matrix and the claims want measured, and when a claim has seen enough.

It is the one place that knows both measuring and judging. It measures nothing and judges nothing itself.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

import gilbench
from gilbench import __version__, plan
from gilbench.claims import ledger
from gilbench.measure import targets
from gilbench.measure.cores import Timeline
from gilbench.measure.host import inspect
from gilbench.measure.session import Session
from gilbench.model import (
    Case,
    Comparison,
    Experiment,
    Failure,
    Host,
    InputError,
    ItemEnd,
    LaunchStart,
    Planned,
    Record,
    Run,
    Stop,
    Target,
)
from gilbench.results import folder as folders
from gilbench.results import tables
from gilbench.results.journal import Journal

IO_TASK_S = 0.007  # what an I/O task takes, delay and all: for estimates of time left only


@dataclass(frozen=True)
class Request:
    """What the user asked to have measured."""

    profile: str = "quick"
    pythons: tuple[str, ...] = ()
    filters: plan.Filters = plan.Filters()
    seed: int = 0


@dataclass(frozen=True)
class Composed:
    """A run put together, before anything is measured."""

    profile: plan.Profile
    host: Host
    targets: tuple[Target, ...]
    plan: tuple[Planned, ...]


def compose(request: Request, session: Session) -> Composed:
    """Ask the targets what they can run and lay out the run; the same request gives the same plan on the same host."""
    profile = plan.PROFILES.get(request.profile)
    if profile is None:
        raise InputError(f"no profile is called {request.profile!r}; there are: {', '.join(plan.PROFILES)}")
    host = inspect()
    found = targets.load(list(request.pythons), session.kit)
    composed = _plan(profile, host, found, request.filters)
    if not composed:
        raise InputError("nothing is left to measure; give fewer of --workload, --strategy and --workers")
    return Composed(profile, host, found, composed)


def _plan(profile: plan.Profile, host: Host, found: Iterable[Target], filters: plan.Filters) -> tuple[Planned, ...]:
    """The matrix, then what claims want beyond it; whatever a claim asks for gets the effort of a claim."""
    found = tuple(found)
    items: dict[str, Comparison | Experiment] = {}
    for target in found:
        for comparison in plan.matrix(target, profile, host.usable_cores, filters):
            items[comparison.id] = comparison
    wanted = ledger.wanted(found, host)
    for item_id, (item, _) in wanted.items():
        if filters.admit(item):
            items[item_id] = item
    return tuple(
        Planned(item, profile.claim, wanted[item_id][1]) if item_id in wanted else Planned(item, profile.survey)
        for item_id, item in items.items()
    )


def calibrate(composed: Composed, session: Session) -> tuple[Target, ...]:
    """Size the CPU workloads on each target and hand the targets to the session."""
    aim_ns = int(composed.profile.round_s_per_core * composed.host.usable_cores * 1e9 / plan.TASKS_AT_LEAST)
    for target in composed.targets:
        sizes = targets.calibrate(target.executable, session.kit, target.description, aim_ns)
        session.targets[target.id] = msgspec.structs.replace(target, sizes=sizes)
    return tuple(session.targets.values())


class Watcher(Protocol):
    """Something that shows a run while it is measured."""

    def begun(self, run: Run) -> None: ...

    def recorded(self, record: Record) -> None: ...


class SuiteRun:
    """One run of the suite, from its first launch to its last record.

    It is handed to pytest as a plugin by the CLI, or made from pytest's own options; with ``out`` the run is kept in a
    folder there, without it nothing is written. ``watchers`` get every record.
    """

    PLUGIN = "gilbench-run"

    def __init__(self, request: Request, out: Path | None, command: Sequence[str]) -> None:
        self.request, self.out, self.command = request, out, tuple(command)
        self.session = Session(request.seed)
        self.records: list[Record] = []
        self.watchers: list[Watcher] = []
        self.folder: Path | None = None
        self.run: Run | None = None
        self._journal: Journal | None = None
        self._timeline: Timeline | None = None
        try:
            self.composed = compose(request, self.session)
        except BaseException:
            self.session.close()
            raise

    def begin(self, selected: Sequence[Planned]) -> None:
        """Calibrate, open the folder and start recording; ``selected`` is what will be measured of the plan."""
        if self.out is not None:
            self.folder = folders.create(self.out)
        found = calibrate(self.composed, self.session)
        self.run = Run(
            id=self.folder.name if self.folder else "unsaved",
            status="running",
            started_utc=_now(),
            ended_utc=None,
            profile=self.composed.profile.name,
            seed=self.request.seed,
            command=self.command,
            gilbench=__version__,
            git_commit=_git_commit(),
            host=self.composed.host,
            targets=found,
            plan=tuple(selected),
        )
        self.session.listeners.append(self._record)
        if self.folder is not None:
            self._journal = Journal(self.folder)
            self._journal.write_run(self.run)
            self._timeline = Timeline(self.session.clock_s, self._journal.add_cores)
        for watcher in self.watchers:
            watcher.begun(self.run)

    def _record(self, record: Record) -> None:
        self.records.append(record)
        if self._journal is not None:
            self._journal.add(record)
        for watcher in self.watchers:
            watcher.recorded(record)

    def workload_kind(self, case: Case) -> str:
        """ "cpu" or "io", as the case's target says."""
        target = next(target for target in self.composed.targets if target.id == case.target)
        return str(next(w["kind"] for w in target.description["workloads"] if w["name"] == case.workload))

    def stopping(self, planned: Planned) -> Stop | None:
        """Whether an item that has reached a look should stop there: because its claims are settled, or because its
        share of the time that is left would not do for the launches up to the next look."""
        if not planned.claims:
            return Stop.EFFORT
        if ledger.settled(planned, self.tables()):
            return Stop.SETTLED
        return Stop.TIME if self._next_look_s(planned) > self._share_of_spare_s() else None

    def _next_look_s(self, planned: Planned) -> float:
        starts = [one.began_s for one in self.records if isinstance(one, LaunchStart) and one.item == planned.item.id]
        a_launch_s = (self.session.clock_s() - starts[0]) / len(starts)
        return a_launch_s * min(look - len(starts) for look in planned.effort.looks if look > len(starts))

    def _share_of_spare_s(self) -> float:
        """The spare time, shared among the item being measured and those of claims that are still to come."""
        pending = self.pending()
        spare_s = self.composed.profile.budget_s - self.measured_s() - sum(map(self.expected_s, pending))
        return spare_s / (1 + sum(bool(one.claims) for one in pending))

    def pending(self) -> list[Planned]:
        """The planned items of which nothing is measured yet."""
        assert self.run is not None
        begun = {record.item for record in self.records}
        return [planned for planned in self.run.plan if planned.item.id not in begun]

    def expected_s(self, planned: Planned) -> float:
        """About how long an item takes up to its first look."""
        item = planned.item
        if isinstance(item, Experiment):
            return plan.expected_s(planned, sum(condition.get("duration_s", 0.1) for condition in item.conditions))
        if self.workload_kind(item.case) == "cpu":
            serial_s = self.composed.profile.round_s_per_core * self.composed.host.usable_cores
            return plan.expected_s(planned, 2 * serial_s * item.tasks / plan.TASKS_AT_LEAST)
        return plan.expected_s(planned, IO_TASK_S * item.tasks * (1 + 1 / item.case.workers))

    def measured_s(self) -> float:
        """Seconds since the first launch; 0 before it."""
        first = next((one.began_s for one in self.records if isinstance(one, LaunchStart)), None)
        return 0.0 if first is None else self.session.clock_s() - first

    def tables(self) -> tables.Tables:
        assert self.run is not None
        return tables.build(self.run, self.records)

    def close(self) -> None:
        """Stop recording and say in ``run.json`` how the run ended; a complete one becomes ``latest``."""
        if self._timeline is not None:
            self._timeline.close()
        if self._journal is not None and self.run is not None and self.folder is not None:
            ended = {record.item for record in self.records if isinstance(record, ItemEnd | Failure)}
            complete = all(planned.item.id in ended for planned in self.run.plan)
            status = "complete" if complete else "interrupted"
            self.run = msgspec.structs.replace(self.run, status=status, ended_utc=_now())
            with self._journal as journal:
                journal.write_run(self.run)
            if complete:
                folders.point_latest(self.folder)
        self._journal = self._timeline = None
        self.session.close()


def location() -> Path:
    """The folder of the suite's tests: beside the sources in a checkout, inside the package where it is installed."""
    package = Path(gilbench.__file__).parent
    installed, checkout = package / "benchmarks", package.parent.parent / "benchmarks"
    return installed if installed.is_dir() else checkout


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _git_commit() -> str | None:
    """The commit of the folder that gilbench is run in: results are compared by it."""
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() or None
