"""Compares the verdicts of two stored runs."""

from __future__ import annotations

import re

from gilbench.check.decision import Change
from gilbench.check.findings import Finding
from gilbench.check.portable import Ruling
from gilbench.check.stored_run import Sides
from gilbench.check.versions import InterpreterPair
from gilbench.model import Outcome
from gilbench.plan.profiles import PROFILES

VERDICT = "verdict"
NUMBERED = re.compile(r"([A-Z])([0-9]{1,6})", re.ASCII)  # the id of a claim of the ledger


def compare_rulings(sides: Sides) -> list[Finding]:
    """Compare every verdict of both sides.

    One that turned decides something; one that the baseline left open does not.
    """
    ours = {ruling.key: ruling for ruling in sides.head.rulings}
    theirs = {ruling.key: ruling for ruling in sides.baseline.rulings}
    newer = _newer_claims(theirs, ours)
    findings = []
    for key in {**theirs, **ours}:
        if key in newer:
            why = "the claim is newer than the baseline, which has all older ones"
            findings.append(ruling_finding(key, Change.LEFT_OUT, why))
            continue
        change, reason = _turned(theirs.get(key), ours.get(key), sides.other_release(key[0]))
        findings.append(ruling_finding(key, change, reason))
    return findings


def _newer_claims(
    theirs: dict[tuple[str, str], Ruling], ours: dict[tuple[str, str], Ruling]
) -> set[tuple[str, str]]:
    """The verdicts of the head on claims that the ledger of the baseline did not have yet.

    Ids are given in order and never reused, so that a claim is newer if its number is higher than
    any of its letter in the baseline. None is newer if the baseline lacks an older claim too: then
    it was narrowed, and the plans differ. Claims of other packages have names, and no numbers.
    """
    highest: dict[tuple[str, str], int] = {}  # number of a claim, by target and letter
    for target, claim in theirs:
        if numbered := NUMBERED.fullmatch(claim):
            letter, number = numbered.groups()
            highest[target, letter] = max(int(number), highest.get((target, letter), 0))
    targets = {target for target, _ in theirs}
    for target in targets:
        if any((target, claim) not in theirs for claim in PROFILES["glance"].claims):
            return set()
    newer = set()
    for target, claim in ours:
        numbered = NUMBERED.fullmatch(claim)
        if numbered is None or (target, claim) in theirs or target not in targets:
            continue
        letter, number = numbered.groups()
        if int(number) <= highest.get((target, letter), 0):
            return set()
        newer.add((target, claim))
    return newer


def ruling_finding(key: tuple[str, str], change: Change, reason: str) -> Finding:
    """What is found of one verdict.

    Args:
        key: Its target and the id of its claim.
        change: How the verdict moved.
        reason: Why that is said of it.
    """
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


def _turned(
    theirs: Ruling | None, ours: Ruling | None, other_release: InterpreterPair | None
) -> tuple[Change, str]:
    """How a verdict moved, and why that is said of it."""
    if theirs is None or ours is None:
        return _asked_of_one_only(theirs, ours)
    if not theirs.verdict.is_decided:
        return (
            Change.LEFT_OUT,
            f"the baseline has it {theirs.verdict.value}, now {ours.verdict.value}",
        )
    if ours.verdict == theirs.verdict:
        return Change.EQUIVALENT, f"still {ours.verdict.value}"
    turn = f"{theirs.verdict.value}, now {ours.verdict.value}"
    if ours.verdict.is_decided and ours.as_expected:
        return Change.IMPROVED, turn
    if ours.verdict.is_decided:
        return Change.REGRESSED, turn
    return _undecided_now(ours.verdict, turn, other_release)


def _asked_of_one_only(theirs: Ruling | None, ours: Ruling | None) -> tuple[Change, str]:
    """A verdict that one side does not have.

    It is missing there, unless the claim does not even apply where it was asked.
    """
    where, ruling = ("baseline", ours) if theirs is None else ("head", theirs)
    assert ruling is not None
    if ruling.verdict == Outcome.NOT_APPLICABLE:
        return Change.LEFT_OUT, f"{ruling.verdict.value}, and the {where} was not asked"
    return Change.MISSING, f"the {where} was not asked; measure both with the same plan"


def _undecided_now(
    verdict: Outcome, turn: str, other_release: InterpreterPair | None
) -> tuple[Change, str]:
    """How a verdict moved that the baseline decided and the head does not."""
    if verdict == Outcome.VOID:
        return Change.VOID, turn
    if verdict == Outcome.NOT_APPLICABLE and other_release is not None:
        return Change.LEFT_OUT, f"{turn}: {other_release.head} has nothing that it is about"
    return Change.INCONCLUSIVE, f"{turn}; measure more, or on a quieter host"
