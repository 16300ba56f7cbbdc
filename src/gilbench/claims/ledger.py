"""All claims, and their verdicts on a run: collects the p-values, corrects them over the family, and says why.

A claim is decided where its Holm-adjusted p-value is at most ALPHA and every guard holds.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import gilbench.claims
from gilbench.analysis import family
from gilbench.claims import controls
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity
from gilbench.claims.rules import Rule, Test
from gilbench.model import (
    UNFINISHED,
    Comparison,
    Estimate,
    Evidence,
    Experiment,
    Host,
    InputError,
    Outcome,
    Planned,
    Run,
    Target,
    Verdict,
)
from gilbench.results.tables import Tables

ALPHA = 0.01  # family-wise, over every claim, both directions and every look
GUARD_CONFIDENCE = 0.95  # of the interval in which a guard must lie on its good side


class LedgerError(Exception):
    """A claim's file is broken, or two claims bear the same id."""


@cache
def claims() -> tuple[Claim, ...]:
    """Every claim, from every module of this package that has ``CLAIMS``; in the order of their ids."""
    found: dict[str, Claim] = {}
    for info in pkgutil.iter_modules(gilbench.claims.__path__):
        module = importlib.import_module(f"gilbench.claims.{info.name}")
        for claim in getattr(module, "CLAIMS", ()):
            if claim.id in found:
                raise LedgerError(f"claim {claim.id} stands twice, the second time in {module.__name__}")
            found[claim.id] = claim
    return tuple(sorted(found.values(), key=lambda claim: (claim.id[0], int(claim.id[1:]))))


def find(ids: Iterable[str]) -> tuple[Claim, ...]:
    """The claims of these ids, in any case of letters; InputError for one that there is not."""
    known = {claim.id: claim for claim in claims()}
    for one in ids:
        if one.upper() not in known:
            raise InputError(f"no claim is called {one!r}; there are: {', '.join(known)}")
    return tuple(known[one.upper()] for one in ids)


@dataclass(frozen=True)
class Asked:
    """A claim put to a target of a run."""

    claim: Claim
    setting: Setting
    question: Question | NotApplicable


def ask(
    targets: Iterable[Target], host: Host, *, items: set[str] | None = None, only: Iterable[str] = ()
) -> list[Asked]:
    """Every claim, or ``only`` some, on every target; with ``items`` only those whose every item is among them."""
    asked = []
    targets = tuple(targets)
    for target in targets:
        setting = Setting(target, host, tuple(other for other in targets if other.id != target.id))
        for claim in find(only) or claims():
            question = _lacking(claim.question(setting), target)
            if items is None or isinstance(question, NotApplicable) or {i.id for i in question.items} <= items:
                asked.append(Asked(claim, setting, question))
    return asked


def _lacking(question: Question | NotApplicable, target: Target) -> Question | NotApplicable:
    """The question, unless the target cannot run what it takes to answer it."""
    if isinstance(question, NotApplicable):
        return question
    for item in question.items:
        reason = (
            target.probe(item.probe)["missing"]
            if isinstance(item, Experiment)
            else target.strategy(item.case.strategy)["missing"] or target.strategy(item.reference.strategy)["missing"]
        )
        if reason:
            return NotApplicable(str(reason))
    return question


def wanted(
    targets: Iterable[Target], host: Host, only: Iterable[str] = ()
) -> dict[str, tuple[Comparison | Experiment, tuple[str, ...]]]:
    """What the claims want measured: item id → item and the ids of the claims that ask for it."""
    found: dict[str, tuple[Comparison | Experiment, tuple[str, ...]]] = {}
    for asked in ask(targets, host, only=only):
        if isinstance(asked.question, Question):
            for item in asked.question.items:
                _, by = found.get(item.id, (item, ()))
                found[item.id] = (item, (*by, asked.claim.id))
    return found


def _asked_of(run: Run) -> list[Asked]:
    """The claims that a run covers; one narrowed to cases that no claim asks for covers none, not even those that would
    not apply."""
    asked = ask(run.targets, run.host, items={planned.item.id for planned in run.plan}, only=run.claims)
    none_asked = not any(isinstance(one.question, Question) for one in asked)
    return [] if run.plan and not run.claims and none_asked else asked


def judge(tables: Tables) -> list[Verdict]:
    """A verdict for every claim that the run's plan covers, on each of its targets."""
    asked = _asked_of(tables.run)
    questions = [one.question for one in asked if isinstance(one.question, Question)]
    adjusted = iter(_adjusted(questions, tables))
    alpha = _strictest_alpha(len(questions), _most_looks(tables.run))
    broken = controls.broken(tables, ALPHA)
    verdicts = []
    for one in asked:
        if isinstance(one.question, NotApplicable):
            verdicts.append(_verdict(one, Outcome.NOT_APPLICABLE, one.question.reason, None, ()))
        else:
            outcome, reason = _decide(one.question, next(adjusted), alpha, tables)
            if why := controls.voids(one.question.items, broken, tables):
                outcome, reason = Outcome.VOID, why
            effect = one.question.effect.estimate(tables)
            verdicts.append(_verdict(one, outcome, reason, effect, _evidence(one.question, tables)))
    return verdicts


def settled(planned: Planned, tables: Tables) -> bool:
    """Whether every claim that asked for an item knows, as far as this item goes, on which side of its bounds it lies,
    and that its guards hold.

    The level is the strictest that Holm's correction can ask for, so later p-values cannot undo it.
    """
    asked = _asked_of(tables.run)
    questions = [one.question for one in asked if isinstance(one.question, Question)]
    alpha = _strictest_alpha(len(questions), len(planned.effort.looks))
    return all(_settled_by(question, planned.item.id, alpha, tables) for question in questions)


def _settled_by(question: Question, item: str, alpha: float, tables: Tables) -> bool:
    """Whether the tests of one question that concern an item are settled, and its guards hold."""
    for rule in (question.proved, question.refuted):
        for test in rule.tests():
            measured = _concerns(test, item) and test.p_value(tables) is not None
            if measured and not test.settled(tables, alpha / rule.alternatives):
                return False
    guards = [guard for guard in question.guards if not guard.for_refuting and _concerns(guard.test, item)]
    return all(_holds(guard, tables) for guard in guards)


def _concerns(test: Test, item: str) -> bool:
    return any(of.id == item for of in test.quantity.items)


def _most_looks(run: Run) -> int:
    return max((len(planned.effort.looks) for planned in run.plan), default=1)


def _strictest_alpha(questions: int, looks: int) -> float:
    """The level that Holm's correction asks of the surest of all rules, each of which is asked at every look."""
    return ALPHA / (2 * max(1, questions) * looks)


def _adjusted(questions: Sequence[Question], tables: Tables) -> list[tuple[float, float]]:
    """Adjusted p-values of (proved, refuted) for each question; 1 where data are missing."""
    looks = {planned.item.id: len(planned.effort.looks) for planned in tables.run.plan}
    raw = []
    for question in questions:
        most_looks = max(looks.get(item.id, 1) for item in question.items)
        for rule in (question.proved, question.refuted):
            p_value = rule.p_value(tables)
            raw.append(1.0 if p_value is None else family.after_looks(p_value, most_looks))
    flat = family.holm(raw)
    return list(zip(flat[::2], flat[1::2], strict=True))


def _evidence(question: Question, tables: Tables) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(quantity.name, estimate, quantity.items[0].id)
        for quantity in question.quantities
        if (estimate := quantity.estimate(tables)) is not None
    )


def _verdict(
    asked: Asked, outcome: Outcome, reason: str, effect: Estimate | None, evidence: tuple[Evidence, ...]
) -> Verdict:
    return Verdict(
        id=asked.claim.id,
        statement=asked.claim.statement,
        target=asked.setting.target.id,
        verdict=outcome,
        estimate=effect,
        expected=asked.claim.expected(asked.setting),
        reason=reason,
        evidence=evidence,
        explanation=asked.claim.explanation,
        source=asked.claim.source,
        figure=asked.claim.figure,
    )


def _decide(question: Question, p_values: tuple[float, float], alpha: float, tables: Tables) -> tuple[Outcome, str]:
    seen = [guard for guard in question.guards if guard.test.quantity.locate(tables) is not None]
    broken = [guard for guard in seen if not _holds(guard, tables)]
    guarded = [guard.test.quantity for guard in question.guards]
    for_either = [guard for guard in broken if not guard.for_refuting]
    if for_either:
        return Outcome.INCONCLUSIVE, _guard_in_words(for_either[0], tables)
    missing = [quantity for quantity in (*guarded, *question.tested) if quantity.locate(tables) is None]
    if missing:
        return Outcome.INCONCLUSIVE, _why_missing(missing[0], tables)
    p_proved, p_refuted = p_values
    if p_proved <= ALPHA:
        return Outcome.PROVED, _in_words(question.proved, tables)
    if p_refuted <= ALPHA:
        if broken:
            return Outcome.INCONCLUSIVE, _guard_in_words(broken[0], tables)
        return Outcome.REFUTED, _in_words(question.refuted, tables)
    return Outcome.INCONCLUSIVE, _what_would_decide(question, alpha, tables)


def _holds(guard: Guard, tables: Tables) -> bool:
    """Whether the interval of the guarded quantity does not lie, not even in part, on the bad side."""
    estimate = guard.test.quantity.estimate(tables, GUARD_CONFIDENCE)
    if estimate is None:
        return False
    return estimate.lo > guard.test.bound if guard.test.above else estimate.hi < guard.test.bound


def _why_missing(quantity: Quantity, tables: Tables) -> str:
    items = {item.id for item in quantity.items}
    for failure in tables.failures:
        if failure.item in items:
            return f"{failure.item} could not be measured: {failure.message}"
    return f"{quantity.name} was not measured in two launches or more; {UNFINISHED}"


def _guard_in_words(guard: Guard, tables: Tables) -> str:
    """What a guard saw and what to do: mend the host, or measure more where only the interval is too wide."""
    estimate = guard.test.quantity.estimate(tables)
    good = estimate is not None and (estimate.center > guard.test.bound) == guard.test.above
    remedy = "too uncertain to rely on; more launches would tell (--profile full)" if good else guard.remedy
    return f"{guard.test.in_words(tables)}; {remedy}"


def _in_words(rule: Rule, tables: Tables) -> str:
    """The tests that carry a decision, each once."""
    return "; ".join(dict.fromkeys(test.in_words(tables) for test in rule.carrying(tables)))


def _what_would_decide(question: Question, alpha: float, tables: Tables) -> str:
    for rule in (question.proved, question.refuted):
        for test in rule.tests():
            if not test.settled(tables, alpha / rule.alternatives):
                return f"{test.in_words(tables)} is not certain enough; more launches would decide (--profile full)"
    return f"neither proved nor refuted: {_in_words(question.proved, tables)}"
