"""Judges a run in which the rounds of head and baseline took turns: at each look, and at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from gilbench.analysis.family import after_looks
from gilbench.analysis.location import Location
from gilbench.check.calibration import Calibration
from gilbench.check.decision import (
    FAMILY_ALPHA,
    Bounds,
    Change,
    confirmed,
    first_is_enough,
    of_sample,
    second_is_enough,
    suspect,
)
from gilbench.check.findings import Finding, Report, SelfComparison, gravest_change, shown_ratio, sorted_by_effect
from gilbench.check.margins import Margins
from gilbench.check.samples import Sample, take_sample
from gilbench.model import Comparison, Target
from gilbench.results.tables import Tables

BASELINE, HEAD, CONTROL = "baseline", "head", "control"  # ids of the targets of such a run
TIME = "time"


@dataclass(frozen=True)
class InterleavedRun:
    """A run, measured in part or whole, the margins that it is held to, and what the host is known to see."""

    tables: Tables
    margins: Margins
    calibration: Calibration | None = None

    @property
    def cases(self) -> list[Comparison]:
        """The first sample of every case."""
        return [one for one in self._comparisons if one.case.target == HEAD and not one.again]

    @property
    def controls(self) -> list[Comparison]:
        return [one for one in self._comparisons if one.case.target == CONTROL]

    @property
    def _comparisons(self) -> list[Comparison]:
        return [one.item for one in self.tables.run.plan if isinstance(one.item, Comparison)]

    def bounds(self, comparison: Comparison) -> Bounds:
        return Bounds.of(self.margins.of(comparison.case.workload))

    def looks(self, comparison: Comparison) -> int:
        """How often the sample of a comparison may be looked at."""
        planned = {one.item.id: one for one in self.tables.run.plan}
        return len(planned[comparison.id].effort.looks)

    def sample(self, comparison: Comparison) -> Sample:
        """What was measured of it so far, computed once."""
        key = ("sample", comparison.id)
        if key not in self.tables.located:
            self.tables.located[key] = take_sample(self.tables, comparison)
        found: Sample = self.tables.located[key]
        return found

    def is_suspect(self, case: Comparison) -> bool:
        location = self.sample(case).location
        return location is not None and suspect(location, self.bounds(case), self.looks(case))

    @property
    def suspects(self) -> list[Comparison]:
        return [case for case in self.cases if self.is_suspect(case)]

    def enough(self, comparison: Comparison) -> bool:
        """Whether what was measured settles a sample, so that no further launch is needed."""
        location, bounds, looks = self.sample(comparison).location, self.bounds(comparison), self.looks(comparison)
        if location is None:
            return False
        if comparison.again:
            return second_is_enough(location, bounds, looks, len(self.suspects))
        return first_is_enough(location, bounds, looks, len(self.cases))

    def control(self) -> SelfComparison | None:
        """How the baseline did against itself: it holds unless it is certain to be off by more than is tolerated."""
        for comparison in self.controls:
            location, bounds = self.sample(comparison).location, self.bounds(comparison)
            label = comparison.label
            if location is None:
                return SelfComparison(label, None, False, f"{label} on the baseline, twice, could not be measured")
            off = min(location.p_above(bounds.tolerated), location.p_below(-bounds.tolerated))
            holds = after_looks(off, 2 * self.looks(comparison)) > FAMILY_ALPHA
            ratio = shown_ratio(location)
            said = "as it should be" if holds else "which should be 1: nothing follows from this run; measure again"
            return SelfComparison(label, ratio, holds, f"{label}, baseline over itself: {ratio}, {said}")
        return None


def judge_interleaved(judging: InterleavedRun) -> Report:
    """What a measured run says of every case that it planned."""
    control = judging.control()
    findings = _findings(judging)
    if control is None or not control.holds:
        why = control.reason if control else "the run has no control; measure again"
        findings = [msgspec.structs.replace(one, change=Change.VOID, reason=why) for one in findings]
    sides = {target.id: in_words(target) for target in judging.tables.run.targets}
    return Report(
        kind="against",
        baseline=sides.get(BASELINE, ""),
        head=sides.get(HEAD, ""),
        outcome=gravest_change(findings),
        findings=tuple(sorted_by_effect(findings)),
        control=control,
        notes=tuple(_notes(judging)),
    )


def in_words(target: Target) -> str:
    """``3.13.0 (/path/to/python)``."""
    settings = f",{target.settings}" if str(target.settings) else ""
    return f"{target.description.version}{settings} ({target.executable})"


def _findings(judging: InterleavedRun) -> list[Finding]:
    suspects = judging.suspects
    seconds = [msgspec.structs.replace(case, again=True) for case in suspects]
    agains = [judging.sample(one).location for one in seconds]
    bounds = [judging.bounds(case) for case in suspects]
    looks = max((_looks_of(judging, one) for one in seconds), default=1)
    verdicts = dict(zip((case.id for case in suspects), confirmed(agains, bounds, looks), strict=True))
    found = []
    for case in judging.cases:
        location = judging.sample(case).location
        if location is None:
            found.append(_unmeasured(judging, case))
        elif case.id in verdicts:
            again = msgspec.structs.replace(case, again=True)
            found.append(_second(judging, case, again, location, verdicts[case.id]))
        else:
            found.append(_first(judging, case, location))
    return found


def _looks_of(judging: InterleavedRun, comparison: Comparison) -> int:
    planned = {one.item.id for one in judging.tables.run.plan}
    return judging.looks(comparison) if comparison.id in planned else 1


def _unmeasured(judging: InterleavedRun, comparison: Comparison) -> Finding:
    for failure in judging.tables.failures:
        if failure.item == comparison.id:
            return _finding(judging, comparison, Change.FAILED, None, f"could not be measured: {failure.message}")
    return _finding(judging, comparison, Change.MISSING, None, "was not measured; let the check finish")


def _first(judging: InterleavedRun, case: Comparison, location: Location) -> Finding:
    change = of_sample(location, judging.bounds(case), judging.looks(case), len(judging.cases))
    if change == Change.INCONCLUSIVE:
        return _undecided(judging, case, location)
    return _finding(judging, case, change, location, IN_WORDS[change])


def _second(
    judging: InterleavedRun, case: Comparison, again: Comparison, first: Location, is_confirmed: bool
) -> Finding:
    location = judging.sample(again).location
    if location is None:
        finding = _unmeasured(judging, again)
        reason = f"suspected, and the second sample {finding.reason}"
        return msgspec.structs.replace(finding, reason=reason, suspected=shown_ratio(first))
    looks, cases = judging.looks(again), len(judging.cases)
    change = of_sample(location, judging.bounds(case), looks, cases, is_confirmed=is_confirmed)
    if change == Change.INCONCLUSIVE:
        finding = _undecided(judging, case, location)
    else:
        told = SLOWER if change == Change.REGRESSED else "suspected at first; a second sample did not bear it out"
        finding = _finding(judging, case, change, location, told)
    return msgspec.structs.replace(finding, suspected=shown_ratio(first))


def _undecided(judging: InterleavedRun, comparison: Comparison, location: Location) -> Finding:
    """Neither side of the bounds: the interval is too wide for the margin here."""
    sample = judging.sample(comparison)
    busy = f"; {_counted(sample.disturbed)}" if sample.disturbed else ""
    smallest = judging.calibration.smallest(comparison.case.label) if judging.calibration else None
    if smallest is not None and smallest > judging.margins.of(comparison.case.workload):
        busy += "; calibrated, this host sees no change as small as the margin here"
    reason = f"the interval is too wide for the margin{busy}; end other work, or raise --launches or the margin"
    return _finding(judging, comparison, Change.INCONCLUSIVE, location, reason)


SLOWER = "certainly slower, in a second sample of fresh launches too"
IN_WORDS = {
    Change.EQUIVALENT: "certainly within the margin",
    Change.IMPROVED: "certainly faster",
    Change.NO_WORSE: "certainly not slower by the margin",
}


def _finding(
    judging: InterleavedRun, comparison: Comparison, change: Change, location: Location | None, reason: str
) -> Finding:
    return Finding(
        case=comparison.label,
        quantity=TIME,
        change=change,
        ratio=None if location is None else shown_ratio(location),
        margin=judging.margins.of(comparison.case.workload),
        reason=reason,
    )


def _notes(judging: InterleavedRun) -> Iterable[str]:
    """What was left out and measured again, and what disturbed the run throughout."""
    samples = [judging.sample(one) for one in (*judging.cases, *judging.controls)]
    left_out, disturbed = _summed(one.left_out for one in samples), _summed(one.disturbed for one in samples)
    if left_out:
        yield f"left out, and measured again where it mattered: {_counted(left_out)}"
    if disturbed:
        yield f"disturbed throughout, and kept: {_counted(disturbed)}; a quiet host decides sooner"
    if judging.calibration is not None:
        yield judging.calibration.in_words()
    else:
        yield "not calibrated: gilbench calibrate tells how small a change this host can see"
    for warning in judging.tables.run.host.warnings:
        yield f"{warning.message}; {warning.remedy}"


def _summed(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)


def _counted(reasons: dict[str, int]) -> str:
    return ", ".join(f"{n} launch{'' if n == 1 else 'es'} ({why})" for why, n in sorted(reasons.items()))
