"""Puts claims to the targets of a run: the questions, and what must be measured to answer them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.registry import all_claims, find_claims
from gilbench.model import Comparison, Experiment, Host, Run, Target, UnknownName


@dataclass(frozen=True)
class ClaimOnTarget:
    """A claim put to one target of a run."""

    claim: Claim
    setting: Setting
    question: Question | NotApplicable


@dataclass(frozen=True)
class WantedItem:
    """Something that claims need measured.

    Attributes:
        item: What is measured.
        claims: Ids of the claims that need it.
    """

    item: Comparison | Experiment
    claims: tuple[str, ...]


def ask_claims(
    targets: Iterable[Target],
    host: Host,
    *,
    items: set[str] | None = None,
    only: Iterable[str] = (),
) -> list[ClaimOnTarget]:
    """Put claims to every target.

    Args:
        targets: The interpreters that are measured together.
        host: The machine that they are measured on.
        items: Ids of the items that are measured; a question that needs any other item is left out.
        only: Ids of the claims to ask; all of them if empty.

    Raises:
        InputError: There is no claim with one of the ids in ``only``.
    """
    targets = tuple(targets)
    claims = find_claims(only) or all_claims()
    claims_on_targets = []
    for target in targets:
        others = tuple(other for other in targets if other.id != target.id)
        setting = Setting(target, host, others)
        for claim in claims:
            question = _question(claim, setting)
            if items is None or _is_covered(question, items):
                claims_on_targets.append(ClaimOnTarget(claim, setting, question))
    return claims_on_targets


def ask_run(run: Run) -> list[ClaimOnTarget]:
    """The claims that a run covers, on each of its targets.

    A run narrowed to cases that no claim needs covers none, not even claims that do not apply.
    """
    planned_ids = {planned.item.id for planned in run.plan}
    claims_on_targets = ask_claims(run.targets, run.host, items=planned_ids, only=run.claims)
    if not run.plan or run.claims:
        return claims_on_targets
    if any(isinstance(entry.question, Question) for entry in claims_on_targets):
        return claims_on_targets
    return []


def wanted_items(
    targets: Iterable[Target], host: Host, only: Iterable[str] = (), *, to_decide: bool = False
) -> dict[str, WantedItem]:
    """What the claims need measured, by the id of the item.

    Args:
        targets: The interpreters that are measured together.
        host: The machine that they are measured on.
        only: Ids of the claims to ask; all of them if empty.
        to_decide: Whether to leave out what is only shown as further evidence.
    """
    wanted: dict[str, WantedItem] = {}
    for entry in ask_claims(targets, host, only=only):
        question = entry.question
        if isinstance(question, NotApplicable):
            continue
        for item in question.required_items if to_decide else question.items:
            earlier = wanted.get(item.id, WantedItem(item, ()))
            wanted[item.id] = WantedItem(item, (*earlier.claims, entry.claim.id))
    return wanted


def _is_covered(question: Question | NotApplicable, items: set[str]) -> bool:
    if isinstance(question, NotApplicable):
        return True
    return all(item.id in items for item in question.required_items)


def _question(claim: Claim, setting: Setting) -> Question | NotApplicable:
    """The claim's question in a setting, unless the target cannot run what it takes to answer it.

    A run of another version may describe a target that has none of what the claim is about.
    """
    try:
        question = claim.question(setting)
        if isinstance(question, Question) and (reason := _missing_on(setting.target, question)):
            return NotApplicable(reason)
    except UnknownName as error:
        name = error.args[0]
        reason = f"the gilbench that measured this run does not know {name!r}: measure again"
        return NotApplicable(reason)
    return question


def _missing_on(target: Target, question: Question) -> str | None:
    """Why the target cannot run an item of the question; None where it can run all of them."""
    for item in question.items:
        if isinstance(item, Experiment):
            reason = target.probe(item.probe).missing
        else:
            case, reference = item.case.strategy, item.reference.strategy
            reason = target.strategy(case).missing or target.strategy(reference).missing
        if reason:
            return reason
    return None
