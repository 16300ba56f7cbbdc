"""When an item has been measured enough: what a run about claims says, and what an interleaved check says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from gilbench.check.interleaved import InterleavedRun
from gilbench.check.margins import Margins
from gilbench.claims.judging import RunClaims
from gilbench.model import Comparison, PlannedItem, Run, Stop, Verdict
from gilbench.results.tables import Tables


class StoppingPolicy(Protocol):
    """Decides from the measurements so far what a further launch of an item would be for."""

    def needed(self, planned: PlannedItem, tables: Tables) -> bool:
        """Whether an item whose turn has come is to be measured at all."""
        ...

    def stopping(self, planned: PlannedItem, tables: Tables) -> Stop | None:
        """Why an item stops at an interim analysis; None where further launches could still decide something."""
        ...

    def verdicts(self, tables: Tables) -> Sequence[Verdict]:
        """The verdicts on claims as they stand now; none where the run is not about claims."""
        ...


class ClaimsPolicy:
    """Measures every item, and stops it when the claims that need it are settled.

    An item that no claim needs stops at its first interim analysis.
    """

    def __init__(self, run: Run) -> None:
        self._claims = RunClaims(run)

    def needed(self, planned: PlannedItem, tables: Tables) -> bool:  # noqa: ARG002 - the protocol's signature
        return True

    def stopping(self, planned: PlannedItem, tables: Tables) -> Stop | None:
        if not planned.claims:
            return Stop.EFFORT
        return Stop.SETTLED if self._claims.settled(planned, tables) else None

    def verdicts(self, tables: Tables) -> Sequence[Verdict]:
        return self._claims.judge(tables)


class InterleavedPolicy:
    """Stops a case when it is decided; measures a second sample only of a case that the first one flagged."""

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

    def verdicts(self, tables: Tables) -> Sequence[Verdict]:  # noqa: ARG002 - the protocol's signature
        return ()


class WholeEffortPolicy:
    """Measures every item with all its launches and decides nothing: how a host is calibrated."""

    def needed(self, planned: PlannedItem, tables: Tables) -> bool:  # noqa: ARG002 - the protocol's signature
        return True

    def stopping(self, planned: PlannedItem, tables: Tables) -> Stop | None:  # noqa: ARG002 - likewise
        return None

    def verdicts(self, tables: Tables) -> Sequence[Verdict]:  # noqa: ARG002 - likewise
        return ()


def _comparison(planned: PlannedItem) -> Comparison:
    """The item of a check, which measures comparisons only."""
    if not isinstance(planned.item, Comparison):
        raise TypeError(f"a check compares cases, and {planned.item.id} is none")
    return planned.item
