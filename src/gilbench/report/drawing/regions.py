"""Where a quantity must lie to prove a claim or to refute it, as stretches of an axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gilbench.model import Bound


@dataclass(frozen=True)
class Region:
    """A stretch of an axis, by its ends, in which a quantity proves a claim or refutes it."""

    left: float
    right: float
    proves: bool


def regions(
    bounds: Sequence[Bound], place: Callable[[float], float], low: float, high: float
) -> list[Region]:
    """What the bounds leave: between two of them, or outside where no value lies between.

    Args:
        bounds: Those of one quantity.
        place: From a value to its place on the axis.
        low: The least place that is shown.
        high: The greatest.
    """
    shaded = []
    for proves in (True, False):
        of_kind = [bound for bound in bounds if bound.proves == proves]
        left = max((place(bound.value) for bound in of_kind if bound.above), default=low)
        right = min((place(bound.value) for bound in of_kind if not bound.above), default=high)
        if of_kind and left <= right:
            shaded.append(Region(left, right, proves))
        elif of_kind:
            shaded += [Region(low, right, proves), Region(left, high, proves)]
    return shaded
