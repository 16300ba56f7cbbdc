"""The tables of a run while it is measured: every record is built into them once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gilbench.model import Record, Run
from gilbench.results.tables import Tables, TablesBuilder


class GrowingTables:
    """Tables of records to which others are appended.

    Args:
        records: The records; none of them may be taken away.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._builder = TablesBuilder()
        self._built = 0  # records that the builder has
        self._latest: Tables | None = None
        self._located: dict[tuple[str, ...], Any] = {}  # of the latest tables

    def of(self, run: Run) -> Tables:
        """The records as tables: the same object until there is another record.

        Args:
            run: What ``run.json`` says by now.
        """
        latest = self._latest
        if latest is not None and latest.run is run and self._built == len(self._records):
            return latest
        new = self._records[self._built :]
        self._builder.extend(new)
        self._built += len(new)
        latest = self._builder.tables(run)
        self._keep_located(latest, {record.item for record in new})
        self._latest = latest
        return latest

    def _keep_located(self, tables: Tables, changed: set[str]) -> None:
        """Hand on what was computed of items that have no new record."""
        for key, location in self._located.items():
            _, *items = key
            if changed.isdisjoint(items):
                tables.located[key] = location
        self._located = tables.located
