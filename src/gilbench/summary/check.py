"""What is said of a check's result: a headline, the rows to show, changes in per cent."""

from __future__ import annotations

from collections import Counter

from gilbench.check.decision import Change
from gilbench.check.findings import Finding, Report
from gilbench.model import Estimate
from gilbench.summary import formatting

SYMBOLS = {
    Change.REGRESSED: "✗",
    Change.IMPROVED: "↑",
    Change.EQUIVALENT: "✓",
    Change.NO_WORSE: "✓",
    Change.CHANGED: "~",
    Change.LEFT_OUT: "–",
    Change.INCONCLUSIVE: "?",
    Change.VOID: "∅",
    Change.FAILED: "!",
    Change.MISSING: "!",
}
HEADLINES = {
    Change.REGRESSED: "Something became slower.",
    Change.CHANGED: "Something changed by more than its margin.",
    Change.MISSING: "Not everything was compared: this is no pass.",
    Change.FAILED: "Not everything could be measured: this is no pass.",
    Change.VOID: "A control failed: nothing follows from this.",
    Change.INCONCLUSIVE: (
        "Nothing is known to be slower, but not every case is decided: this is no pass."
    ),
}
PASSED = "Nothing became slower by its margin."


def percent(value: float) -> str:
    """A ratio as a change: ``+5.2 %``."""
    return f"{100 * (value - 1):+z.1f} %".replace("-", "−")


def movement(ratio: Estimate | None) -> str:
    """``+5.2 % [+4.1 %, +6.3 %]``; where a ratio has gone out of sight, as a factor."""
    if ratio is None:
        return ""
    if ratio.hi > 10:
        return f"{ratio.center:.2g}× [{ratio.lo:.2g}, {ratio.hi:.2g}]"
    return f"{percent(ratio.center)} [{percent(ratio.lo)}, {percent(ratio.hi)}]"


def excludes_1(ratio: Estimate | None) -> bool:
    """Whether the shown interval of a ratio says in which direction it moved."""
    return ratio is not None and (ratio.lo > 1 or ratio.hi < 1)


def headline(report: Report) -> str:
    """The result of a check in one sentence, and the counts."""
    counts = Counter(finding.change for finding in report.findings if finding.decides)
    cases = formatting.plural(counts.total(), "case")
    parts = ", ".join(f"{counts[change]} {change.value}" for change in Change if counts[change])
    return f"{verdict_sentence(report)} {cases}: {parts or 'none'}."


def verdict_sentence(report: Report) -> str:
    """The result of a check in one sentence."""
    return HEADLINES.get(report.outcome, PASSED)


def shown_findings(report: Report) -> list[Finding]:
    """The findings that a table shows.

    It shows all findings of a measured check, and of stored runs those that moved or did not pass.
    """
    if report.kind == "against":
        return list(report.findings)
    return [
        finding
        for finding in report.findings
        if finding.decides and finding.change not in (Change.EQUIVALENT, Change.NO_WORSE)
    ]


def finding_name(report: Report, finding: Finding) -> str:
    """The case of a finding, with its quantity where a check compares several of each case."""
    return finding.case if report.kind == "against" else f"{finding.case} {finding.quantity}"


def notes(report: Report) -> list[str]:
    """The control and everything about the host."""
    return [*([report.control.reason] if report.control else []), *report.notes]


def margin(finding: Finding) -> str:
    """The margin of a finding, such as ``5 %``; empty where it has none."""
    return formatting.percent(finding.margin) if finding.margin else ""
