"""A check's result as Markdown for a pull request and as annotations for GitHub."""

from __future__ import annotations

from collections.abc import Iterator

from gilbench.check.decision import PASSING, Change
from gilbench.check.findings import Report
from gilbench.report.summary_md import escaped
from gilbench.summary.check import SYMBOLS, headline, margin, movement, notes, shown_findings

LEVELS = {Change.REGRESSED: "error", Change.MISSING: "error", Change.FAILED: "error"}


def markdown(found: Report) -> str:
    """The same for a job summary or a comment; what comes from a run is escaped."""
    lines = [
        f"### gilbench check: {escaped(headline(found))}",
        "",
        f"Baseline {escaped(found.baseline)}, head {escaped(found.head)}.",
        "",
    ]
    rows = shown_findings(found)
    if rows:
        lines += ["| | Case | Head over baseline, 95 % | Margin | Why |", "|---|---|---:|---:|---|"]
    for one in rows:
        name = one.case if found.kind == "against" else f"{one.case} {one.quantity}"
        cells = (
            f"{SYMBOLS[one.change]} {one.change.value}",
            name,
            movement(one.ratio),
            margin(one),
            one.reason,
        )
        lines.append(f"| {' | '.join(escaped(cell) for cell in cells)} |")
    lines += ["", *(f"- {escaped(note)}" for note in notes(found))]
    return "\n".join(lines).rstrip() + "\n"


def for_github(found: Report) -> Iterator[str]:
    """A workflow command of GitHub's for each case that does not pass, and one for the whole where that does not."""
    for one in found.findings:
        if one.decides and one.change not in PASSING:
            level = LEVELS.get(one.change, "warning")
            message = (
                f"{one.case} {one.quantity}: {one.change.value} {movement(one.ratio)}; {one.reason}"
            )
            yield f"::{level} title={_property('gilbench: ' + one.case)}::{_data(message)}"
    if found.outcome not in PASSING:
        level = LEVELS.get(found.outcome, "warning")
        yield f"::{level} title=gilbench check::{_data(headline(found))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
