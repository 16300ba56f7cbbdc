"""One run of the suite: has pytest measure what was composed, records it, and says when a claim has seen enough.

With ``compose`` it is the one place that knows both measuring and judging. It judges nothing itself.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from gilbench import __version__
from gilbench.claims.judging import RunClaims
from gilbench.claims.registry import find_claims
from gilbench.measure.cores import Timeline
from gilbench.measure.sentinel import Sentinel
from gilbench.measure.session import Session, tell_nobody
from gilbench.model import (
    Failure,
    ItemEnd,
    LaunchStart,
    Planned,
    Record,
    Run,
    Stop,
)
from gilbench.results import folder as folders
from gilbench.results import tables
from gilbench.results.journal import Journal
from gilbench.run import resume
from gilbench.run.compose import Composed, Request, calibrate, compose
from gilbench.run.resume import Earlier

if TYPE_CHECKING:
    pass


class Watcher(Protocol):
    """Something that shows a run while it is measured."""

    def begun(self, run: Run, kept: Sequence[Record] = ()) -> None: ...  # kept: what an interrupted run had

    def recorded(self, record: Record) -> None: ...


class Judge(Protocol):
    """Stands in for the ledger where a run is not about claims: says what is measured, and when it is enough.

    ``watched_on`` is the target whose sentinel watches the host beside every launch.
    """

    @property
    def watched_on(self) -> str: ...

    def compose(self, session: Session) -> Composed: ...

    def stopping(self, planned: Planned, tables: tables.Tables) -> Stop | None: ...

    def needed(self, planned: Planned, tables: tables.Tables) -> bool: ...


class SuiteRun:
    """One run of the suite, from its first launch to its last record.

    It is handed to pytest as a plugin by the CLI, or made from pytest's own options; with ``out`` the run is kept in a
    folder there, without it nothing is written. ``watchers`` get every record. With ``earlier`` an interrupted run
    goes on in its own folder. A ``judge`` decides in the place of the ledger.
    """

    PLUGIN = "gilbench-run"

    def __init__(
        self,
        request: Request,
        out: Path | None,
        command: Sequence[str],
        doing: Callable[[str], None] = tell_nobody,
        earlier: Earlier | None = None,
        judge: Judge | None = None,
    ) -> None:
        self.request, self.out, self.command, self.earlier, self.judge = request, out, tuple(command), earlier, judge
        self.session = earlier.session(doing) if earlier else Session(request.seed, doing=doing)
        self.records: list[Record] = list(earlier.whole.records) if earlier else []
        self.watchers: list[Watcher] = []
        self.folder: Path | None = earlier.folder if earlier else None
        self.run: Run | None = None
        self._run_claims: RunClaims | None = None
        self._journal: Journal | None = None
        self._timeline: Timeline | None = None
        try:
            self.composed = self._compose()
        except BaseException:
            self.session.close()
            raise

    def _compose(self) -> Composed:
        if self.earlier is not None:
            return resume.compose(self.earlier, self.session)
        return self.judge.compose(self.session) if self.judge else compose(self.request, self.session)

    @property
    def unmeasured(self) -> tuple[Planned, ...]:
        """What of the plan this process is to measure: all of it, but for what an interrupted run has already."""
        return self.earlier.left if self.earlier else self.composed.plan

    def open_folder(self) -> None:
        """Make the run's folder, if it is to be kept and there is none yet; InputError if it cannot be written."""
        if self.out is not None and self.folder is None:
            self.folder = folders.create(self.out)

    def begin(self, selected: Sequence[Planned]) -> None:
        """Calibrate, open the folder and start recording; ``selected`` is what will be measured of the plan. A run that
        goes on has its plan and its sizes."""
        self.open_folder()
        self.run = self._taken_up(self.earlier) if self.earlier else self._new(selected)
        self._run_claims = RunClaims(self.run)
        self.session.listeners.append(self._record)
        if self.folder is not None:
            self._journal = self.earlier.journal if self.earlier else Journal(self.folder)
            self._journal.write_run(self.run)
            self._timeline = Timeline(self.session.clock_s, self._journal.add_cores)
        for watcher in self.watchers:
            watcher.begun(self.run, tuple(self.records))
        for end in self.earlier.ends() if self.earlier else ():
            self._record(end)

    def _taken_up(self, earlier: Earlier) -> Run:
        resumed = (*earlier.run.resumed, earlier.go_on(self.composed.host))
        return msgspec.structs.replace(earlier.run, status="running", ended_utc=None, resumed=resumed)

    def _new(self, selected: Sequence[Planned]) -> Run:
        found = calibrate(self.composed, self.session)
        if self.judge is not None:
            self.session.sentinel = Sentinel(self.session.targets[self.judge.watched_on], self.session.kit)
        return Run(
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
            claims=tuple(claim.id for claim in find_claims(self.request.filters.claims)),
            target_code=self.session.target_code,
        )

    def _record(self, record: Record) -> None:
        self.records.append(record)
        if self._journal is not None:
            self._journal.add(record)
        for watcher in self.watchers:
            watcher.recorded(record)

    def stopping(self, planned: Planned) -> Stop | None:
        """Whether an item that has reached a look should stop there: because its claims are settled, or because its
        share of the time that is left would not do for the launches up to the next look."""
        if self.judge is not None:
            return self.judge.stopping(planned, self.tables())
        if not planned.claims:
            return Stop.EFFORT
        assert self._run_claims is not None
        if self._run_claims.settled(planned, self.tables()):
            return Stop.SETTLED
        return Stop.TIME if self._next_look_s(planned) > self._share_of_spare_s() else None

    def needed(self, planned: Planned) -> bool:
        """Whether an item whose turn has come is still to be measured; if not, its end is journalled."""
        if self.judge is None or self.judge.needed(planned, self.tables()):
            return True
        self.session.emit(ItemEnd(planned.item.id, 0, Stop.SETTLED))
        return False

    def _next_look_s(self, planned: Planned) -> float:
        starts = [one.began_s for one in self.records if isinstance(one, LaunchStart) and one.item == planned.item.id]
        a_launch_s = (self.session.clock_s() - starts[0]) / len(starts)
        return a_launch_s * min(look - len(starts) for look in planned.effort.looks if look > len(starts))

    def _share_of_spare_s(self) -> float:
        """The spare time, shared among the item being measured and those of claims that are still to come."""
        pending = self.pending()
        budget_s = self.composed.profile.budget_s * len(self.composed.targets)
        spare_s = budget_s - self.measured_s() - sum(map(self.expected_s, pending))
        return spare_s / (1 + sum(bool(one.claims) for one in pending))

    def pending(self) -> list[Planned]:
        """The planned items of which nothing is measured yet."""
        assert self.run is not None
        begun = {record.item for record in self.records}
        return [planned for planned in self.run.plan if planned.item.id not in begun]

    def expected_s(self, planned: Planned) -> float:
        """About how long an item takes up to its first look."""
        return self.composed.expected_s(planned)

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
        if self.earlier is not None:
            self.earlier.journal.close()
        self._journal = self._timeline = None
        self.session.close()


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
