"""When a case is slower than its baseline, when it is not, and when nobody can tell: the rule, as pure functions.

Policy: two bounds. A slowdown of the ``margin`` must be found; one of up to a third of it is tolerated and must never
be called a regression; between the two either answer is right, and enough data say "within the margin". What looks
slower is only suspected, and measured again: the error over all cases lies in that second sample, which had no part in
choosing what to test. See docs/decisions/0012.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gilbench.analysis.family import after_looks, holm
from gilbench.analysis.location import Location

FAMILY_ALPHA = 0.01  # of calling anything slower that is not, over all suspected cases and all looks of a check
PASS_ALPHA = 0.01  # of passing a case that is slower by the margin, per case and sample, over all looks
SUSPECT_ALPHA = 0.05  # a look: costs a second sample and nothing else
TOLERATED = 1 / 3  # of the margin


class Change(StrEnum):
    """What a check says of a case. The first four are decisions; a check passes only if every case has one of the
    first three of them."""

    EQUIVALENT = "equivalent"  # within the margin, either way
    IMPROVED = "improved"
    NO_WORSE = "no worse"  # not slower by the margin; how much faster, if at all, is open
    REGRESSED = "regressed"
    CHANGED = "changed"  # a portable quantity of which neither direction is better
    INCONCLUSIVE = "inconclusive"
    VOID = "void"  # a control failed
    FAILED = "failed"  # could not be measured
    MISSING = "missing"  # on one of the two sides
    LEFT_OUT = "left out"  # means nothing on this pair of hosts


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
        return TOLERATED * self.margin


def passes(slowdown: Location, bounds: Bounds, looks: int) -> bool:
    """Whether the case is certainly not slower by its margin."""
    return after_looks(slowdown.p_below(bounds.margin), looks) <= PASS_ALPHA


def how_it_passes(slowdown: Location, bounds: Bounds, looks: int, cases: int) -> Change:
    """In what way a case that passes does; an improvement is told from chance over all ``cases``."""
    if after_looks(slowdown.p_below(-bounds.tolerated), looks * cases) <= FAMILY_ALPHA:
        return Change.IMPROVED
    if after_looks(slowdown.p_above(-bounds.margin), looks) <= PASS_ALPHA:
        return Change.EQUIVALENT
    return Change.NO_WORSE


def of_sample(location: Location, bounds: Bounds, looks: int, cases: int, *, is_confirmed: bool = False) -> Change:
    """What a sample comes to: passing first, for enough data say so of a drift below the margin."""
    if passes(location, bounds, looks):
        return how_it_passes(location, bounds, looks, cases)
    return Change.REGRESSED if is_confirmed else Change.INCONCLUSIVE


def suspect(slowdown: Location, bounds: Bounds, looks: int) -> bool:
    """Whether the first sample of a case gives reason to measure it again."""
    return not passes(slowdown, bounds, looks) and slowdown.p_above(bounds.tolerated) <= SUSPECT_ALPHA


def first_is_enough(slowdown: Location, bounds: Bounds, looks: int, cases: int) -> bool:
    """Whether a look settles a first sample: by suspicion, or by passing down to how it passes."""
    if passes(slowdown, bounds, looks):
        return how_it_passes(slowdown, bounds, looks, cases) != Change.NO_WORSE
    return suspect(slowdown, bounds, looks)


def second_is_enough(again: Location, bounds: Bounds, looks: int, suspects: int) -> bool:
    """Whether a look settles a second sample, whatever those of the other suspects say."""
    return passes(again, bounds, looks) or confirmed_alone(again, bounds, looks, suspects)


def confirmed(again: Sequence[Location | None], bounds: Sequence[Bounds], looks: int) -> list[bool]:
    """Which suspected cases are, by their second samples, slower than is tolerated: by Holm over all of them."""
    p_values = [
        1.0 if location is None else after_looks(location.p_above(bound.tolerated), looks)
        for location, bound in zip(again, bounds, strict=True)
    ]
    return [p_value <= FAMILY_ALPHA for p_value in holm(p_values)]


def confirmed_alone(again: Location, bounds: Bounds, looks: int, suspects: int) -> bool:
    """Whether a second sample confirms its case whatever those of the others say: the strictest step of Holm's."""
    return after_looks(again.p_above(bounds.tolerated), looks * suspects) <= FAMILY_ALPHA
