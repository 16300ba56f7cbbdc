"""Compares two stored runs: ratios and verdicts always, times only on hosts that are alike.

A case that only one of the two has is a finding, and no pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np

from gilbench.analysis.family import either_direction, holm
from gilbench.analysis.location import Location, locate
from gilbench.check.decision import (
    FAMILY_ALPHA,
    Bounds,
    Change,
    how_it_passes,
    most_slowdown,
    passes,
)
from gilbench.check.findings import (
    TIME,
    Finding,
    Report,
    gravest_change,
    shown_ratio,
    sorted_by_effect,
    too_wide,
)
from gilbench.check.margins import Margins
from gilbench.check.portable import CORES_USED, SPEEDUP, PortableRatio, PortableRun
from gilbench.check.rulings import compare_rulings, ruling_finding
from gilbench.check.stored_run import Sides, StoredRun, put_side_by_side, why_not_alike
from gilbench.results.tables import Tables

# Of the cores that a case could use, its ceiling control must reach this share in every launch, or
# its speedup depends on the host: two virtual cores on one real core reach 1.3 of 2, two real cores
# 2.0.
CORES_THERE = 0.8


def judge_stored(
    baseline: StoredRun, head: StoredRun, margins: Margins, *, across_versions: bool = False
) -> Report:
    """Judge what moved from one stored run to another.

    Args:
        baseline: The run, or the portable part of one, to compare with.
        head: The run in question.
        margins: How far a portable ratio may move, as a share.
        across_versions: Whether interpreters of different releases may be compared.

    Returns:
        A finding for every portable ratio and every verdict of either side.

    Raises:
        InputError: The two do not answer the same question, or not about the same interpreters.
    """
    sides = put_side_by_side(baseline, head, across_versions=across_versions)
    findings = _compared(sides, margins)
    notes = []
    for pair in sides.pairs:
        if not pair.is_same_release:
            across = f"{pair.baseline} (baseline) with {pair.head} (head)"
            notes.append(f"compared across versions: {across}")
    if why := why_not_alike(baseline, head, sides.pairs):
        notes.append(f"times are left out: {why}")
    elif baseline.tables is not None and head.tables is not None:
        findings += _times(baseline.tables, head.tables, margins)
    return Report(
        kind="baseline",
        baseline=_in_words(baseline.portable),
        head=_in_words(head.portable),
        outcome=gravest_change(findings),
        findings=tuple(sorted_by_effect(findings)),
        notes=tuple(notes),
    )


def _in_words(portable: PortableRun) -> str:
    """``20260101T000000Z-0000, Python 3.13.0, commit 0fd88d5a9b``."""
    parts = [portable.run, *map(str, portable.measured_on)]
    if portable.git_commit:
        parts.append(f"commit {portable.git_commit[:10]}")
    return ", ".join(parts)


def _compared(sides: Sides, margins: Margins) -> list[Finding]:
    """The findings on portable ratios and verdicts."""
    if sides.are_one_run:
        return _unmoved(sides, margins)
    return [*_portable(sides, margins), *compare_rulings(sides)]


def _unmoved(sides: Sides, margins: Margins) -> list[Finding]:
    """A run compared with itself: also what it left undecided is exactly the same."""
    why = "the same run on both sides"
    findings = []
    for ratio in sides.head.quantities:
        findings.append(_finding(ratio, Change.EQUIVALENT, why, margins.portable))
    for ruling in sides.head.rulings:
        findings.append(ruling_finding(ruling.key, Change.EQUIVALENT, why))
    return findings


def _portable(sides: Sides, margins: Margins) -> list[Finding]:
    """Compare every ratio of both sides.

    The family-wise error is shared over those that can be decided.
    """
    ours = {ratio.key: ratio for ratio in sides.head.quantities}
    theirs = {ratio.key: ratio for ratio in sides.baseline.quantities}
    findings: list[Finding] = []
    to_test: list[Movement] = []
    for key in {**theirs, **ours}:
        here, there = ours.get(key), theirs.get(key)
        if here is None or there is None:
            findings.append(_lacking(sides, here, there, margins.portable))
            continue
        untested = _untested(here, there, margins.portable)
        if untested is not None:
            findings.append(untested)
        else:
            to_test.append(Movement(here, here.location - there.location))
    return findings + _tested(to_test, margins.portable)


def _untested(here: PortableRatio, there: PortableRatio, margin: float) -> Finding | None:
    """The finding on a ratio of both sides that cannot be decided; None where it can be."""
    if different_meaning := _not_to_be_compared(here, there, margin):
        return different_meaning
    moved = Movement(here, here.location - there.location)
    if missing := _cores_missing(there, "there") or _cores_missing(here, "here"):
        return _finding(here, Change.INCONCLUSIVE, missing, margin, moved.by)
    if not _resolved(there, margin):
        why = "the baseline's interval is wider than the margin: a longer run narrows it"
        return _shown_only(moved, Change.LEFT_OUT, why, margin)
    if here.more_is_better is None:
        return _without_direction(moved, margin)
    return None


def _not_to_be_compared(here: PortableRatio, there: PortableRatio, margin: float) -> Finding | None:
    """The finding where a ratio of the same name means something else on the two sides."""
    if here.tasks != there.tasks:
        why = f"{there.tasks} tasks per round there and {here.tasks} here; measure by the same plan"
        return _finding(here, Change.MISSING, why, margin)
    if here.cores != there.cores:
        why = f"it could use {there.cores} cores there and {here.cores} here"
        return _finding(here, Change.LEFT_OUT, why, margin)
    return None


def _cores_missing(ratio: PortableRatio, where: str) -> str | None:
    """Why a speedup cannot be compared: the cores were not free while it was measured."""
    if ratio.name != SPEEDUP or ratio.ceiling is None or ratio.cores is None:
        return None
    if ratio.ceiling >= CORES_THERE * ratio.cores:
        return None
    return f"{ratio.cores} cores were worth {ratio.ceiling:.2f} {where}; measure on a quieter host"


@dataclass(frozen=True)
class Movement:
    """A ratio of the head, and its difference from the baseline on the log scale."""

    ratio: PortableRatio
    by: Location

    @property
    def for_the_worse(self) -> Location:
        """How much worse the head is, on the log scale."""
        if self.ratio.more_is_better:
            return Location(-self.by.center, self.by.se, self.by.df, self.by.n)
        return self.by


def _lacking(
    sides: Sides, here: PortableRatio | None, there: PortableRatio | None, margin: float
) -> Finding:
    """The finding on a ratio that one side does not have.

    A ratio behind a verdict is absent from a run wherever noise makes its interval reach 0; whether
    its claim was asked shows in the verdicts. A strategy that another release cannot run is left
    out as well. What the head had planned and a slow host had no time for is open, and no case
    that was dropped.
    """
    ratio = here or there
    assert ratio is not None
    where = "head" if here is None else "baseline"
    if ratio.name not in (SPEEDUP, CORES_USED):
        why = f"in the {where} its interval reaches 0, or it was not measured"
        return _finding(ratio, Change.LEFT_OUT, why, margin)
    pair = sides.other_release(ratio.target)
    if pair is not None:
        interpreter = pair.head if here is None else pair.baseline
        if any(f"-{strategy}-w" in ratio.item for strategy in interpreter.lacks):
            why = f"{interpreter} cannot run it"
            return _finding(ratio, Change.LEFT_OUT, why, margin)
    if here is None and (ratio.target, ratio.item) in sides.unmeasured:
        why = "the head had no time for two launches of it; measure again, on a quieter host"
        return _finding(ratio, Change.INCONCLUSIVE, why, margin)
    why = f"the {where} has no such case; measure both with the same plan"
    return _finding(ratio, Change.MISSING, why, margin)


def _finding(
    ratio: PortableRatio, change: Change, reason: str, margin: float, moved: Location | None = None
) -> Finding:
    """A finding; ``moved`` is the head over the baseline on the log scale."""
    return Finding(
        case=f"{ratio.item}@{ratio.target}",
        quantity=ratio.name,
        change=change,
        ratio=None if moved is None else shown_ratio(moved),
        margin=margin,
        reason=reason,
        more_is_better=ratio.more_is_better,
        decides=change != Change.LEFT_OUT,
    )


def _resolved(baseline: PortableRatio, margin: float) -> bool:
    """Whether the baseline is precise enough that an equal head as precise would pass."""
    unmoved = baseline.location - baseline.location
    return passes(unmoved, Bounds.of(margin), looks=1)


def _without_direction(moved: Movement, margin: float) -> Finding:
    """The finding on a ratio of which neither direction is worse."""
    bounds = Bounds.of(margin)
    p_value = either_direction(moved.by.p_above(bounds.margin), moved.by.p_below(-bounds.margin))
    if p_value <= FAMILY_ALPHA:
        why = "certainly beyond the margin; neither direction is worse"
        return _shown_only(moved, Change.CHANGED, why, margin)
    return _shown_only(moved, Change.LEFT_OUT, "neither direction is worse: shown only", margin)


def _shown_only(moved: Movement, change: Change, reason: str, margin: float) -> Finding:
    """A finding that decides nothing."""
    finding = _finding(moved.ratio, change, reason, margin, moved.by)
    return msgspec.structs.replace(finding, decides=False)


def _tested(movements: list[Movement], margin: float) -> list[Finding]:
    """Judge the ratios that can be decided.

    Stored runs cannot be measured again to confirm a slowdown, so a regression must exceed the
    margin itself and not only a third of it.
    """
    bounds = Bounds.of(margin)
    p_values = holm([movement.for_the_worse.p_above(bounds.margin) for movement in movements])
    findings = []
    for moved, p_value in zip(movements, p_values, strict=True):
        worse = moved.for_the_worse
        if p_value <= FAMILY_ALPHA:
            change, reason = Change.REGRESSED, "certainly beyond the margin"
        elif passes(worse, bounds, 1):
            change = how_it_passes(worse, bounds, 1, len(movements))
            reason = "certainly not beyond the margin"
        else:
            change, reason = Change.INCONCLUSIVE, "measure more"
        finding = _finding(moved.ratio, change, reason, margin, moved.by)
        if change == Change.INCONCLUSIVE:
            finding = too_wide(finding, most_slowdown(worse, 1))
        findings.append(finding)
    return findings


def _times(baseline: Tables, head: Tables, margins: Margins) -> Iterator[Finding]:
    """How absolute times changed.

    They are shown and decide nothing: between two runs the speed of a host drifts by more than a
    margin, which no interval over the launches of either run contains.
    """
    planned = {planned.item.id for planned in baseline.run.plan}
    for comparison in head.comparisons:
        if comparison.id not in planned:
            continue
        here, there = _log_time(head, comparison.id), _log_time(baseline, comparison.id)
        if here is None or there is None:
            continue
        case, margin = comparison.case, margins.of(comparison.case.workload)
        why = (
            "shown only: times of two runs drift with the host; "
            "check --against measures them interleaved"
        )
        ratio = shown_ratio(here - there)
        yield Finding(
            case=f"{comparison.label}@{case.target}",
            quantity=TIME,
            change=Change.LEFT_OUT,
            ratio=ratio,
            margin=margin,
            reason=why,
            decides=False,
        )


def _log_time(tables: Tables, item: str) -> Location | None:
    return locate(np.log(tables.of(item)["wall_s"].to_numpy(dtype=float)).tolist())
