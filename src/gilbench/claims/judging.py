"""Verdicts on a run: tests every claim at its level in Holm's procedure, and checks the guards.

A claim is decided for the direction with the smaller p-value, where the two-sided p-value is at
most that level (docs/decisions/0003), and every guard holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gilbench.analysis import family
from gilbench.claims import aa_controls, reasons
from gilbench.claims.claim import Guard, NotApplicable, Question
from gilbench.claims.margins import ALPHA, GUARD_LEVEL
from gilbench.claims.questions import ClaimOnTarget, ask_run
from gilbench.claims.rules import ground_of, p_value_or_1
from gilbench.model import Bound, Evidence, Ground, Outcome, Run, Verdict
from gilbench.results.tables import Tables


@dataclass(frozen=True)
class Standing:
    """How a question stands with the data so far.

    Attributes:
        entry: The claim on its target.
        question: Its question.
        outcome: What the data say so far.
        reason: Why, in words.
        level: One-sided significance level of each of its rules, with everything paid for: the
            other claims, both directions and the interim analyses.
        p_value: Two-sided, times the number of interim analyses; its place in Holm's procedure.
    """

    entry: ClaimOnTarget
    question: Question
    outcome: Outcome
    reason: str
    level: float
    p_value: float

    @property
    def is_decided(self) -> bool:
        """Whether there is an answer."""
        return self.outcome in (Outcome.PROVED, Outcome.REFUTED)

    def at(self, level: float) -> Standing:
        """The same standing with the level of its next analysis, if it is undecided.

        The level rises as other claims are decided; what it takes to decide this one falls.
        """
        return self if self.is_decided else replace(self, level=level)

    def waits_for_the_host(self, tables: Tables) -> bool:
        """Whether a guard stands in the way.

        It certainly fails, or the data would decide if it held and it leans to failing. More data
        cannot be expected to help while the host is as it is.
        """
        if self.outcome != Outcome.INCONCLUSIVE:
            return False
        p_values = self.question.p_values(tables)
        is_clear = p_values.smaller <= self.level
        for guard in self.question.guards_of(p_values.leans):
            if guard.test.certainly_fails(tables, GUARD_LEVEL):
                return True
            if is_clear and p_value_or_1(guard.test, tables) >= 0.5:
                return True
        return False

    def lies_between(self, tables: Tables) -> bool:
        """Whether it is certain that the claim is neither proved nor refuted by its bounds."""
        return self.question.lies_between(tables, self.level)


class RunClaims:
    """The claims that a run covers: asked once, judged as often as there is more data.

    The questions are put when they are first needed.

    Args:
        run: The run, with its targets, host and plan.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._looks = {planned.item.id: len(planned.effort.looks) for planned in run.plan}

    @cached_property
    def entries(self) -> tuple[ClaimOnTarget, ...]:
        """Every claim on every target, with its question."""
        return tuple(ask_run(self._run))

    @cached_property
    def questions(self) -> tuple[tuple[ClaimOnTarget, Question], ...]:
        """The claims that apply, each with its question."""
        applicable = []
        for entry in self.entries:
            if isinstance(entry.question, Question):
                applicable.append((entry, entry.question))
        return tuple(applicable)

    def standings(
        self, tables: Tables, keeping: Mapping[int, Standing] | None = None
    ) -> list[Standing]:
        """How every question stands with the data so far.

        Args:
            tables: The data of the run.
            keeping: Standings of questions, by their index in ``questions``, that are not analysed
                now: they stay as they are, and so does their place in Holm's procedure. The level
                of an undecided one is that of its next analysis.
        """
        kept = keeping or {}
        p_values = []
        for index, (_, question) in enumerate(self.questions):
            p_values.append(
                kept[index].p_value if index in kept else self._p_value(question, tables)
            )
        levels = family.step_down_levels(p_values, ALPHA)
        broken = aa_controls.broken_controls(tables, ALPHA)
        standings = []
        for index, (entry, question) in enumerate(self.questions):
            level = levels[index] / 2 / self._looks_of(question)
            if index in kept:
                standings.append(kept[index].at(level))
                continue
            outcome, reason = _decide(question, entry.claim.id, level, tables)
            why_void = aa_controls.void_reason(question.items, broken, tables)
            if why_void:
                outcome, reason = Outcome.VOID, why_void
            standings.append(Standing(entry, question, outcome, reason, level, p_values[index]))
        return standings

    def _p_value(self, question: Question, tables: Tables) -> float:
        """Two-sided, times the number of interim analyses."""
        p_values = question.p_values(tables)
        either = family.either_direction(p_values.proved, p_values.refuted)
        return family.after_looks(either, self._looks_of(question))

    def _looks_of(self, question: Question) -> int:
        """How often the question may be analysed: as often as any of its items."""
        return max(self._looks.get(item.id, 1) for item in question.items)

    def judge(self, tables: Tables, standings: Sequence[Standing] | None = None) -> list[Verdict]:
        """A verdict for every claim on each of its targets.

        Args:
            tables: The data of the run.
            standings: How every question stood when it was last analysed; analysed now if left out.
        """
        if standings is None:
            standings = self.standings(tables)
        standing = iter(standings)
        verdicts = []
        for entry in self.entries:
            if isinstance(entry.question, NotApplicable):
                verdicts.append(_not_applicable(entry, entry.question.reason))
            else:
                verdicts.append(_measured(next(standing), tables))
        return verdicts


def judge_claims(tables: Tables) -> list[Verdict]:
    """A verdict for every claim that a run covers, on each of its targets."""
    return RunClaims(tables.run).judge(tables)


def _evidence(question: Question, tables: Tables) -> tuple[Evidence, ...]:
    evidence = []
    for quantity in question.quantities:
        estimate = quantity.estimate(tables)
        if estimate is not None:
            item = quantity.items[0].id
            evidence.append(Evidence(quantity.name, estimate, item, quantity.basis(tables)))
    return tuple(evidence)


def _not_applicable(entry: ClaimOnTarget, reason: str) -> Verdict:
    return _verdict(entry, Outcome.NOT_APPLICABLE, reason, estimate=None, evidence=())


def _measured(standing: Standing, tables: Tables) -> Verdict:
    return _verdict(
        standing.entry,
        standing.outcome,
        standing.reason,
        estimate=standing.question.effect.estimate(tables),
        evidence=_evidence(standing.question, tables),
        bounds=_bounds(standing, tables),
        ground=_ground(standing, tables),
    )


def _verdict(entry: ClaimOnTarget, outcome: Outcome, reason: str, **measured: Any) -> Verdict:
    claim = entry.claim
    return Verdict(
        id=claim.id,
        statement=claim.statement,
        target=entry.setting.target.id,
        verdict=outcome,
        expected=claim.expected(entry.setting),
        reason=reason,
        explanation=claim.explanation,
        source=claim.source,
        figure=claim.figure,
        **measured,
    )


def _ground(standing: Standing, tables: Tables) -> Ground | None:
    """What the decision rests on; None where there is none."""
    if not standing.is_decided:
        return None
    return ground_of(standing.question.rule_of(standing.outcome), tables)


def _bounds(standing: Standing, tables: Tables) -> tuple[Bound, ...]:
    """The bounds that prove, then those that refute, each once, with the limits that decide."""
    question = standing.question
    bounds = []
    for rule, proves in ((question.proved, True), (question.refuted, False)):
        for test in rule.tests():
            limit = test.limit(tables, standing.level / rule.alternatives)
            bounds.append(test.as_bound(proves=proves, limit=limit))
    return tuple(dict.fromkeys(bounds))


def _decide(question: Question, claim: str, level: float, tables: Tables) -> tuple[Outcome, str]:
    """The outcome of a claim's question at a one-sided level of each rule, and its reason."""
    p_values = question.p_values(tables)
    leans = p_values.leans
    is_clear = p_values.smaller <= level and _is_guarded(question, leans, tables)
    guard = _in_the_way(question, leans, is_clear, tables)
    if guard is not None:
        return Outcome.INCONCLUSIVE, reasons.guard_failed(guard, claim, GUARD_LEVEL, tables)
    if is_clear:
        return leans, reasons.decided_by(question.rule_of(leans), level, tables)
    guarded = [guard.test.quantity for guard in question.guards_of(leans)]
    for quantity in (*guarded, *question.tested):
        if quantity.locate(tables) is None:
            return Outcome.INCONCLUSIVE, reasons.missing(quantity, tables)
    return Outcome.INCONCLUSIVE, reasons.undecided(question, claim, level, tables)


def _in_the_way(question: Question, leans: Outcome, is_clear: bool, tables: Tables) -> Guard | None:
    """The guard that keeps a question open: one of both outcomes, or else of what it leans to.

    The latter does so where the data would decide, or where it certainly fails.
    """
    failing = _failing_guards(question, tables)
    for guard in failing:
        if guard.only_for is None:
            return guard
    for guard in failing:
        if guard.only_for == leans and (
            is_clear or guard.test.certainly_fails(tables, GUARD_LEVEL)
        ):
            return guard
    return None


def _failing_guards(question: Question, tables: Tables) -> list[Guard]:
    """The guards that were measured and do not hold."""
    failing = []
    for guard in question.guards:
        if _was_measured(guard, tables) and not _holds(guard, tables):
            failing.append(guard)
    return failing


def _is_guarded(question: Question, outcome: Outcome, tables: Tables) -> bool:
    """Whether the guards of every item that a decision rests on were measured.

    Of several alternatives one is enough, and those of the others may not have been measured.
    """
    decisive: set[str] = set()
    for test in question.rule_of(outcome).carrying(tables):
        decisive.update(item.id for item in test.quantity.items)
    for guard in question.guards_of(outcome):
        guarded = {item.id for item in guard.test.quantity.items}
        if guarded & decisive and not _was_measured(guard, tables):
            return False
    return True


def _was_measured(guard: Guard, tables: Tables) -> bool:
    return guard.test.quantity.locate(tables) is not None


def _holds(guard: Guard, tables: Tables) -> bool:
    """Whether the interval of the guarded quantity lies entirely on the good side."""
    limit = guard.test.limit(tables, GUARD_LEVEL)
    if limit is None:
        return False
    return limit > guard.test.bound if guard.test.above else limit < guard.test.bound
