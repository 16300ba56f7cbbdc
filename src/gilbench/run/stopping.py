"""When a case of a check has been measured enough."""

from __future__ import annotations

from typing import Protocol

import msgspec

from gilbench.check.interleaved_run import InterleavedRun
from gilbench.check.margins import Margins
from gilbench.model import Comparison, PlannedItem, Stop
from gilbench.results.tables import Tables


class StoppingPolicy(Protocol):
    """Decides from the measurements so far what a further launch of an item would be for."""

    def needed(self, planned: PlannedItem, tables: Tables) -> bool:
        """Whether an item whose turn has come is to be measured at all."""
        ...

    def stopping(self, planned: PlannedItem, tables: Tables) -> Stop | None:
        """Why an item stops at an interim analysis.

        None where further launches could still decide something.
        """
        ...


class InterleavedPolicy:
    """Stops a case when it is decided.

    A second sample is measured only of a case that the first one flagged.
    """

    def __init__(self, margins: Margins) -> None:
        self._margins = margins

    def needed(self, planned: PlannedItem, tables: Tables) -> bool:
        comparison = _comparison(planned)
        if not comparison.again:
            return True
        first_sample = msgspec.structs.replace(comparison, again=False)
        return InterleavedRun(tables, self._margins).is_suspect(first_sample)

    def stopping(self, planned: PlannedItem, tables: Tables) -> Stop | None:
        decided = InterleavedRun(tables, self._margins).enough(_comparison(planned))
        return Stop.SETTLED if decided else None


class WholeEffortPolicy:
    """Measures every item with all its launches and decides nothing: how a host is calibrated."""

    def needed(self, planned: PlannedItem, tables: Tables) -> bool:  # noqa: ARG002 - the protocol's signature
        return True

    def stopping(self, planned: PlannedItem, tables: Tables) -> Stop | None:  # noqa: ARG002 - likewise
        return None


def _comparison(planned: PlannedItem) -> Comparison:
    """The item of a check, which measures comparisons only."""
    if not isinstance(planned.item, Comparison):
        raise TypeError(f"a check compares cases, and {planned.item.id} is none")
    return planned.item
