"""Holds two stored runs against each other: portable quantities on any hosts, times only where the hosts are alike.

It refuses runs that do not answer the same question; a case that only one of them has is a finding and no pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from gilbench.analysis.family import holm
from gilbench.analysis.location import Location, locate
from gilbench.check.decision import FAMILY_ALPHA, Bounds, Change, how_it_passes, passes
from gilbench.check.findings import Finding, Report, gravest_change, shown_ratio, sorted_by_effect
from gilbench.check.margins import Margins
from gilbench.check.portable import CORES_USED, SPEEDUP, PortableRatio, PortableRun, Ruling, extract
from gilbench.check.versions import Pair, interpreters_of, pair_up
from gilbench.model import Comparison, InputError, Outcome, Run, Verdict
from gilbench.results.fingerprint import of_build, of_host
from gilbench.results.tables import Tables

TIME, VERDICT = "time", "verdict"

# Of the cores that a case could use, the control beside it must find this share in every launch, or its speedup is the
# host's doing: two virtual cores on one real one reach 1.3 of 2, and cores of their own 2.0.
CORES_THERE = 0.8


@dataclass(frozen=True)
class StoredRun:
    """One side: the portable part of a run, and the run itself where there is more than that."""

    portable: PortableRun
    tables: Tables | None = None

    @classmethod
    def of(cls, tables: Tables, verdicts: Iterable[Verdict]) -> StoredRun:
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


def check_same_question(baseline: StoredRun, head: StoredRun) -> None:
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


def judge_stored(baseline: StoredRun, head: StoredRun, margins: Margins, *, across_versions: bool = False) -> Report:
    """Judge what moved from one stored run to another.

    Args:
        baseline: the run, or the portable part of one, to compare with.
        head: the run in question.
        margins: how far a portable ratio may move, as a share.
        across_versions: whether interpreters of different releases may be compared.

    Returns:
        A finding for every portable ratio and every verdict of either side.

    Raises:
        InputError: the two do not answer the same question, or not about the same interpreters.
    """
    check_same_question(baseline, head)
    pairs = pair_up(baseline.portable.measured_on, head.portable.measured_on, across_versions=across_versions)
    sides = Sides(_filed_as_in_head(baseline.portable, pairs), head.portable, pairs)
    findings = _compared(sides, margins)
    notes = [
        f"compared across versions: {pair.baseline} (baseline) with {pair.head} (head)"
        for pair in pairs
        if not pair.is_same_release
    ]
    if why := _not_alike(baseline, head, pairs):
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


@dataclass(frozen=True)
class Sides:
    """The portable parts of both runs, the baseline's filed under the interpreters of the head."""

    baseline: PortableRun
    head: PortableRun
    pairs: list[Pair]

    @property
    def are_one_run(self) -> bool:
        """Whether a run is compared with itself: the same id alone would not do, for a journal can be changed."""
        return (
            self.baseline.run == self.head.run
            and self.baseline.quantities == self.head.quantities
            and self.baseline.rulings == self.head.rulings
        )

    def other_release(self, name: str) -> Pair | None:
        """The pair to which an interpreter of this name belongs, if its releases differ."""
        for pair in self.pairs:
            if pair.head.name == name and not pair.is_same_release:
                return pair
        return None


def _filed_as_in_head(baseline: PortableRun, pairs: list[Pair]) -> PortableRun:
    """The baseline with its interpreters called what those are called that they are compared with."""
    names = {pair.baseline.name: pair.head.name for pair in pairs}
    for interpreter in baseline.measured_on:  # one without a partner must not take a name of the head
        taken = interpreter.name in names.values()
        names.setdefault(interpreter.name, interpreter.name + " of the baseline" * taken)
    quantities = [msgspec.structs.replace(quantity, target=names[quantity.target]) for quantity in baseline.quantities]
    rulings = [msgspec.structs.replace(ruling, target=names[ruling.target]) for ruling in baseline.rulings]
    return msgspec.structs.replace(baseline, quantities=tuple(quantities), rulings=tuple(rulings))


def _in_words(portable: PortableRun) -> str:
    """``20260101T000000Z-0000, Python 3.13.0, commit 0fd88d5a9b``."""
    interpreters = [str(interpreter) for interpreter in portable.measured_on]
    commit = [f"commit {portable.git_commit[:10]}"] if portable.git_commit else []
    return ", ".join([portable.run, *interpreters, *commit])


def _compared(sides: Sides, margins: Margins) -> list[Finding]:
    """The findings on what is portable."""
    if sides.are_one_run:
        return _unmoved(sides, margins)
    return [*_portable(sides, margins), *_rulings(sides)]


def _unmoved(sides: Sides, margins: Margins) -> list[Finding]:
    """A run against itself: also what it left open is exactly what it was."""
    why = "the same run on both sides"
    findings = [_finding(quantity, Change.EQUIVALENT, why, margins.portable) for quantity in sides.head.quantities]
    findings += [_ruling(ruling.key, Change.EQUIVALENT, why) for ruling in sides.head.rulings]
    return findings


def _portable(sides: Sides, margins: Margins) -> list[Finding]:
    """Compare every quantity of both sides; the error is shared, by Holm, over those that can be decided."""
    ours = {quantity.key: quantity for quantity in sides.head.quantities}
    theirs = {quantity.key: quantity for quantity in sides.baseline.quantities}
    margin = margins.portable
    findings: list[Finding] = []
    to_test: list[Movement] = []
    for key in {**theirs, **ours}:
        here, there = ours.get(key), theirs.get(key)
        if here is None or there is None:
            findings.append(_lacking(sides, here, there, margin))
            continue
        moved = Movement(here, here.location - there.location)
        if untested := _not_to_be_compared(here, there, margin):
            findings.append(untested)
        elif missing := _cores_missing(there, "there") or _cores_missing(here, "here"):
            findings.append(_finding(here, Change.INCONCLUSIVE, missing, margin, moved.by))
        elif here.more_is_better is not None and _resolved(there, margin):
            to_test.append(moved)
        else:
            findings.append(_told(moved, _resolved(there, margin), margin))
    return findings + _tested(to_test, margin)


def _not_to_be_compared(here: PortableRatio, there: PortableRatio, margin: float) -> Finding | None:
    """The finding where a quantity of the same name means something else on the two sides."""
    if here.tasks != there.tasks:
        why = f"{there.tasks} tasks a round there and {here.tasks} here; measure by the same plan"
        return _finding(here, Change.MISSING, why, margin)
    if here.cores != there.cores:
        why = f"it could use {there.cores} cores there and {here.cores} here"
        return _finding(here, Change.LEFT_OUT, why, margin)
    return None


def _cores_missing(one: PortableRatio, where: str) -> str | None:
    """Why a speedup cannot be compared: the host did not have the cores while it was measured."""
    if one.name != SPEEDUP or one.ceiling is None or one.cores is None or one.ceiling >= CORES_THERE * one.cores:
        return None
    return f"{one.cores} cores were worth {one.ceiling:.2f} {where}; measure on a quieter host"


@dataclass(frozen=True)
class Movement:
    """A quantity of the head, and how far it lies from that of the baseline, on the log scale."""

    quantity: PortableRatio
    by: Location

    @property
    def for_the_worse(self) -> Location:
        if self.quantity.more_is_better:
            return Location(-self.by.center, self.by.se, self.by.df, self.by.n)
        return self.by


def _lacking(sides: Sides, here: PortableRatio | None, there: PortableRatio | None, margin: float) -> Finding:
    """The finding on a quantity that one side does not have.

    A ratio behind a verdict is left out of a run wherever noise has its interval reach 0, and
    whether its claim was asked shows in the verdicts. A strategy that another release cannot run is
    none that was forgotten.
    """
    quantity = here or there
    assert quantity is not None
    where = "head" if here is None else "baseline"
    if quantity.name not in (SPEEDUP, CORES_USED):
        why = f"in the {where} its interval reaches 0, or it was not measured"
        return _finding(quantity, Change.LEFT_OUT, why, margin)
    pair = sides.other_release(quantity.target)
    if pair is not None:
        interpreter = pair.head if here is None else pair.baseline
        if any(f"-{strategy}-w" in quantity.item for strategy in interpreter.lacks):
            why = f"{interpreter} cannot run it"
            return _finding(quantity, Change.LEFT_OUT, why, margin)
    why = f"the {where} has no such case; measure both with the same plan"
    return _finding(quantity, Change.MISSING, why, margin)


def _finding(one: PortableRatio, change: Change, reason: str, margin: float, moved: Location | None = None) -> Finding:
    return Finding(
        case=f"{one.item}@{one.target}",
        quantity=one.name,
        change=change,
        ratio=None if moved is None else shown_ratio(moved),
        margin=margin,
        reason=reason,
        more_is_better=one.more_is_better,
        decides=change != Change.LEFT_OUT,
    )


def _resolved(baseline: PortableRatio, margin: float) -> bool:
    """Whether the baseline knows a quantity so well that a head that knows it as well, and is the same, would pass."""
    at_best = Location(0.0, baseline.se, baseline.df, baseline.n) - Location(0.0, baseline.se, baseline.df, baseline.n)
    return passes(at_best, Bounds.of(margin), 1)


def _told(moved: Movement, resolved: bool, margin: float) -> Finding:
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


def _tested(asked: list[Movement], margin: float) -> list[Finding]:
    """Judge the ratios that can be decided.

    Stored runs cannot be measured again to confirm a slowdown, so a regression must exceed the margin
    itself and not only a third of it.
    """
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


DECIDED = (Outcome.PROVED, Outcome.REFUTED)


def _rulings(sides: Sides) -> list[Finding]:
    """Compare every verdict of both sides: one that turned is a finding, one that the baseline left open is none."""
    ours = {ruling.key: ruling for ruling in sides.head.rulings}
    theirs = {ruling.key: ruling for ruling in sides.baseline.rulings}
    findings = []
    for key in {**theirs, **ours}:
        change, reason = _turned(theirs.get(key), ours.get(key), sides.other_release(key[0]))
        findings.append(_ruling(key, change, reason))
    return findings


def _ruling(key: tuple[str, str], change: Change, reason: str) -> Finding:
    target, claim = key
    return Finding(
        case=f"{claim}@{target}",
        quantity=VERDICT,
        change=change,
        ratio=None,
        margin=0.0,
        reason=reason,
        more_is_better=None,
        decides=change != Change.LEFT_OUT,
    )


def _turned(theirs: Ruling | None, ours: Ruling | None, other_release: Pair | None) -> tuple[Change, str]:
    """How a verdict moved, and why that is said of it."""
    if theirs is None or ours is None:
        return _asked_of_one_only(theirs, ours)
    if theirs.verdict not in DECIDED:
        return Change.LEFT_OUT, f"the baseline has it {theirs.verdict.value}, now {ours.verdict.value}"
    if ours.verdict == theirs.verdict:
        return Change.EQUIVALENT, f"still {ours.verdict.value}"
    turn = f"{theirs.verdict.value}, now {ours.verdict.value}"
    if ours.verdict in DECIDED:
        return (Change.IMPROVED if ours.as_expected else Change.REGRESSED), turn
    return _undecided_now(ours.verdict, turn, other_release)


def _asked_of_one_only(theirs: Ruling | None, ours: Ruling | None) -> tuple[Change, str]:
    """A verdict that one side does not have: missing there, unless the claim does not even apply where it was asked."""
    where, ruling = ("baseline", ours) if theirs is None else ("head", theirs)
    assert ruling is not None
    if ruling.verdict == Outcome.NOT_APPLICABLE:
        return Change.LEFT_OUT, f"{ruling.verdict.value}, and the {where} was not asked"
    return Change.MISSING, f"the {where} was not asked; measure both with the same plan"


def _undecided_now(verdict: Outcome, turn: str, other_release: Pair | None) -> tuple[Change, str]:
    """How a verdict moved that the baseline decided and the head does not."""
    if verdict == Outcome.VOID:
        return Change.VOID, turn
    if verdict == Outcome.NOT_APPLICABLE and other_release is not None:
        return Change.LEFT_OUT, f"{turn}: {other_release.head} has nothing that it is about"
    return Change.INCONCLUSIVE, f"{turn}; measure more, or on a quieter host"


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
        ratio = shown_ratio(here - there)
        yield Finding(f"{comparison.label}@{case.target}", TIME, Change.LEFT_OUT, ratio, margin, why, decides=False)


def _walls(tables: Tables, item: str) -> Location | None:
    return locate(np.log(tables.of(item)["wall_s"].to_numpy(dtype=float)).tolist())


def _not_alike(baseline: StoredRun, head: StoredRun, pairs: list[Pair]) -> str | None:
    """Why times of the two mean different things; None where hosts and interpreters agree."""
    if baseline.tables is None or head.tables is None:
        return "a portable baseline has none"
    there, here = baseline.tables.run, head.tables.run
    hosts = _differing(of_host(there.host), of_host(here.host))
    builds = _differing(_builds(there, pairs, "baseline"), _builds(here, pairs, "head"))
    reasons = []
    if hosts:
        reasons.append(f"the hosts differ in {', '.join(hosts)}")
    if builds:
        reasons.append(f"the interpreters differ in {', '.join(builds)}")
    return "; ".join(reasons) or None


def _differing(there: dict[str, str], here: dict[str, str]) -> list[str]:
    """``kernel (Linux 6 and Linux 7)`` for each fact that is not the same; both have the same facts."""
    return [f"{name} ({there[name]} and {here[name]})" for name in there if there[name] != here[name]]


def _builds(run: Run, pairs: list[Pair], side: Literal["baseline", "head"]) -> dict[str, str]:
    """The builds of the interpreters that are compared, by their names in the head."""
    targets = {target.id: target for target in run.targets}
    by_name = {interpreter.name: of_build(targets[id]) for id, interpreter in interpreters_of(run.targets).items()}
    return {pair.head.name: by_name[getattr(pair, side).name] for pair in pairs}
