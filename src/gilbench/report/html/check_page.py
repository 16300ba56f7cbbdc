"""``check.html``: a check's result as a page of the same family as a run's.

The verdict comes first, then each case with the ratio of its times on the margin.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.check.decision import PASSING, Change
from gilbench.check.findings import Finding, Report
from gilbench.model import Estimate
from gilbench.report.drawing.regions import Region
from gilbench.report.html.environment import compacted, environment, shared_context
from gilbench.report.html.strips import WIDTH, Strip, extended_log
from gilbench.summary import check, formatting

LEAST = math.log(1.1)  # the plots reach at least as far in either direction
MORE = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 4.0, 9.0)
LESS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.9, 0.99)
MOST_TICKS = 2  # on either side of 0
TICK_ROOM = 17.5  # of WIDTH, from one label to the next
ZERO_ROOM = 13.0  # likewise, to that of 0, which is narrow
SLUGS = {
    Change.REGRESSED: "refuted",
    Change.CHANGED: "refuted",
    Change.MISSING: "refuted",
    Change.FAILED: "refuted",
    Change.VOID: "void",
    Change.INCONCLUSIVE: "inconclusive",
    Change.LEFT_OUT: "not-applicable",
}
PASSED = "proved"  # the colour of what passes
COUNTS = (
    ("Slower by more than the margin", (Change.REGRESSED, Change.CHANGED)),
    (
        "Not decided",
        (Change.INCONCLUSIVE, Change.VOID, Change.FAILED, Change.MISSING),
    ),
    ("Not slower by the margin", (Change.EQUIVALENT, Change.NO_WORSE)),
    ("Faster", (Change.IMPROVED,)),
)
MOST_OPEN = 40  # so many cases that pass are shown at once where nothing else is


@dataclass(frozen=True)
class CheckRow:
    """One finding, with its place in the picture.

    Attributes:
        strip: Its interval, with the margin as bounds; None where there is no ratio.
        slug: The class of its result.
        symbol: Of its result.
        movement: The ratio as a change in per cent.
    """

    finding: Finding
    name: str
    strip: Strip | None
    slug: str
    symbol: str
    movement: str


@dataclass(frozen=True)
class Tick:
    """A change on the axis that all plots share, at a place from 0 to 100."""

    place: float
    text: str


@dataclass(frozen=True)
class Scale:
    """The axis of all plots: logarithms of ratios from -reach to reach."""

    reach: float

    def place(self, logarithm: float) -> float:
        """From 0 to WIDTH; what lies beyond the ends is at the end."""
        inside = min(max(logarithm, -self.reach), self.reach)
        return WIDTH * (inside + self.reach) / (2 * self.reach)

    def ticks(self) -> list[Tick]:
        """No change at the centre, and the largest round changes that have room on either side.

        On a phone too, where a label is as wide as TICK_ROOM.
        """
        ticks = [Tick(self.place(0.0), _tick_text(0.0))]
        for changes in (MORE, [-change for change in LESS]):
            ticks += self._ticks_of_side(changes)
        return sorted(ticks, key=lambda tick: tick.place)

    def _ticks_of_side(self, changes: Sequence[float]) -> list[Tick]:
        """The largest changes that the axis has room for, each away from the others and from 0."""
        ticks: list[Tick] = []
        zero = self.place(0.0)
        for change in reversed(changes):
            logarithm = math.log1p(change)
            place = self.place(logarithm)
            has_room = abs(place - zero) >= ZERO_ROOM
            has_room &= all(abs(place - other.place) >= TICK_ROOM for other in ticks)
            if abs(logarithm) <= 0.92 * self.reach and has_room and len(ticks) < MOST_TICKS:
                ticks.append(Tick(place, _tick_text(change)))
        return ticks


def _tick_text(change: float) -> str:
    return f"{change:+.0%}".replace("-", "−").replace("%", " %") if change else "0"


def render(report: Report) -> str:
    """The page's text; everything that comes from the runs is escaped."""
    findings = check.shown_findings(report)
    scale = Scale(_reach(findings))
    rows = [_row(report, finding, scale) for finding in findings]
    counts = Counter(finding.change for finding in report.findings if finding.decides)
    first = [row for row in rows if row.finding.change not in PASSING]
    page = (
        environment()
        .get_template("check.html.j2")
        .render(
            **shared_context(),
            report=report,
            answer=check.verdict_sentence(report),
            counts=_counts(counts),
            decided=formatting.plural(counts.total(), "case"),
            left_out=counts[Change.LEFT_OUT],
            first=first,
            passing=[row for row in rows if row.finding.change in PASSING],
            unlisted=counts.total() - sum(row.finding.decides for row in rows),
            open_all=not first and len(rows) <= MOST_OPEN,
            ticks=scale.ticks() if any(row.strip for row in rows) else [],
            has_limits=any(row.strip and row.strip.certain for row in rows),
            notes=check.notes(report),
        )
    )
    return compacted(page)


def _counts(counts: Counter[Change]) -> list[tuple[str, int, str]]:
    """How many cases there are of each kind, with the class of its colour, if any has it."""
    shown = []
    for words, changes in COUNTS:
        number = sum(counts[change] for change in changes)
        present = [change for change in changes if counts[change]]
        slug = SLUGS.get(present[0], PASSED) if present else ""
        shown.append((words, number, slug))
    return shown


def _row(report: Report, finding: Finding, scale: Scale) -> CheckRow:
    return CheckRow(
        finding=finding,
        name=check.finding_name(report, finding),
        strip=_strip(finding, finding.ratio, scale) if finding.ratio else None,
        slug=SLUGS.get(finding.change, PASSED),
        symbol=check.SYMBOLS[finding.change],
        movement=check.movement(finding.ratio),
    )


def _strip(finding: Finding, ratio: Estimate, scale: Scale) -> Strip | None:
    """The interval on the margin: what lies within it passes, what lies beyond is worse.

    Of an undecided case also how far it is certain, at the level that decides.
    """
    if not (0 < ratio.center < math.inf):
        return None
    margin = math.log1p(finding.margin)
    left, middle, right = (scale.place(edge) for edge in (-margin, 0.0, margin))
    shaded = [Region(left, right, proves=True)] if margin else []
    edges = (left, middle, right) if margin else (middle,)
    if margin and finding.more_is_better is not True:
        shaded.append(Region(right, WIDTH, proves=False))
    if margin and finding.more_is_better is not False:
        shaded.append(Region(0.0, left, proves=False))
    ends = [scale.place(extended_log(end)) for end in (ratio.lo, ratio.hi)]
    center = scale.place(extended_log(ratio.center))
    certain = None if finding.limit is None else (center, scale.place(extended_log(finding.limit)))
    return Strip(ends[0], center, ends[1], tuple(shaded), edges, certain)


def _reach(findings: Sequence[Finding]) -> float:
    """Room for every estimate and twice each margin; much longer intervals extend beyond it."""
    reach = LEAST
    for finding in findings:
        reach = max(reach, 2 * math.log1p(finding.margin))
        if finding.ratio is not None and 0 < finding.ratio.center < math.inf:
            reach = max(reach, 1.2 * abs(math.log(finding.ratio.center)))
    return reach
