"""A check's result as Markdown for a pull request and as annotations for GitHub."""

from __future__ import annotations

from collections.abc import Iterator

from gilbench.check.decision import PASSING, Change
from gilbench.check.findings import Report
from gilbench.model import for_annotation, for_annotation_property, for_markdown
from gilbench.summary.check import (
    SYMBOLS,
    finding_name,
    headline,
    margin,
    movement,
    notes,
    shown_findings,
)

LEVELS = {Change.REGRESSED: "error", Change.MISSING: "error", Change.FAILED: "error"}


def markdown(report: Report) -> str:
    """The result for a job summary or a comment; what comes from a run is escaped."""
    lines = [
        f"### gilbench check: {for_markdown(headline(report))}",
        "",
        f"Baseline {for_markdown(report.baseline)}, head {for_markdown(report.head)}.",
        "",
    ]
    findings = shown_findings(report)
    if findings:
        lines += ["| | Case | Head over baseline, 95 % | Margin | Why |", "|---|---|---:|---:|---|"]
    for finding in findings:
        outcome = f"{SYMBOLS[finding.change]} {finding.change.value}"
        name = finding_name(report, finding)
        cells = (outcome, name, movement(finding.ratio), margin(finding), finding.reason)
        lines.append(f"| {' | '.join(map(for_markdown, cells))} |")
    lines.append("")
    lines += [f"- {for_markdown(note)}" for note in notes(report)]
    return "\n".join(lines).rstrip() + "\n"


def for_github(report: Report) -> Iterator[str]:
    """GitHub workflow commands: one for each case that does not pass.

    There is another one for the whole check if it does not pass.
    """
    for finding in report.findings:
        if finding.decides and finding.change not in PASSING:
            level = LEVELS.get(finding.change, "warning")
            outcome = f"{finding.change.value} {movement(finding.ratio)}; {finding.reason}"
            message = f"{finding.case} {finding.quantity}: {outcome}"
            title = f"gilbench: {finding.case}"
            yield f"::{level} title={for_annotation_property(title)}::{for_annotation(message)}"
    if report.outcome not in PASSING:
        level = LEVELS.get(report.outcome, "warning")
        yield f"::{level} title=gilbench check::{for_annotation(headline(report))}"
