"""Keeps the records of a run, and writes them to its journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import msgspec

from gilbench.measure.cores import Timeline
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.model import Failure, ItemEnd, LaunchStart, Record, Run
from gilbench.results.journal import Journal, Place
from gilbench.results.tables import Tables
from gilbench.results.verification import publish
from gilbench.run.growing_tables import GrowingTables


class Recorder:
    """Every record of a run, once.

    Attributes:
        run: What ``run.json`` says.
        records: Everything that was recorded, in order.
        launches: The launches of each item by its id, in order.
        first_launch_s: When the first launch began, on the run's clock; None before it.
        begun: Ids of the items of which there is any record.
        ended: Ids of the items that were measured to their end, or failed.
        unended: The items of the plan that are still to be measured, or measured further, by id.
    """

    def __init__(
        self,
        run: Run,
        kept: Iterable[Record],
        journal: Journal | None,
        clock_s: Callable[[], float],
    ) -> None:
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
        self.unended = {planned.item.id: planned for planned in run.plan}
        self._tables = GrowingTables(self.records)
        # Number of launches of an item and their seconds in all
        self._launch_s: dict[str, tuple[int, float]] = {}
        self._journal = journal
        self._timeline: Timeline | None = None
        self._launch_at = 0  # records before the latest launch
        self._launch_place = Place(0, b"")  # of the journal before it
        for record in kept:
            self._remember(record)
        if journal is not None:
            journal.write_run(run)
            self._timeline = Timeline(clock_s, journal.add_cores)

    def add(self, record: Record) -> None:
        """Remember a record and append it to the journal."""
        if isinstance(record, LaunchStart):
            self._launch_at = len(self.records)
            if self._journal is not None:
                self._launch_place = self._journal.place
        with INTERRUPTS:  # a line and the digest that the next one follows belong together
            self._remember(record)
            if self._journal is not None:
                self._journal.add(record)

    def _remember(self, record: Record) -> None:
        self.records.append(record)
        self.begun.add(record.item)
        if isinstance(record, LaunchStart):
            self.launches.setdefault(record.item, []).append(record)
            if self.first_launch_s is None:
                self.first_launch_s = record.began_s
        elif isinstance(record, ItemEnd | Failure):
            self.ended.add(record.item)
            self.unended.pop(record.item, None)

    def drop_launch(self, item: str, launch: int) -> None:
        """Forget the latest launch, here and in the journal, if it has this number.

        It was not measured to its end.
        """
        latest = self.records[self._launch_at :]
        if not latest or not isinstance(latest[0], LaunchStart):
            return
        if (latest[0].item, latest[0].launch) != (item, launch):
            return
        with INTERRUPTS:  # where the journal ends and the digest there belong together
            del self.records[self._launch_at :]
            self.launches[item].pop()
            if self._journal is not None:
                self._journal.cut_rounds(self._launch_place)
        self._tables = GrowingTables(self.records)

    @property
    def is_complete(self) -> bool:
        """Whether everything that was planned is over."""
        return not self.unended

    def took(self, item: str, seconds: float) -> None:
        """Remember how long a launch took, from the start of its processes to their end."""
        count, total_s = self._launch_s.get(item, (0, 0.0))
        self._launch_s[item] = (count + 1, total_s + seconds)

    def mean_launch_s(self, item: str) -> float | None:
        """How long a launch of an item takes on average; None before its first."""
        if item not in self._launch_s:
            return None
        count, total_s = self._launch_s[item]
        return total_s / count

    def tables(self) -> Tables:
        """The records as tables: the same object until there is another record."""
        return self._tables.of(self.run)

    def close(self) -> None:
        """Stop recording and write how the run ended; a complete one becomes ``latest``.

        Further calls do nothing.
        """
        if self._timeline is not None:
            self._timeline.close()
            self._timeline = None
        if self._journal is None:
            return
        status = "complete" if self.is_complete else "interrupted"
        with self._journal as journal:
            self.run = msgspec.structs.replace(
                self.run, status=status, ended_utc=utc_now(), seal=journal.seal()
            )
            journal.write_run(self.run)
        if self.is_complete:
            publish(self._journal.folder)
        self._journal = None


def utc_now() -> str:
    """The time to the second, as run.json has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
