"""The one owner of a run's records: keeps them, writes them to the journal, and builds the tables from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import msgspec

from gilbench.measure.cores import Timeline
from gilbench.model import Failure, ItemEnd, LaunchStart, Record, Run
from gilbench.results import folder as layout
from gilbench.results.journal import Journal
from gilbench.results.tables import Tables, TablesBuilder


class Recorder:
    """Every record of a run, once.

    Attributes:
        run: What ``run.json`` says.
        records: Everything that was recorded, in order.
        launches: The launches of each item by its id, in order.
        first_launch_s: When the first launch began, on the run's clock; None before it.
        begun: Ids of the items of which there is any record.
        ended: Ids of the items that were measured to their end, or failed.
    """

    def __init__(self, run: Run, kept: Iterable[Record], journal: Journal | None, clock_s: Callable[[], float]) -> None:
        """Start recording.

        Args:
            run: What is planned; written as ``run.json``.
            kept: The records that an interrupted run has in its journal already.
            journal: The open files of the run's folder; None where nothing is written.
            clock_s: The run's clock, in seconds.
        """
        self.run = run
        self.records: list[Record] = []
        self.launches: dict[str, list[LaunchStart]] = {}
        self.first_launch_s: float | None = None
        self.begun: set[str] = set()
        self.ended: set[str] = set()
        self._builder = TablesBuilder()
        self._tables: Tables | None = None
        self._in_tables = 0  # records that the builder has
        self._journal = journal
        self._timeline: Timeline | None = None
        for record in kept:
            self._remember(record)
        if journal is not None:
            journal.write_run(run)
            self._timeline = Timeline(clock_s, journal.add_cores)

    def add(self, record: Record) -> None:
        """Remember a record and append it to the journal."""
        self._remember(record)
        if self._journal is not None:
            self._journal.add(record)

    def _remember(self, record: Record) -> None:
        self.records.append(record)
        self._tables = None
        self.begun.add(record.item)
        if isinstance(record, LaunchStart):
            self.launches.setdefault(record.item, []).append(record)
            if self.first_launch_s is None:
                self.first_launch_s = record.began_s
        elif isinstance(record, ItemEnd | Failure):
            self.ended.add(record.item)

    def tables(self) -> Tables:
        """The records as tables: the same object until there is another record."""
        if self._tables is None:
            self._builder.extend(self.records[self._in_tables :])
            self._in_tables = len(self.records)
            self._tables = self._builder.tables(self.run)
        return self._tables

    def close(self) -> None:
        """Stop recording and write how the run ended; a complete one becomes ``latest``. Further calls do nothing."""
        if self._timeline is not None:
            self._timeline.close()
            self._timeline = None
        if self._journal is None:
            return
        complete = all(planned.item.id in self.ended for planned in self.run.plan)
        status = "complete" if complete else "interrupted"
        self.run = msgspec.structs.replace(self.run, status=status, ended_utc=utc_now())
        self._tables = None
        with self._journal as journal:
            journal.write_run(self.run)
        if complete:
            layout.point_latest(self._journal.folder)
        self._journal = None


def utc_now() -> str:
    """The time to the second, as run.json has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
