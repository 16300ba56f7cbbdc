"""Why a verdict is what it is, in words: what decided it, or what would."""

from __future__ import annotations

import math
from collections.abc import Iterable

from gilbench.claims.claim import Guard, Question
from gilbench.claims.outlook import outlook
from gilbench.claims.quantities import Quantity
from gilbench.claims.rules import Rule
from gilbench.model import UNFINISHED, Experiment
from gilbench.results.tables import Tables


def decided_by(rule: Rule, level: float, tables: Tables) -> str:
    """The tests that carry a decision, each once, with the limits that decide.

    Args:
        rule: The rule that holds.
        level: Its one-sided level.
        tables: The data of the run.
    """
    level /= rule.alternatives
    return "; ".join(dict.fromkeys(test.in_words(tables, level) for test in rule.carrying(tables)))


def missing(quantity: Quantity, tables: Tables) -> str:
    """Why a quantity has no value.

    One of its items failed, or was measured under other conditions or in too few launches.
    """
    items = {item.id for item in quantity.items}
    for failure in tables.failures:
        if failure.item in items:
            return f"{failure.item} could not be measured: {failure.message}"
    for item in quantity.items:
        if isinstance(item, Experiment) and tables.was_asked_otherwise(item):
            return f"the run measured {item.id} under other conditions: measure again"
    return f"{quantity.name} was not measured in two launches or more; {UNFINISHED}"


def guard_failed(guard: Guard, claim: str, level: float, tables: Tables) -> str:
    """The host was not fit: what a guard measured, and what to do.

    Fix the host, or measure more where the estimate is on the good side and its interval too wide.

    Args:
        guard: The condition on the host that does not hold.
        claim: The claim's id, for the command that measures more.
        level: One-sided, at which the guard must hold.
        tables: The data of the run.
    """
    estimate = guard.test.quantity.estimate(tables)
    remedy = guard.remedy
    if estimate is not None and (estimate.center > guard.test.bound) == guard.test.above:
        remedy = f"too uncertain to rely on; more launches would narrow it: {_longer_run(claim)}"
    return f"{guard.test.in_words(tables, level)}; {remedy}"


def undecided(question: Question, claim: str, level: float, tables: Tables) -> str:
    """Why the data decide nothing on a fit host, and what would.

    Either the truth certainly lies between the bounds, or more launches would decide, or it lies so
    near a bound that no reasonable number of them would.

    Args:
        question: The claim on its target.
        claim: The claim's id, for the command that would decide it.
        level: One-sided, of each rule.
        tables: The data of the run.
    """
    rules = (question.proved, question.refuted)
    if question.lies_between(tables, level):
        seen = _tests(rules, level, tables)
        return f"certainly between the bounds: {seen}; only a narrower question could be decided"
    prospect = outlook(question, level, tables)
    if prospect is None:
        return _tests(rules, level, tables)
    rule = question.rule_of(prospect.leans)
    seen = f"leans to {prospect.leans}: {_open_tests(rule, level, tables)}"
    if prospect.launches is None or prospect.seconds is None:
        return f"{seen}; too near its bound: no reasonable number of launches would decide"
    return (
        f"{seen}; more time would decide, by the present spread {prospect.launches} more launches "
        f"({_duration(prospect.seconds)}): {_longer_run(claim)}"
    )


def _longer_run(claim: str) -> str:
    """The command that measures a claim more thoroughly than any other."""
    return f"gilbench run --claim {claim} --profile full"


def _open_tests(rule: Rule, level: float, tables: Tables) -> str:
    """The tests of a rule that are not certain enough, each once."""
    level /= rule.alternatives
    words = []
    for test in rule.tests():
        p_value = test.p_value(tables)
        if p_value is None or p_value > level:
            words.append(test.in_words(tables, level))
    return "; ".join(dict.fromkeys(words))


def _tests(rules: Iterable[Rule], level: float, tables: Tables) -> str:
    """Every test of some rules, each once."""
    words: list[str] = []
    for rule in rules:
        words.extend(test.in_words(tables, level / rule.alternatives) for test in rule.tests())
    return "; ".join(dict.fromkeys(words))


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(1, math.ceil(seconds))} s"
