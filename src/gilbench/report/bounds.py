"""What each claim of a run asks of which quantity: the bounds that the verdict board draws beside the effects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gilbench.claims.asking import ask_claims
from gilbench.claims.claim import Question
from gilbench.claims.rules import Rule
from gilbench.model import Estimate, Verdict
from gilbench.results.tables import Tables


@dataclass(frozen=True)
class Bound:
    """To prove (or else refute) the claim, the quantity must lie above (or else below) ``at``."""

    at: float
    above: bool
    proves: bool


@dataclass(frozen=True)
class Tested:
    """One quantity on which a verdict rests, its interval, and the bounds it is held against."""

    verdict: Verdict
    quantity: str
    estimate: Estimate
    bounds: tuple[Bound, ...]


def tested(tables: Tables, verdicts: Iterable[Verdict]) -> list[Tested]:
    """Every quantity that a claim's rules test and that was measured, in the order of the verdicts."""
    asked = {
        (one.claim.id, one.setting.target.id): one.question
        for one in ask_claims(tables.run.targets, tables.run.host)
        if isinstance(one.question, Question)
    }
    return [
        row
        for verdict in verdicts
        if (question := asked.get((verdict.id, verdict.target))) is not None
        for row in _of_verdict(verdict, question)
    ]


def _of_verdict(verdict: Verdict, question: Question) -> list[Tested]:
    estimates = {one.quantity: one.estimate for one in verdict.evidence}
    bounds: dict[str, list[Bound]] = {}
    for rule, proves in ((question.proved, True), (question.refuted, False)):
        for name, bound in _bounds(rule, proves):
            bounds.setdefault(name, []).append(bound)
    return [
        Tested(verdict, name, estimates[name], tuple(dict.fromkeys(found)))
        for name, found in bounds.items()
        if name in estimates
    ]


def _bounds(rule: Rule, proves: bool) -> list[tuple[str, Bound]]:
    return [(test.quantity.name, Bound(test.bound, test.above, proves)) for test in rule.tests()]
