"""Verdicts on a run: corrects the p-values of all claims over the family, and checks the guards.

A claim is decided where its Holm-adjusted p-value is at most ALPHA and every guard holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from gilbench.analysis import family
from gilbench.claims import aa_controls, reasons
from gilbench.claims.asking import ClaimOnTarget, ask_run
from gilbench.claims.claim import Guard, NotApplicable, Question
from gilbench.claims.rules import Test
from gilbench.model import Bound, Estimate, Evidence, Outcome, PlannedItem, Run, Verdict
from gilbench.results.tables import Tables

ALPHA = 0.01  # family-wise, over every claim, both directions and every interim analysis
GUARD_CONFIDENCE = 0.95  # of the interval in which a guard must lie on its good side


class RunClaims:
    """The claims that a run covers: asked once, judged as often as there is more data.

    The questions are put when they are first needed.

    Args:
        run: The run, with its targets, host and plan.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._most_looks = max((len(planned.effort.looks) for planned in run.plan), default=1)

    @cached_property
    def entries(self) -> tuple[ClaimOnTarget, ...]:
        """Every claim on every target, with its question."""
        return tuple(ask_run(self._run))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the claims that apply."""
        questions = (entry.question for entry in self.entries)
        return tuple(question for question in questions if isinstance(question, Question))

    def judge(self, tables: Tables) -> list[Verdict]:
        """A verdict for every claim on each of its targets, from the data so far."""
        adjusted = iter(_adjusted(self.questions, tables))
        alpha = _strictest_alpha(len(self.questions), self._most_looks)
        broken = aa_controls.broken_controls(tables, ALPHA)
        verdicts = []
        for entry in self.entries:
            if isinstance(entry.question, NotApplicable):
                verdicts.append(_verdict(entry, Outcome.NOT_APPLICABLE, entry.question.reason))
                continue
            outcome, reason = _decide(entry.question, next(adjusted), alpha, tables)
            if why_void := aa_controls.void_reason(entry.question.items, broken, tables):
                outcome, reason = Outcome.VOID, why_void
            effect = entry.question.effect.estimate(tables)
            evidence = _evidence(entry.question, tables)
            bounds = entry.question.bounds
            verdicts.append(_verdict(entry, outcome, reason, effect, evidence, bounds))
        return verdicts

    def settled(self, planned: PlannedItem, tables: Tables) -> bool:
        """Whether an item is measured enough: its tests are certain, and its guards hold.

        The level is the strictest that Holm's correction can require, so later p-values cannot
        undo it.
        """
        alpha = _strictest_alpha(len(self.questions), len(planned.effort.looks))
        item = planned.item.id
        return all(_settled_by(question, item, alpha, tables) for question in self.questions)


def judge_claims(tables: Tables) -> list[Verdict]:
    """A verdict for every claim that a run covers, on each of its targets."""
    return RunClaims(tables.run).judge(tables)


def _settled_by(question: Question, item: str, alpha: float, tables: Tables) -> bool:
    """Whether the tests of one question that concern an item are settled, and its guards hold."""
    for rule in (question.proved, question.refuted):
        for test in rule.tests():
            measured = _concerns(test, item) and test.p_value(tables) is not None
            if measured and not test.settled(tables, alpha / rule.alternatives):
                return False
    for guard in question.guards:
        required = not guard.for_refuting and _concerns(guard.test, item)
        if required and not _holds(guard, tables):
            return False
    return True


def _concerns(test: Test, item: str) -> bool:
    return any(needed.id == item for needed in test.quantity.items)


def _strictest_alpha(questions: int, looks: int) -> float:
    """The level that Holm's correction and the interim analyses require of the smallest p-value."""
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
    evidence = []
    for quantity in question.quantities:
        estimate = quantity.estimate(tables)
        if estimate is not None:
            item = quantity.items[0].id
            evidence.append(Evidence(quantity.name, estimate, item, quantity.basis(tables)))
    return tuple(evidence)


def _verdict(
    entry: ClaimOnTarget,
    outcome: Outcome,
    reason: str,
    effect: Estimate | None = None,
    evidence: tuple[Evidence, ...] = (),
    bounds: tuple[Bound, ...] = (),
) -> Verdict:
    return Verdict(
        id=entry.claim.id,
        statement=entry.claim.statement,
        target=entry.setting.target.id,
        verdict=outcome,
        estimate=effect,
        expected=entry.claim.expected(entry.setting),
        reason=reason,
        evidence=evidence,
        explanation=entry.claim.explanation,
        source=entry.claim.source,
        figure=entry.claim.figure,
        bounds=bounds,
    )


def _decide(
    question: Question,
    p_values: tuple[float, float],
    alpha: float,
    tables: Tables,
) -> tuple[Outcome, str]:
    """The outcome and its reason, from the adjusted p-values of (proved, refuted)."""
    failed = [guard for guard in question.guards if _was_measured(guard, tables)]
    failed = [guard for guard in failed if not _holds(guard, tables)]
    for guard in failed:
        if not guard.for_refuting:
            return Outcome.INCONCLUSIVE, reasons.guard_failed(guard, tables)
    guarded = [guard.test.quantity for guard in question.guards]
    for quantity in (*guarded, *question.tested):
        if quantity.locate(tables) is None:
            return Outcome.INCONCLUSIVE, reasons.missing(quantity, tables)
    p_proved, p_refuted = p_values
    if p_proved <= ALPHA:
        return Outcome.PROVED, reasons.decided_by(question.proved, tables)
    if p_refuted <= ALPHA:
        if failed:
            return Outcome.INCONCLUSIVE, reasons.guard_failed(failed[0], tables)
        return Outcome.REFUTED, reasons.decided_by(question.refuted, tables)
    return Outcome.INCONCLUSIVE, reasons.undecided(question, alpha, tables)


def _was_measured(guard: Guard, tables: Tables) -> bool:
    return guard.test.quantity.locate(tables) is not None


def _holds(guard: Guard, tables: Tables) -> bool:
    """Whether the interval of the guarded quantity lies entirely on the good side."""
    estimate = guard.test.quantity.estimate(tables, GUARD_CONFIDENCE)
    if estimate is None:
        return False
    if guard.test.above:
        return estimate.lo > guard.test.bound
    return estimate.hi < guard.test.bound
