"""The result of a check as plain data: one finding per case, the outcome, the exit code."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import Location
from gilbench.check.decision import PASSING, Change
from gilbench.model import Estimate, Frozen

SHOWN_CONFIDENCE = 0.95
TIME = "time"  # the quantity of a finding on how long a case takes


class Finding(Frozen, frozen=True):
    """The result for one case.

    Attributes:
        case: The label of the case, with its target where a run has several.
        quantity: What was compared: ``time``, a portable ratio, ``verdict``.
        change: The result.
        ratio: Head over baseline, of times or of a portable ratio.
        margin: The margin of the case as a share: 0.05 is 5 %.
        reason: Why this is the result, and what to do where it is no pass.
        suspected: The ratio of the first sample, where a second one decided.
        more_is_better: None where neither direction is worse.
        decides: False where the finding is shown and has no part in the outcome.
        limit: The ratio that an undecided case certainly does not exceed, on its worse side, at the
            level that decides; ``ratio`` has the 95 % interval, which is narrower.
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
    limit: float | None = None

    @property
    def worse(self) -> float:
        """How much worse the head is, on the log scale, for sorting; 0 where there is no ratio."""
        if self.ratio is None:
            return 0.0
        change = math.log(self.ratio.center)
        if self.more_is_better is None:
            return abs(change)
        return -change if self.more_is_better else change


class SelfComparison(Frozen, frozen=True):
    """The control: the baseline compared with itself, measured as the cases were."""

    case: str
    ratio: Estimate | None
    holds: bool
    reason: str


class Report(Frozen, frozen=True):
    """The whole result.

    ``notes`` are lines about the host, the interpreters and what was left out.
    """

    kind: str  # "against": measured interleaved; "baseline": two stored runs
    baseline: str
    head: str
    outcome: Change
    findings: tuple[Finding, ...]
    control: SelfComparison | None = None
    notes: tuple[str, ...] = ()


def shown_ratio(location: Location, looks: int = 1) -> Estimate:
    """The ratio that a reader sees for a location on the log scale.

    Args:
        location: That of the logarithms.
        looks: At how many interim analyses sampling might have stopped.
    """
    lo, hi = location.interval(nominal_confidence(SHOWN_CONFIDENCE, looks))
    return Estimate(
        _ratio(location.center), _ratio(lo), _ratio(hi), "×", location.n, SHOWN_CONFIDENCE
    )


def too_wide(finding: Finding, most: float) -> Finding:
    """An undecided finding with the limit that would have to lie within its margin.

    Args:
        finding: On an undecided case; its reason says what else there is to say.
        most: The logarithm of the change for the worse that it certainly does not exceed.
    """
    reason = (
        f"certainly worse by less than {_ratio(most) - 1:.1%} only, which must be less than the "
        f"margin of {finding.margin:.1%}; {finding.reason}"
    ).replace("%", " %")
    limit = _ratio(-most if finding.more_is_better else most)
    return msgspec.structs.replace(finding, limit=limit, reason=reason)


def _ratio(logarithm: float) -> float:
    """The ratio of a logarithm; where it is too large for a float, one that can be written."""
    return math.exp(min(logarithm, 700.0))


# The outcome is the first of these that any case has. A regression is certain whatever else is
# missing.
GRAVEST = (
    Change.REGRESSED,
    Change.CHANGED,
    Change.MISSING,
    Change.FAILED,
    Change.VOID,
    Change.INCONCLUSIVE,
)
EXIT_CODES = {
    Change.REGRESSED: 1,
    Change.CHANGED: 1,
    Change.MISSING: 2,
    Change.FAILED: 2,
    Change.VOID: 3,
    Change.INCONCLUSIVE: 3,
}


def gravest_change(findings: Iterable[Finding]) -> Change:
    """The outcome of a check: the gravest of the findings that decide.

    Returns:
        ``MISSING`` where no finding decides: nothing was checked, which is no pass.
    """
    changes = {finding.change for finding in findings if finding.decides}
    if not changes - {Change.LEFT_OUT}:
        return Change.MISSING
    for change in GRAVEST:
        if change in changes:
            return change
    return Change.EQUIVALENT


def exit_code(report: Report) -> int:
    """The contract's exit code; 0 only where every case passes."""
    if report.outcome in PASSING:
        return 0
    return EXIT_CODES[report.outcome]


def sorted_by_effect(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that pass after those that do not, and within both the worst change first."""

    def position(finding: Finding) -> tuple[bool, float, str, str]:
        return (finding.change in PASSING, -finding.worse, finding.case, finding.quantity)

    return sorted(findings, key=position)
