"""Why a verdict is what it is, in words: what decided it, or what would."""

from __future__ import annotations

from gilbench.claims.claim import Guard, Question
from gilbench.claims.quantities import Quantity
from gilbench.claims.rules import Rule
from gilbench.model import UNFINISHED
from gilbench.results.tables import Tables

WOULD_DECIDE = "more launches would decide (--profile full)"


def decided_by(rule: Rule, tables: Tables) -> str:
    """The tests that carry a decision, each once."""
    return "; ".join(dict.fromkeys(test.in_words(tables) for test in rule.carrying(tables)))


def missing(quantity: Quantity, tables: Tables) -> str:
    """Why a quantity has no value: a failure of one of its items, or too few launches."""
    items = {item.id for item in quantity.items}
    for failure in tables.failures:
        if failure.item in items:
            return f"{failure.item} could not be measured: {failure.message}"
    return f"{quantity.name} was not measured in two launches or more; {UNFINISHED}"


def guard_failed(guard: Guard, tables: Tables) -> str:
    """What a guard measured, and what to do.

    Fix the host, or measure more where the estimate is on the good side and its interval too wide.
    """
    estimate = guard.test.quantity.estimate(tables)
    remedy = guard.remedy
    if estimate is not None and (estimate.center > guard.test.bound) == guard.test.above:
        remedy = "too uncertain to rely on; more launches would narrow it (--profile full)"
    return f"{guard.test.in_words(tables)}; {remedy}"


def undecided(question: Question, alpha: float, tables: Tables) -> str:
    """The first test that is not certain enough at the level ``alpha``, and what would decide."""
    for rule in (question.proved, question.refuted):
        for test in rule.tests():
            if not test.settled(tables, alpha / rule.alternatives):
                return f"{test.in_words(tables)} is not certain enough; {WOULD_DECIDE}"
    return f"neither proved nor refuted: {decided_by(question.proved, tables)}"
