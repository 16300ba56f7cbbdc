"""What changes without the GIL: the verdicts of all targets side by side, and what each target without it costs on one
thread and gains on several. It draws on verdicts and comparisons that are there, and judges nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Outcome, Target, Verdict
from gilbench.results.tables import Tables
from gilbench.summary import target_pairs
from gilbench.summary.target_pairs import Side

DECIDED = (Outcome.PROVED, Outcome.REFUTED)


@dataclass(frozen=True)
class Cell:
    """What one target says of a claim; None where it was not asked. ``flips`` where it decides otherwise than the
    target that it is held against."""

    target: str
    verdict: Verdict | None
    flips: bool


@dataclass(frozen=True)
class Row:
    """A claim on every target."""

    id: str
    statement: str
    cells: list[Cell]

    @property
    def flips(self) -> bool:
        return any(cell.flips for cell in self.cells)

    @property
    def applies(self) -> bool:
        """Whether any target has an answer to it."""
        return any(cell.verdict and cell.verdict.verdict != Outcome.NOT_APPLICABLE for cell in self.cells)


@dataclass(frozen=True)
class Section:
    """Targets with the GIL come first, then builds that can do without and have it, then those without. ``against`` is
    what each target without the GIL is held against."""

    targets: list[Target]
    against: dict[str, str]
    rows: list[Row]
    sides: list[Side]

    @property
    def flipping(self) -> list[Row]:
        return [row for row in self.rows if row.flips]

    @property
    def alike(self) -> list[Row]:
        return [row for row in self.rows if row.applies and not row.flips]


def section(tables: Tables, verdicts: Sequence[Verdict]) -> Section | None:
    """None where a run has no target without the GIL, or none with it."""
    targets = sorted(tables.run.targets, key=_by_gil)
    against = {target.id: _against(tables, target, targets).id for target in targets if not target.gil_enabled}
    if not against or len(against) == len(targets):
        return None
    by_claim: dict[str, dict[str, Verdict]] = {}
    for verdict in verdicts:
        by_claim.setdefault(verdict.id, {})[verdict.target] = verdict
    rows = [_row(found, targets, against) for found in by_claim.values()]
    sides = [target_pairs.side_of(tables, one, other) for one, other in against.items()]
    return Section(targets, against, rows, [side for side in sides if side.serial is not None])


def _by_gil(target: Target) -> tuple[bool, bool]:
    return not target.gil_enabled, target.description.free_threaded_build


def _against(tables: Tables, target: Target, targets: Sequence[Target]) -> Target:
    """The one that differs in nothing but the GIL; where there is none, the last that has it, or the target itself."""
    having = [other for other in targets if other.gil_enabled]
    return target_pairs.counterpart(tables, target) or (having[-1] if having else target)


def _row(found: dict[str, Verdict], targets: Sequence[Target], against: dict[str, str]) -> Row:
    cells = []
    for target in targets:
        mine, theirs = found.get(target.id), found.get(against.get(target.id, ""))
        flips = bool(mine and theirs and {mine.verdict, theirs.verdict} == set(DECIDED))
        cells.append(Cell(target.id, mine, flips))
    one = next(iter(found.values()))
    return Row(one.id, one.statement, cells)
