"""A run of the suite, as pytest is given it: measures items, records them, and ends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gilbench.measure.interrupts import INTERRUPTS
from gilbench.measure.session import Session
from gilbench.model import InputError, PlannedItem, Record, Run, Verdict
from gilbench.results.tables import Tables
from gilbench.run.claims_scheduler import claims_scheduler
from gilbench.run.launch_queue import LaunchQueue, MeasuredItem
from gilbench.run.pace import Pace
from gilbench.run.recorder import Recorder
from gilbench.run.run_plan import RunPlan
from gilbench.run.scheduler import Scheduler
from gilbench.run.start import Start


class Watcher(Protocol):
    """Something that shows a run while it is measured; it reads the records from the run."""

    def begun(self, run: SuiteRun) -> None:
        """The run is about to measure its first launch."""

    def recorded(self, record: Record) -> None:
        """A record was added to the run."""


@dataclass(frozen=True)
class _Begun:
    """What there is of a run from its beginning on."""

    recorder: Recorder
    scheduler: Scheduler
    queue: LaunchQueue


class SuiteRun:
    """One run of the suite, from its first launch to its last record.

    It is a plugin of pytest: handed to it by the command line, or made from pytest's own options.

    Attributes:
        plan: The run put together.
        session: What is held open while it is measured.
        watchers: Notified of the beginning and of every record.
        refusal: Why the run could not begin; pytest does not hand on exceptions.
    """

    PLUGIN = "gilbench-run"

    def __init__(
        self, start: Start, scheduler: Callable[[Pace], Scheduler] = claims_scheduler
    ) -> None:
        """Make a run that has not begun.

        Args:
            start: What it is begun from.
            scheduler: Makes what decides, launch by launch, what is measured.
        """
        self.start = start
        self._make_scheduler = scheduler
        self.plan: RunPlan = start.plan
        self.session: Session = start.session
        self.watchers: list[Watcher] = []
        self.refusal: InputError | None = None
        self._state: _Begun | None = None

    @property
    def folder(self) -> Path | None:
        """Where the run is kept."""
        return self.start.folder

    @property
    def unmeasured(self) -> Sequence[PlannedItem]:
        """What of the plan this process is to measure."""
        return self.start.unmeasured

    def begin(self, selected: Sequence[PlannedItem]) -> None:
        """Get the targets ready and start recording.

        Args:
            selected: What of the plan will be measured.

        Raises:
            InputError: The run's folder cannot be written, or a target cannot be used.
        """
        try:
            self.start.open_folder()
            run = self.start.begin(selected)
            with INTERRUPTS:
                self._state = self._record_from(run)
        except BaseException as error:
            if isinstance(error, InputError):
                self.refusal = error
            if self._state is None:
                self.start.discard_folder()
            raise
        self.session.listeners.append(self._record)
        for watcher in self.watchers:
            watcher.begun(self)
        for end in self.start.owed:
            self.session.emit(end)

    def _record_from(self, run: Run) -> _Begun:
        """Write ``run.json``, and have everything ready that records the run."""
        journal = self.start.open_journal()
        recorder = Recorder(run, self.start.kept, journal, self.session.clock_s)
        scheduler = self._make_scheduler(Pace(self.plan, recorder, self.session.clock_s))
        return _Begun(recorder, scheduler, LaunchQueue(self.session, recorder, scheduler))

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to read of the run."""
        return self._state is not None

    @property
    def _begun(self) -> _Begun:
        if self._state is None:
            raise RuntimeError("the run has not begun")
        return self._state

    def _record(self, record: Record) -> None:
        try:
            self._begun.recorder.add(record)
        except InputError as error:  # the folder cannot be written any more
            self.refusal = error
            raise
        for watcher in self.watchers:
            watcher.recorded(record)

    def measure(self, planned: PlannedItem) -> MeasuredItem:
        """Measure until an item is over; launches of other items may come between its own."""
        if self.refusal is not None:
            raise self.refusal
        try:
            return self._begun.queue.measure(planned)
        except InputError as error:  # no room for temporary files, for example
            self.refusal = self.refusal or error
            raise

    @property
    def run(self) -> Run:
        """What ``run.json`` says."""
        return self._begun.recorder.run

    @property
    def records(self) -> Sequence[Record]:
        """Everything recorded so far."""
        return self._begun.recorder.records

    @property
    def ended(self) -> set[str]:
        """Ids of the items that were measured to their end, or failed."""
        return self._begun.recorder.ended

    @property
    def is_complete(self) -> bool:
        """Whether everything that was planned is over."""
        return self._begun.recorder.is_complete

    def tables(self) -> Tables:
        """Everything recorded so far, as tables."""
        return self._begun.recorder.tables()

    def verdicts(self) -> Sequence[Verdict]:
        """The verdicts on claims as they stand now; none where the run is not about claims."""
        return self._begun.scheduler.verdicts()

    def remaining_s(self) -> float:
        """About how many seconds the rest takes."""
        return self._begun.scheduler.remaining_s()

    def close(self) -> None:
        """Stop recording and say in ``run.json`` how the run ended. Further calls do nothing."""
        try:
            if self._state is not None:
                self._state.recorder.close()
        finally:
            self.start.close()
