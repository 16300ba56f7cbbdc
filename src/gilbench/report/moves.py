"""What a check found, for people: a table in the terminal, Markdown for a pull request, annotations for GitHub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gilbench.check.calibration import SCALES, Calibration
from gilbench.check.decision import PASSING, Change
from gilbench.check.report import Finding, Report
from gilbench.model import Estimate
from gilbench.report.markdown import escaped
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
STYLES = {
    Change.REGRESSED: "bold red",
    Change.IMPROVED: "bold green",
    Change.EQUIVALENT: "green",
    Change.NO_WORSE: "green",
    Change.CHANGED: "yellow",
    Change.LEFT_OUT: "dim",
    Change.INCONCLUSIVE: "yellow",
    Change.VOID: "bold magenta",
    Change.FAILED: "bold red",
    Change.MISSING: "bold red",
}
HEADLINES = {
    Change.REGRESSED: "Something became slower.",
    Change.MISSING: "Not everything was compared: this is no pass.",
    Change.FAILED: "Not everything could be measured: this is no pass.",
    Change.VOID: "A control failed: nothing follows from this.",
    Change.INCONCLUSIVE: "Nothing is known to be slower, but not every case is decided: this is no pass.",
}
PASSED = "Nothing became slower by its margin."
LEVELS = {Change.REGRESSED: "error", Change.MISSING: "error", Change.FAILED: "error"}


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


def headline(found: Report) -> str:
    """What it comes to, in a sentence, and the counts."""
    counts = Counter(finding.change for finding in found.findings if finding.decides)
    parts = ", ".join(f"{counts[change]} {change.value}" for change in Change if counts[change])
    return (
        f"{HEADLINES.get(found.outcome, PASSED)} {formatting.plural(sum(counts.values()), 'case')}: {parts or 'none'}."
    )


def shown(found: Report) -> list[Finding]:
    """The findings that a table shows: of stored runs, what moved or did not pass; of a measured one, all."""
    if found.kind == "against":
        return list(found.findings)
    return [one for one in found.findings if one.decides and one.change not in (Change.EQUIVALENT, Change.NO_WORSE)]


def notes(found: Report) -> list[str]:
    """The control and everything about the host."""
    return [*([found.control.reason] if found.control else []), *found.notes]


def print_report(console: Console, found: Report) -> None:
    """Print the table, worst first, the notes and the outcome."""
    console.print(Text(f"baseline  {found.baseline}\nhead      {found.head}"))
    rows = shown(found)
    if rows:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("", no_wrap=True)
        table.add_column("Case", overflow="fold")
        table.add_column("Head over baseline [95 %]", justify="right", no_wrap=True)
        table.add_column("Margin", justify="right", no_wrap=True)
        for one in rows:
            outcome = Text(f"{SYMBOLS[one.change]} {one.change.value}", STYLES[one.change])
            name = one.case if found.kind == "against" else f"{one.case} {one.quantity}"
            why = () if one.change in PASSING and not one.suspected else (("\n" + one.reason, "dim"),)
            table.add_row(outcome, Text.assemble(name, *why), Text(movement(one.ratio)), Text(margin(one)))
        console.print(table)
    for note in notes(found):
        console.print(Text(note, "dim"))
    console.print(Text(headline(found), "bold"))


def print_calibration(console: Console, found: Calibration) -> None:
    """Print what the host sees of each case, and how often identical code alarms."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Case", overflow="fold")
    table.add_column("Launches\nvary by", justify="right", no_wrap=True)
    for scale in SCALES:  # headings of two lines, so that a case keeps to one
        table.add_column("Smallest\nseen" if scale == 1 else f"{scale:g}×\nlaunches", justify="right", no_wrap=True)
    for one in found.cases:
        seen = [f"{effect:.0%}" if (effect := one.smallest[scale]) else "none" for scale in SCALES]
        table.add_row(one.case, f"{one.sd:.1%}", *seen)
    console.print(table)
    console.print(Text(found.in_words(), "bold"))


def margin(one: Finding) -> str:
    return f"{one.margin:.0%}" if one.margin else ""


def markdown(found: Report) -> str:
    """The same for a job summary or a comment; what comes from a run is escaped."""
    lines = [
        f"### gilbench check: {escaped(headline(found))}",
        "",
        f"Baseline {escaped(found.baseline)}, head {escaped(found.head)}.",
        "",
    ]
    rows = shown(found)
    if rows:
        lines += ["| | Case | Head over baseline, 95 % | Margin | Why |", "|---|---|---:|---:|---|"]
    for one in rows:
        name = one.case if found.kind == "against" else f"{one.case} {one.quantity}"
        cells = (f"{SYMBOLS[one.change]} {one.change.value}", name, movement(one.ratio), margin(one), one.reason)
        lines.append(f"| {' | '.join(escaped(cell) for cell in cells)} |")
    lines += ["", *(f"- {escaped(note)}" for note in notes(found))]
    return "\n".join(lines).rstrip() + "\n"


def for_github(found: Report) -> Iterator[str]:
    """A workflow command of GitHub's for each case that does not pass, and one for the whole where that does not."""
    for one in found.findings:
        if one.decides and one.change not in PASSING:
            level = LEVELS.get(one.change, "warning")
            message = f"{one.case} {one.quantity}: {one.change.value} {movement(one.ratio)}; {one.reason}"
            yield f"::{level} title={_property('gilbench: ' + one.case)}::{_data(message)}"
    if found.outcome not in PASSING:
        level = LEVELS.get(found.outcome, "warning")
        yield f"::{level} title=gilbench check::{_data(headline(found))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
