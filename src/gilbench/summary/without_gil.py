"""What changes without the GIL: the verdicts of the targets that are compared, side by side.

For each target without it, it also says what that costs on one thread and gains on several.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Outcome, Target, Verdict
from gilbench.results.tables import Tables
from gilbench.summary.target_pairs import TargetPair, gil_counterpart, target_pair


@dataclass(frozen=True)
class VerdictCell:
    """The verdict on a claim on one target.

    Attributes:
        verdict: None where the claim was not judged on the target.
        flips: Whether it is decided the other way than on the target that it is compared with.
    """

    target: str
    verdict: Verdict | None
    flips: bool


@dataclass(frozen=True)
class ClaimRow:
    """A claim on every target that is compared."""

    id: str
    statement: str
    cells: list[VerdictCell]

    @property
    def flips(self) -> bool:
        """Whether any target decides it the other way."""
        return any(cell.flips for cell in self.cells)

    @property
    def applies(self) -> bool:
        """Whether it applies to any target."""
        verdicts = [cell.verdict for cell in self.cells if cell.verdict is not None]
        return any(verdict.verdict != Outcome.NOT_APPLICABLE for verdict in verdicts)


@dataclass(frozen=True)
class WithoutGil:
    """The comparison of targets with and without the GIL.

    Attributes:
        targets: Those that are compared: with the GIL first, then free-threaded builds that have
            it on, then those without it.
        compared_with: The id of a target without the GIL → that of the target it is compared with.
    """

    targets: list[Target]
    compared_with: dict[str, str]
    rows: list[ClaimRow]
    pairs: list[TargetPair]

    @property
    def flipping(self) -> list[ClaimRow]:
        """The claims that some target decides the other way."""
        return [row for row in self.rows if row.flips]

    @property
    def alike(self) -> list[ClaimRow]:
        """The claims that apply somewhere and that no target decides the other way."""
        return [row for row in self.rows if row.applies and not row.flips]


def without_gil(tables: Tables, verdicts: Sequence[Verdict]) -> WithoutGil | None:
    """The comparison; None where a run has no target without the GIL, or none with it."""
    targets = sorted(tables.run.targets, key=_by_gil)
    free = [target for target in targets if not target.gil_enabled]
    if not free or len(free) == len(targets):
        return None
    compared_with = {target.id: _compared_with(tables, target, targets).id for target in free}
    compared = {*compared_with, *compared_with.values()}
    targets = [target for target in targets if target.id in compared]
    by_claim: dict[str, dict[str, Verdict]] = {}
    for verdict in verdicts:
        by_claim.setdefault(verdict.id, {})[verdict.target] = verdict
    rows = [_claim_row(of_claim, targets, compared_with) for of_claim in by_claim.values()]
    pairs = [target_pair(tables, target, other) for target, other in compared_with.items()]
    with_serial = [pair for pair in pairs if pair.serial is not None]
    return WithoutGil(targets, compared_with, rows, with_serial)


def _by_gil(target: Target) -> tuple[bool, bool]:
    return not target.gil_enabled, target.description.free_threaded_build


def _compared_with(tables: Tables, target: Target, targets: Sequence[Target]) -> Target:
    """The target that differs in nothing but the GIL; where there is none, the last that has it."""
    with_gil = [other for other in targets if other.gil_enabled]
    return gil_counterpart(tables, target) or with_gil[-1]


def _claim_row(
    of_claim: dict[str, Verdict], targets: Sequence[Target], compared_with: dict[str, str]
) -> ClaimRow:
    cells = []
    for target in targets:
        verdict = of_claim.get(target.id)
        other = of_claim.get(compared_with.get(target.id, ""))
        flips = False
        if verdict is not None and other is not None:
            flips = {verdict.verdict, other.verdict} == {Outcome.PROVED, Outcome.REFUTED}
        cells.append(VerdictCell(target.id, verdict, flips))
    first = next(iter(of_claim.values()))
    return ClaimRow(first.id, first.statement, cells)
