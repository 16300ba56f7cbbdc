"""How far a quantity certainly lies at the level that decides, which is stricter than 95 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Bound, Outcome, Verdict
from gilbench.summary import formatting

WHICH_RULE = {
    Outcome.PROVED: True,
    Outcome.REFUTED: False,
}  # of what is decided, whose limits count


@dataclass(frozen=True)
class DecidingLimits:
    """The limits of one quantity; None on a side that no rule tests.

    A claim is decided exactly where they lie within what proves it or refutes it.
    """

    lo: float | None
    hi: float | None

    def in_words(self, unit: str) -> str:
        """``certainly 0.95× to 1.12×``, or ``certainly > 5.60×`` where one side is tested."""
        lo, hi = (
            None if end is None else formatting.number(end, unit) for end in (self.lo, self.hi)
        )
        if lo is not None and hi is not None:
            return f"certainly {lo} to {hi}"
        return f"certainly > {lo}" if lo is not None else f"certainly < {hi}"


def deciding_limits(
    bounds: Sequence[Bound], outcome: Outcome = Outcome.INCONCLUSIVE
) -> DecidingLimits | None:
    """The limits on both sides of a quantity.

    Args:
        bounds: Those of the quantity, of both rules.
        outcome: Of the claim. Where it is decided the limits are those of the rule that decided;
            otherwise the wider ones, since the two rules may have different levels.

    Returns:
        None where no limit is known.
    """
    rule = WHICH_RULE.get(outcome)
    lower: list[float] = []
    upper: list[float] = []
    for bound in bounds:
        if bound.limit is not None and rule in (None, bound.proves):
            (lower if bound.above else upper).append(bound.limit)
    if not lower and not upper:
        return None
    return DecidingLimits(min(lower, default=None), max(upper, default=None))


def undecided_limits(verdict: Verdict) -> str:
    """What is certain of the effect that an undecided verdict shows, in words; else empty.

    Its 95 % interval may lie within the bounds, which would seem to contradict the verdict.
    """
    if verdict.verdict != Outcome.INCONCLUSIVE or verdict.estimate is None:
        return ""
    for piece in verdict.evidence:
        bounds = verdict.bounds_of(piece.quantity)
        if piece.estimate == verdict.estimate and bounds:
            limits = deciding_limits(bounds)
            words = limits.in_words(verdict.estimate.unit) if limits else ""
            return (
                f"{words}, but the host was not fit" if words and _would_decide(verdict) else words
            )
    return ""


def _would_decide(verdict: Verdict) -> bool:
    """Whether all that is certain would satisfy one of the rules: then a guard failed."""
    for proves in (True, False):
        of_rule = [bound for bound in verdict.bounds if bound.proves == proves]
        if of_rule and all(map(_is_passed, of_rule)):
            return True
    return False


def _is_passed(bound: Bound) -> bool:
    if bound.limit is None:
        return False
    return bound.limit > bound.value if bound.above else bound.limit < bound.value
