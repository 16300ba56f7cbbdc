"""What further launches would do for a question that is not decided, by its present spread."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gilbench.claims.claim import PValues, Question
from gilbench.claims.margins import GUARD_LEVEL
from gilbench.claims.rules import Rule
from gilbench.model import Comparison, Experiment, Outcome
from gilbench.plan.profiles import CONTROLS_S, LAUNCH_START_S
from gilbench.results.tables import Tables

# Up to so many times the launches there are: what needs more lies too near its bound to be decided.
LARGEST_FACTOR = 16.0
STEP = 1.3  # from one number of further launches that is tried to the next


@dataclass(frozen=True)
class Outlook:
    """Where a question leans, and what it takes to decide it.

    Attributes:
        leans: PROVED or REFUTED, whichever has the smaller p-value.
        launches: Further launches of each of its items; None where even ``LARGEST_FACTOR`` times as
            many would not do.
        seconds: About how long these take; None likewise.
    """

    leans: Outcome
    launches: int | None
    seconds: float | None


def outlook(question: Question, level: float, tables: Tables) -> Outlook | None:
    """The outlook of a question whose rules are tested at a one-sided level; None without data.

    Args:
        question: What is undecided.
        level: One-sided level of each rule.
        tables: The data of the run.
    """
    p_proved = question.proved.p_value(tables)
    p_refuted = question.refuted.p_value(tables)
    if p_proved is None or p_refuted is None:
        return None
    leans = PValues(p_proved, p_refuted).leans
    rule = question.rule_of(leans)
    further = _further_launches(
        question, tables, lambda factor: _passes(rule, factor, level, tables)
    )
    if further is None:
        return Outlook(leans, None, None)
    return Outlook(leans, further, further * _launch_s(question.required_items, tables))


def launches_to_fitness(question: Question, leans: Outcome, tables: Tables) -> int | None:
    """How many further launches make every guard hold, by their present spread; 0 where all hold.

    None where no reasonable number does: a guard leans to failing, or is too near its bound.

    Args:
        question: What is undecided.
        leans: The outcome that the guards are needed for.
        tables: The data of the run.
    """
    tests = [guard.test for guard in question.guards_of(leans)]

    def all_hold(factor: float) -> bool:
        return all(_passes(test, factor, GUARD_LEVEL, tables) for test in tests)

    return 0 if all_hold(1.0) else _further_launches(question, tables, all_hold)


def _passes(rule: Rule, factor: float, level: float, tables: Tables) -> bool:
    """Whether ``factor`` times as many launches can be expected to be enough for a rule."""
    p_value = rule.expected_p_value(tables, factor)
    return p_value is not None and p_value <= level


def _further_launches(
    question: Question, tables: Tables, is_enough: Callable[[float], bool]
) -> int | None:
    """The fewest further launches that are enough; None if no reasonable number is."""
    launches = min(tables.launches_of(item) for item in question.required_items)
    further = 1
    while further <= launches * (LARGEST_FACTOR - 1):
        if is_enough(1 + further / launches):
            return further
        further = math.ceil(further * STEP)
    return None


def _launch_s(items: Iterable[Comparison | Experiment], tables: Tables) -> float:
    """About how long one launch of each item takes, with its start and its controls, in seconds."""
    total_s = 0.0
    for item in items:
        total_s += LAUNCH_START_S + tables.launch_s(item)
        if isinstance(item, Comparison) and item.ceiling:
            total_s += CONTROLS_S
    return total_s
