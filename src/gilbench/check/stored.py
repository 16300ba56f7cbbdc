"""Holds two stored runs against each other: portable quantities on any hosts, times only where the hosts are alike.

It refuses runs that do not answer the same question; a case that only one of them has is a finding and no pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
import numpy as np

from gilbench.analysis.family import holm
from gilbench.analysis.location import Location, locate
from gilbench.check import report
from gilbench.check.decision import FAMILY_ALPHA, Bounds, Change, how_it_passes, passes
from gilbench.check.fingerprint import fingerprint
from gilbench.check.margins import Margins
from gilbench.check.portable import CORES_USED, SPEEDUP, Portable, Quantity, Ruling, extract
from gilbench.check.report import Finding, Report
from gilbench.model import Comparison, InputError, Outcome, Verdict
from gilbench.results.tables import Tables

TIME, VERDICT = "time", "verdict"

# Of the cores that a case could use, the control beside it must find this share in every launch, or its speedup is the
# host's doing: two virtual cores on one real one reach 1.3 of 2, and cores of their own 2.0.
CORES_THERE = 0.8


@dataclass(frozen=True)
class Stored:
    """One side: the portable part of a run, and the run itself where there is more than that."""

    portable: Portable
    tables: Tables | None = None

    @classmethod
    def of(cls, tables: Tables, verdicts: Iterable[Verdict]) -> Stored:
        """A run and the verdicts on it; InputError where it was not measured to its end."""
        check_complete(tables)
        return cls(extract(tables, verdicts), tables)


def check_complete(tables: Tables) -> None:
    """InputError, naming what is missing, for a run that was interrupted or whose journal was cut short."""
    run = tables.run
    if run.status != "complete":
        raise InputError(f"run {run.id} is {run.status} and not complete; measure again")
    measured = Counter(tables.launches["item"])
    failed = {failure.item for failure in tables.failures}
    for planned in run.plan:
        item, end = planned.item, tables.ends.get(planned.item.id)
        if item.id in failed:
            continue
        found = measured[item.id] if isinstance(item, Comparison) else len(tables.seen(item))
        if end is None or found != end.launches:
            raise InputError(
                f"the journal of run {run.id} is truncated: {item.id} has {found} launches of "
                f"{end.launches if end else planned.effort.looks[0]}; measure again"
            )


def check_same_question(baseline: Stored, head: Stored) -> None:
    """InputError where the two were planned differently: by profile or by seed."""
    one, other = baseline.portable, head.portable
    if one.profile != other.profile:
        raise InputError(
            f"the baseline was measured with --profile {one.profile} and the head with {other.profile}; "
            "measure both with the same"
        )
    if one.seed != other.seed:
        raise InputError(
            f"the baseline was measured with --seed {one.seed} and the head with {other.seed}: other orders; "
            "measure both with the same"
        )


def judge(baseline: Stored, head: Stored, margins: Margins) -> Report:
    """What moved from one run to the other."""
    check_same_question(baseline, head)
    findings = [*_portable(baseline.portable, head.portable, margins), *_rulings(baseline.portable, head.portable)]
    notes = []
    if why := _not_alike(baseline, head):
        notes.append(f"times are left out: {why}")
    elif baseline.tables is not None and head.tables is not None:
        findings += _times(baseline.tables, head.tables, margins)
    return Report(
        kind="baseline",
        baseline=_in_words(baseline.portable),
        head=_in_words(head.portable),
        outcome=report.outcome(findings),
        findings=tuple(report.by_effect(findings)),
        notes=tuple(notes),
    )


def _in_words(portable: Portable) -> str:
    commit = f", commit {portable.git_commit[:10]}" if portable.git_commit else ""
    return f"{portable.run}{commit}"


def _portable(baseline: Portable, head: Portable, margins: Margins) -> list[Finding]:
    """Every quantity of both sides; the error is shared, by Holm, over those that can be decided."""
    ours, theirs = ({one.key: one for one in side.quantities} for side in (head, baseline))
    found: list[Finding] = []
    asked: list[Moved] = []
    for key in {**theirs, **ours}:
        if key not in ours or key not in theirs:
            where = "head" if key in theirs else "baseline"
            found.append(_lacking((theirs.get(key) or ours[key]), where, margins.portable))
        elif ours[key].tasks != theirs[key].tasks:
            why = f"{theirs[key].tasks} tasks a round there and {ours[key].tasks} here; measure by the same plan"
            found.append(_finding(ours[key], Change.MISSING, why, margins.portable))
        elif ours[key].cores != theirs[key].cores:
            why = f"it could use {theirs[key].cores} cores there and {ours[key].cores} here"
            found.append(_finding(ours[key], Change.LEFT_OUT, why, margins.portable))
        else:
            moved = Moved(ours[key], ours[key].location - theirs[key].location)
            resolved = _resolved(theirs[key], margins.portable)
            if missing := _cores_missing(theirs[key], "there") or _cores_missing(ours[key], "here"):
                found.append(_finding(ours[key], Change.INCONCLUSIVE, missing, margins.portable, moved.by))
            elif resolved and ours[key].more_is_better is not None:
                asked.append(moved)
            else:
                found.append(_told(moved, resolved, margins.portable))
    return found + _tested(asked, margins.portable)


def _cores_missing(one: Quantity, where: str) -> str | None:
    """Why a speedup cannot be compared: the host did not have the cores while it was measured."""
    if one.name != SPEEDUP or one.ceiling is None or one.cores is None or one.ceiling >= CORES_THERE * one.cores:
        return None
    return f"{one.cores} cores were worth {one.ceiling:.2f} {where}; measure on a quieter host"


@dataclass(frozen=True)
class Moved:
    """A quantity of the head, and how far it lies from that of the baseline, on the log scale."""

    quantity: Quantity
    by: Location

    @property
    def for_the_worse(self) -> Location:
        if self.quantity.more_is_better:
            return Location(-self.by.center, self.by.se, self.by.df, self.by.n)
        return self.by


def _lacking(one: Quantity, where: str, margin: float) -> Finding:
    """A case that one side has not. A ratio behind a verdict is another thing: it is left out of a run wherever noise
    has its interval reach 0, and whether the claim was asked shows in the verdicts."""
    if one.name not in (SPEEDUP, CORES_USED):
        return _finding(one, Change.LEFT_OUT, f"in the {where} its interval reaches 0, or it was not measured", margin)
    return _finding(one, Change.MISSING, f"the {where} has no such case; measure both with the same plan", margin)


def _finding(one: Quantity, change: Change, reason: str, margin: float, moved: Location | None = None) -> Finding:
    return Finding(
        case=f"{one.item}@{one.target}",
        quantity=one.name,
        change=change,
        ratio=None if moved is None else report.ratio(moved),
        margin=margin,
        reason=reason,
        more_is_better=one.more_is_better,
        decides=change != Change.LEFT_OUT,
    )


def _resolved(baseline: Quantity, margin: float) -> bool:
    """Whether the baseline knows a quantity so well that a head that knows it as well, and is the same, would pass."""
    at_best = Location(0.0, baseline.se, baseline.df, baseline.n) - Location(0.0, baseline.se, baseline.df, baseline.n)
    return passes(at_best, Bounds.of(margin), 1)


def _told(moved: Moved, resolved: bool, margin: float) -> Finding:
    """A movement that is shown and decides nothing: neither direction is worse, or the baseline is not sure of it."""
    bounds = Bounds.of(margin)
    beyond = 2 * min(moved.by.p_above(bounds.margin), moved.by.p_below(-bounds.margin)) <= FAMILY_ALPHA
    if not resolved:
        change, reason = Change.LEFT_OUT, "the baseline's interval is wider than the margin: a longer run would tell"
    elif beyond:
        change, reason = Change.CHANGED, "certainly beyond the margin; neither direction is worse"
    else:
        change, reason = Change.LEFT_OUT, "neither direction is worse: shown only"
    return msgspec.structs.replace(_finding(moved.quantity, change, reason, margin, moved.by), decides=False)


def _tested(asked: list[Moved], margin: float) -> list[Finding]:
    """Regressed where it is certainly beyond the margin. Stored runs cannot be measured again to confirm a suspicion,
    so the bound is the margin itself and not a third of it."""
    bounds = Bounds.of(margin)
    p_values = holm([one.for_the_worse.p_above(bounds.margin) for one in asked])
    found = []
    for moved, p_value in zip(asked, p_values, strict=True):
        worse = moved.for_the_worse
        if p_value <= FAMILY_ALPHA:
            change, reason = Change.REGRESSED, "certainly beyond the margin"
        elif passes(worse, bounds, 1):
            change, reason = how_it_passes(worse, bounds, 1, len(asked)), "certainly not beyond the margin"
        else:
            change, reason = Change.INCONCLUSIVE, "the interval is too wide for the margin; measure more"
        found.append(_finding(moved.quantity, change, reason, margin, moved.by))
    return found


def _rulings(baseline: Portable, head: Portable) -> list[Finding]:
    """Every verdict of both sides: one that turned is a finding, one that the baseline left open is none."""
    ours, theirs = ({one.key: one for one in side.rulings} for side in (head, baseline))
    return [_ruling(key, theirs.get(key), ours.get(key)) for key in {**theirs, **ours}]


DECIDED = (Outcome.PROVED, Outcome.REFUTED)


def _ruling(key: tuple[str, str], theirs: Ruling | None, ours: Ruling | None) -> Finding:
    target, claim = key
    change, reason = _turned(theirs, ours)
    case = f"{claim}@{target}"
    return Finding(case, VERDICT, change, None, 0.0, reason, more_is_better=None, decides=change != Change.LEFT_OUT)


def _turned(theirs: Ruling | None, ours: Ruling | None) -> tuple[Change, str]:
    if theirs is None or ours is None:
        where = "baseline" if theirs is None else "head"
        return Change.MISSING, f"the {where} was not asked; measure both with the same plan"
    said = f"{theirs.verdict.value}, now {ours.verdict.value}"
    if theirs.verdict not in DECIDED:
        return Change.LEFT_OUT, f"the baseline has it {said}"
    if ours.verdict == theirs.verdict:
        return Change.EQUIVALENT, f"still {ours.verdict.value}"
    if ours.verdict == Outcome.VOID:
        return Change.VOID, said
    if ours.verdict not in DECIDED:
        return Change.INCONCLUSIVE, f"{said}; measure more, or on a quieter host"
    return (Change.IMPROVED if ours.as_expected else Change.REGRESSED), said


def _times(baseline: Tables, head: Tables, margins: Margins) -> Iterator[Finding]:
    """How absolute times moved. They are shown and decide nothing: between two runs the speed of one host drifts by
    more than a margin, which no interval over the launches of either run can know."""
    planned = {one.item.id for one in baseline.run.plan}
    for comparison in head.comparisons:
        if comparison.id not in planned:
            continue
        here, there = (_walls(tables, comparison.id) for tables in (head, baseline))
        if here is None or there is None:
            continue
        case, margin = comparison.case, margins.of(comparison.case.workload)
        why = "shown only: times of two runs drift with the host; check --against measures them in turns"
        ratio = report.ratio(here - there)
        yield Finding(f"{comparison.label}@{case.target}", TIME, Change.LEFT_OUT, ratio, margin, why, decides=False)


def _walls(tables: Tables, item: str) -> Location | None:
    return locate(np.log(tables.of(item)["wall_s"].to_numpy(dtype=float)).tolist())


def _not_alike(baseline: Stored, head: Stored) -> str | None:
    """Why times of the two mean different things; None where hosts and interpreters agree."""
    if baseline.tables is None or head.tables is None:
        return "a portable baseline has none"
    one, other = fingerprint(baseline.tables.run), fingerprint(head.tables.run)
    differing = [f"{name} ({one[name]} and {other[name]})" for name in one if one[name] != other.get(name)]
    return f"the hosts differ in {', '.join(differing)}" if differing else None
