"""Puts a run together: what the matrix and the claims want measured, and when a claim has seen enough.

It is the one place that knows both measuring and judging. It measures nothing and judges nothing itself.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

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

if TYPE_CHECKING:
    import pytest

EVERYTHING = plan.Filters()
IO_TASK_S = 0.007  # what an I/O task takes, delay and all: for estimates of time left only


@dataclass(frozen=True)
class Request:
    """What the user asked to have measured."""

    profile: str = "quick"
    pythons: tuple[str, ...] = ()
    filters: plan.Filters = EVERYTHING
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
        Planned(item, plan.effort_for(item, profile.claim), wanted[item_id][1])
        if item_id in wanted
        else Planned(item, plan.effort_for(item, profile.survey))
        for item_id, item in items.items()
    )


def calibrate(composed: Composed, session: Session) -> tuple[Target, ...]:
    """Size the CPU workloads on each target and hand the targets to the session."""
    aim_ns = int(composed.profile.round_s_per_core * composed.host.usable_cores * 1e9 / plan.TASKS_AT_LEAST)
    for target in composed.targets:
        session.targets[target.id], failures = targets.calibrate(target, session.kit, aim_ns)
        session.uncalibrated.update({(target.id, workload): why for workload, why in failures.items()})
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

    def open_folder(self) -> None:
        """Make the run's folder, if it is to be kept and there is none yet; InputError if it cannot be written."""
        if self.out is not None and self.folder is None:
            self.folder = folders.create(self.out)

    def begin(self, selected: Sequence[Planned]) -> None:
        """Calibrate, open the folder and start recording; ``selected`` is what will be measured of the plan."""
        self.open_folder()
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
        return str(target.workload(case.workload)["kind"])

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

    def remaining_s(self) -> float:
        """About how long the rest of the run takes: the pending items, at the pace so far."""
        if self.run is None:
            return sum(map(self.expected_s, self.composed.plan))
        pending = self.pending()
        pending_s = sum(map(self.expected_s, pending))
        begun_s = sum(self.expected_s(planned) for planned in self.run.plan if planned not in pending)
        pace = self.measured_s() / begun_s if begun_s > 0 else 1.0
        return pending_s * max(1.0, pace)

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
        asked = subprocess.run(
            ["git", "rev-parse", "--verify", "HEAD"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() or None


def measure(run: SuiteRun) -> bool:
    """Have pytest measure the suite; returns whether it was interrupted. InputError, with its words, if pytest fails.

    pytest runs in this process, with the suite's own settings and plugins only, whatever project it is started from.
    """
    import pytest

    try:
        run.open_folder()
    except InputError:
        run.close()
        raise
    said = io.StringIO()
    options = [str(location()), "-q", "-s", "-p", "no:cacheprovider", "-p", "pytest_benchmark.plugin"]
    options += [f"--benchmark-json={run.folder / folders.BENCHMARK}"] if run.folder else []
    options += [f"--benchmark-storage=file://{run.session.kit.parent / 'storage'}"]  # or it makes a folder here
    options += ["-p", "gilbench.measure.plugin", "--benchmark-quiet", "-c", str(location() / "pytest.ini")]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    kept = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        with contextlib.redirect_stdout(said):
            code = pytest.main(options, plugins=[_Registered(run)])
    finally:
        run.close()
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    known = any(isinstance(record, Failure) for record in run.records)
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED) and not (
        code == pytest.ExitCode.TESTS_FAILED and known
    ):
        assert run.folder is not None
        log = run.folder / "pytest.log"
        log.write_text(said.getvalue(), encoding="utf-8")
        raise InputError(f"pytest could not run the suite in {location()} ({code}); what it said is in {log}")
    return code == pytest.ExitCode.INTERRUPTED


class _Registered:
    """A plugin that makes a run known to the suite before it is collected."""

    def __init__(self, run: SuiteRun) -> None:
        self._run = run

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self._run, SuiteRun.PLUGIN)


def catalogue(kind: str | None = None) -> dict[str, dict[str, str]]:
    """Names and summaries of all that can be measured and judged, or of one kind, as they are registered."""
    found: dict[str, dict[str, str]] = {}
    if kind in (None, "claims"):
        found["claims"] = {claim.id: claim.statement for claim in ledger.claims()}
    if kind != "claims":
        with Session(seed=0) as session:
            loaded = targets.load([], session.kit)
        description = loaded[0].description
        for name in ("workloads", "strategies", "probes"):
            if kind in (None, name):
                found[name] = {entry["name"]: entry["summary"] for entry in description[name]}
        if kind in (None, "targets"):
            found["targets"] = {target.id: target.executable for target in loaded}
    return found
