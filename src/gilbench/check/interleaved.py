"""Judges a run in which rounds of head and baseline are interleaved: a finding for every case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import Location
from gilbench.check.decision import Change, classify_sample, confirmed, most_slowdown
from gilbench.check.findings import (
    SHOWN_CONFIDENCE,
    TIME,
    Finding,
    Report,
    gravest_change,
    shown_ratio,
    sorted_by_effect,
    too_wide,
)
from gilbench.check.interleaved_run import BASELINE, HEAD, InterleavedRun
from gilbench.check.samples import results_differ
from gilbench.model import Comparison, Target

EFFECT_OF_WARNINGS = "a disturbed host leaves cases undecided; it makes no case slower"
SLOWER = "certainly slower, in a second sample of fresh launches too"


def judge_interleaved(run: InterleavedRun) -> Report:
    """Judge every case that an interleaved run planned.

    Args:
        run: The run, measured to its end or not.

    Returns:
        A finding per case. All are void where the control failed or is missing.
    """
    control = run.control()
    findings = _findings(run)
    if control is None:
        findings = _voided(findings, "the run has no control; measure again")
    elif not control.holds:
        findings = _voided(findings, control.reason)
    sides = {target.id: in_words(target) for target in run.tables.run.targets}
    return Report(
        kind="against",
        baseline=sides.get(BASELINE, ""),
        head=sides.get(HEAD, ""),
        outcome=gravest_change(findings),
        findings=tuple(sorted_by_effect(findings)),
        control=control,
        notes=tuple(_notes(run)),
    )


def _voided(findings: Iterable[Finding], why: str) -> list[Finding]:
    voided = []
    for finding in findings:
        voided.append(msgspec.structs.replace(finding, change=Change.VOID, reason=why))
    return voided


def in_words(target: Target) -> str:
    """``3.13.0 (/path/to/python)``, after the name that the user gave it."""
    version, settings = target.description.version, str(target.settings)
    if settings:
        version += f",{settings}"
    name = f"{target.name}: " if target.name else ""
    return f"{name}{version} ({target.executable})"


def _findings(run: InterleavedRun) -> list[Finding]:
    """A finding per case, from its second sample where it was suspected."""
    are_confirmed = _confirmed_suspects(run)
    findings = []
    for case in run.cases:
        location = run.sample(case).location
        if location is None:
            findings.append(_unmeasured(run, case))
        elif case.id in are_confirmed:
            is_confirmed = are_confirmed[case.id]
            findings.append(_of_second_sample(run, case, location, is_confirmed=is_confirmed))
        else:
            findings.append(_of_first_sample(run, case, location))
    return findings


def _confirmed_suspects(run: InterleavedRun) -> dict[str, bool]:
    """For each suspected case, by id, whether its second sample confirms that it is slower."""
    ids, locations, bounds = [], [], []
    looks = 1
    for case in run.suspects:
        second = _second_sample_of(case)
        ids.append(case.id)
        locations.append(run.sample(second).location)
        bounds.append(run.bounds(case))
        looks = max(looks, run.looks(second))
    return dict(zip(ids, confirmed(locations, bounds, looks), strict=True))


def _second_sample_of(case: Comparison) -> Comparison:
    return msgspec.structs.replace(case, again=True)


def _unmeasured(run: InterleavedRun, comparison: Comparison) -> Finding:
    for failure in run.tables.failures:
        if failure.item == comparison.id:
            why = f"could not be measured: {failure.message}"
            return _finding(run, comparison, Change.FAILED, None, why)
    return _finding(run, comparison, Change.MISSING, None, "was not measured; let the check finish")


def _of_first_sample(run: InterleavedRun, case: Comparison, location: Location) -> Finding:
    change = classify_sample(location, run.bounds(case), run.looks(case), len(run.cases))
    if change == Change.INCONCLUSIVE:
        return _undecided(run, case, location, run.looks(case))
    why = _how_it_passes(change, location, run.looks(case))
    return _finding(run, case, change, location, why)


def _of_second_sample(
    run: InterleavedRun, case: Comparison, first: Location, *, is_confirmed: bool
) -> Finding:
    """The finding on a suspected case; ``first`` is where its first sample lay."""
    second, suspected = _second_sample_of(case), shown_ratio(first, run.looks(case))
    location = run.sample(second).location
    if location is None:
        finding = _unmeasured(run, second)
        why = f"looked slower, and its second sample {finding.reason}"
        return msgspec.structs.replace(finding, reason=why, suspected=suspected)
    looks, cases = run.looks(second), len(run.cases)
    change = classify_sample(location, run.bounds(case), looks, cases, is_confirmed=is_confirmed)
    if change == Change.INCONCLUSIVE:
        finding = _undecided(run, case, location, looks)
    elif change == Change.REGRESSED:
        finding = _finding(run, case, change, location, SLOWER)
    else:
        how = _how_it_passes(change, location, looks)
        why = f"{how} in a second sample; the first looked slower"
        finding = _finding(run, case, change, location, why)
    return msgspec.structs.replace(finding, suspected=suspected)


def _how_it_passes(change: Change, location: Location, looks: int) -> str:
    """How a case passes, such as ``slower, within the margin``.

    The direction is certain where the interval that is shown excludes 1.
    """
    low, high = location.interval(nominal_confidence(SHOWN_CONFIDENCE, looks))
    if change == Change.IMPROVED:
        return "certainly faster"
    if low > 0:
        return "certainly slower, within the margin"
    if change == Change.NO_WORSE:
        return "certainly not slower by the margin"
    if high < 0:
        return "certainly faster, within the margin"
    return "certainly within the margin"


def _undecided(
    run: InterleavedRun, comparison: Comparison, location: Location, looks: int
) -> Finding:
    """The finding on a case whose interval is too wide for its bounds."""
    reasons = []
    disturbed = run.sample(comparison).disturbed
    if disturbed:
        reasons.append(_counted(disturbed))
    smallest = None
    if run.calibration is not None:
        smallest = run.calibration.smallest(comparison.case.label)
    if smallest is not None and smallest > run.margins.of(comparison.case.workload):
        reasons.append("calibrated, this host sees no change as small as the margin here")
    reasons.append("end other work, or raise --launches or the margin")
    finding = _finding(run, comparison, Change.INCONCLUSIVE, location, "; ".join(reasons))
    return too_wide(finding, most_slowdown(location, looks))


def _finding(
    run: InterleavedRun,
    comparison: Comparison,
    change: Change,
    location: Location | None,
    reason: str,
) -> Finding:
    return Finding(
        case=comparison.label,
        quantity=TIME,
        change=change,
        ratio=None if location is None else shown_ratio(location, run.looks(comparison)),
        margin=run.margins.of(comparison.case.workload),
        reason=reason,
    )


def _notes(run: InterleavedRun) -> Iterable[str]:
    """What was left out and measured again, what disturbed the run, and what the host can see."""
    left_out: Counter[str] = Counter()
    disturbed: Counter[str] = Counter()
    for comparison in (*run.cases, *run.controls):
        sample = run.sample(comparison)
        left_out.update(sample.left_out)
        disturbed.update(sample.disturbed)
    differing = [case.case.workload for case in run.cases if results_differ(run.tables, case)]
    if differing:
        names = ", ".join(dict.fromkeys(differing))
        yield f"head and baseline return different results, which is accepted: {names}"
    if left_out:
        yield f"left out, and measured again where it mattered: {_counted(left_out)}"
    if disturbed:
        yield f"disturbed throughout, and kept: {_counted(disturbed)}; a quiet host decides sooner"
    if run.calibration is not None:
        yield run.calibration.in_words()
    else:
        yield "not calibrated: gilbench calibrate shows how small a change this host can see"
    for warning in run.tables.run.host.warnings:
        yield f"{warning.message}; {warning.remedy}"
    if run.tables.run.host.warnings:
        yield EFFECT_OF_WARNINGS


def _counted(reasons: dict[str, int]) -> str:
    """``2 launches (throttled by a CPU quota)``."""
    parts = []
    for reason, count in sorted(reasons.items()):
        launches = "launch" if count == 1 else "launches"
        parts.append(f"{count} {launches} ({reason})")
    return ", ".join(parts)
