"""The rule by which a case is slower than its baseline, is not, or stays undecided.

Policy: two bounds. A slowdown of the ``margin`` must be found. One of up to a third of the margin
is tolerated and must never be called a regression. Between the two either answer is right, and with
enough data the answer is "within the margin". A case that looks slower is flagged and measured
again; the family-wise error is controlled on that second, independent sample. See
docs/decisions/0012.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gilbench.analysis.family import after_looks, holm
from gilbench.analysis.location import Location

# Error rates, each over all interim analyses (looks) of a sample but the third.
FAMILY_ALPHA = 0.01  # of a false regression, over all suspected cases of a check
PASS_ALPHA = 0.01  # of passing a case that is slower by the margin, per case and sample
SUSPECT_ALPHA = 0.05  # of suspecting a case, per look: a mistake costs a second sample
TOLERATED = 1 / 3  # of the margin


class Change(StrEnum):
    """The result for a case. A check passes only if every case has one of ``PASSING``."""

    EQUIVALENT = "equivalent"  # within the margin, either way
    IMPROVED = "improved"
    NO_WORSE = "no worse"  # not slower by the margin; whether it is faster is open
    REGRESSED = "regressed"
    CHANGED = "changed"  # a portable ratio of which neither direction is better
    INCONCLUSIVE = "inconclusive"
    VOID = "void"  # a control failed
    FAILED = "failed"  # could not be measured
    MISSING = "missing"  # on one of the two sides
    LEFT_OUT = "left out"  # cannot be compared between these two sides


PASSING = (Change.EQUIVALENT, Change.IMPROVED, Change.NO_WORSE, Change.LEFT_OUT)


@dataclass(frozen=True)
class Bounds:
    """The bounds of one case, as natural logarithms of head time over baseline time."""

    margin: float

    @classmethod
    def of(cls, margin: float) -> Bounds:
        """From a margin such as 0.05: 5 %."""
        return cls(math.log1p(margin))

    @property
    def tolerated(self) -> float:
        """The slowdown up to which a case is never called a regression."""
        return TOLERATED * self.margin


def passes(slowdown: Location, bounds: Bounds, looks: int) -> bool:
    """Whether a case is certainly not slower by its margin.

    Args:
        slowdown: The natural logarithm of head time over baseline time.
        bounds: The bounds of the case.
        looks: How many interim analyses the sample may have.
    """
    return after_looks(slowdown.p_below(bounds.margin), looks) <= PASS_ALPHA


def most_slowdown(slowdown: Location, looks: int) -> float:
    """The logarithm of the slowdown that a case certainly does not exceed, where it would pass.

    Args:
        slowdown: The natural logarithm of head time over baseline time.
        looks: How many interim analyses the sample may have.
    """
    return slowdown.limit(PASS_ALPHA / looks, lower=False)


def how_it_passes(slowdown: Location, bounds: Bounds, looks: int, cases: int) -> Change:
    """Classify a case that passes; an improvement must be significant over all ``cases``.

    Args:
        slowdown: The natural logarithm of head time over baseline time.
        bounds: The bounds of the case.
        looks: How many interim analyses the sample may have.
        cases: How many cases the check has.
    """
    if after_looks(slowdown.p_below(-bounds.tolerated), looks * cases) <= FAMILY_ALPHA:
        return Change.IMPROVED
    if after_looks(slowdown.p_above(-bounds.margin), looks) <= PASS_ALPHA:
        return Change.EQUIVALENT
    return Change.NO_WORSE


def classify_sample(
    location: Location, bounds: Bounds, looks: int, cases: int, *, is_confirmed: bool = False
) -> Change:
    """Classify a sample.

    Passing is tested first: a slowdown below the margin passes once there are enough data.

    Args:
        location: The natural logarithm of head time over baseline time.
        bounds: The bounds of the case.
        looks: How many interim analyses the sample may have.
        cases: How many cases the check has.
        is_confirmed: Whether this is a second sample that confirms the suspicion of the first.
    """
    if passes(location, bounds, looks):
        return how_it_passes(location, bounds, looks, cases)
    if is_confirmed:
        return Change.REGRESSED
    return Change.INCONCLUSIVE


def suspect(slowdown: Location, bounds: Bounds, looks: int) -> bool:
    """Whether the first sample of a case looks slow enough to measure it again.

    Args:
        slowdown: The natural logarithm of head time over baseline time.
        bounds: The bounds of the case.
        looks: How many interim analyses the sample may have.
    """
    return (
        not passes(slowdown, bounds, looks) and slowdown.p_above(bounds.tolerated) <= SUSPECT_ALPHA
    )


def first_is_enough(slowdown: Location, bounds: Bounds, looks: int, cases: int) -> bool:
    """Whether a first sample needs no more launches.

    It is flagged, or it passes and is classified.

    Args:
        slowdown: The natural logarithm of head time over baseline time.
        bounds: The bounds of the case.
        looks: How many interim analyses the sample may have.
        cases: How many cases the check has.
    """
    if passes(slowdown, bounds, looks):
        return how_it_passes(slowdown, bounds, looks, cases) != Change.NO_WORSE
    return suspect(slowdown, bounds, looks)


def second_is_enough(again: Location, bounds: Bounds, looks: int, suspects: int) -> bool:
    """Whether a second sample needs no more launches, whatever those of other suspects show.

    Args:
        again: The natural logarithm of head time over baseline time in the second sample.
        bounds: The bounds of the case.
        looks: How many interim analyses the second sample may have.
        suspects: How many cases are measured a second time.
    """
    return passes(again, bounds, looks) or confirmed_alone(again, bounds, looks, suspects)


def confirmed(again: Sequence[Location | None], bounds: Sequence[Bounds], looks: int) -> list[bool]:
    """Which suspected cases their second samples confirm, corrected over all of them by Holm.

    Args:
        again: The second sample of each suspected case; None where it could not be measured.
        bounds: The bounds of these cases, in the same order.
        looks: How many interim analyses a second sample may have.
    """
    p_values = []
    for location, bound in zip(again, bounds, strict=True):
        p_value = 1.0
        if location is not None:
            p_value = after_looks(location.p_above(bound.tolerated), looks)
        p_values.append(p_value)
    return [p_value <= FAMILY_ALPHA for p_value in holm(p_values)]


def confirmed_alone(again: Location, bounds: Bounds, looks: int, suspects: int) -> bool:
    """Whether a second sample confirms its case whatever the others show: Holm's strictest step.

    Args:
        again: The natural logarithm of head time over baseline time in the second sample.
        bounds: The bounds of the case.
        looks: How many interim analyses the second sample may have.
        suspects: How many cases are measured a second time.
    """
    return after_looks(again.p_above(bounds.tolerated), looks * suspects) <= FAMILY_ALPHA
