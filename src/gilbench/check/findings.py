"""What a check found, as plain data: a finding a case, and what they come to. It prints nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable

from gilbench.analysis.location import Location
from gilbench.check.decision import PASSING, Change
from gilbench.model import Estimate, Frozen

SHOWN_CONFIDENCE = 0.95


class Finding(Frozen, frozen=True):
    """One case. ``ratio`` is head over baseline: of times, or of a portable quantity; ``margin`` is a share.

    ``suspected`` is the first sample's ratio where a second one decided. ``decides`` is False where it is only told.
    """

    case: str
    quantity: str
    change: Change
    ratio: Estimate | None
    margin: float
    reason: str
    suspected: Estimate | None = None
    more_is_better: bool | None = False
    decides: bool = True

    @property
    def worse(self) -> float:
        """How much worse, on the log scale: for sorting; 0 where there is no ratio."""
        if self.ratio is None:
            return 0.0
        moved = math.log(self.ratio.center)
        return abs(moved) if self.more_is_better is None else -moved if self.more_is_better else moved


class SelfComparison(Frozen, frozen=True):
    """The baseline against itself, measured as the cases were."""

    case: str
    ratio: Estimate | None
    holds: bool
    reason: str


class Report(Frozen, frozen=True):
    """All that a check has to say. ``notes`` are lines about the host and what was left out."""

    kind: str  # "against": measured in turns; "baseline": two stored runs
    baseline: str
    head: str
    outcome: Change
    findings: tuple[Finding, ...]
    control: SelfComparison | None = None
    notes: tuple[str, ...] = ()


def shown_ratio(location: Location) -> Estimate:
    """A location on the log scale as the ratio that a reader sees."""
    lo, hi = location.interval(SHOWN_CONFIDENCE)
    center, lo, hi = (math.exp(min(value, 700.0)) for value in (location.center, lo, hi))
    return Estimate(center, lo, hi, "×", location.n, SHOWN_CONFIDENCE)


# What the whole comes to: the first of these that any case has. A regression is certain whatever else is missing.
GRAVEST = (Change.REGRESSED, Change.CHANGED, Change.MISSING, Change.FAILED, Change.VOID, Change.INCONCLUSIVE)
EXIT_CODES = {
    Change.REGRESSED: 1,
    Change.CHANGED: 1,
    Change.MISSING: 2,
    Change.FAILED: 2,
    Change.VOID: 3,
    Change.INCONCLUSIVE: 3,
}


def gravest_change(findings: Iterable[Finding]) -> Change:
    """The gravest of the findings that decide. Where none decides nothing was checked, which is no pass."""
    found = {finding.change for finding in findings if finding.decides}
    if not found - {Change.LEFT_OUT}:
        return Change.MISSING
    return next((change for change in GRAVEST if change in found), Change.EQUIVALENT)


def exit_code(report: Report) -> int:
    """The contract's exit code; 0 only where every case passes."""
    if report.outcome in PASSING:
        return 0
    return EXIT_CODES[report.outcome]


def sorted_by_effect(findings: Iterable[Finding]) -> list[Finding]:
    """What moved most for the worse first; what passes after what does not."""
    return sorted(findings, key=lambda one: (one.change in PASSING, -one.worse, one.case, one.quantity))
