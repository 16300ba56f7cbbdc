"""The share of its time for which a call has the GIL: by a ticking thread, and by scaling."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gilbench.analysis.location import locate
from gilbench.model import Estimate
from gilbench.summary.call_gain import CONFIDENCE

LOST_OTHERWISE = 0.85  # of the gain that the GIL allows, threads reach at least
AGREE_WITHIN = 0.05  # of the share with the GIL, measured in two ways
UNSEEN = 0.02  # of the share with the GIL: the ticking thread's own error (tools/held_share.py)


def held_share(tickers: Sequence[Mapping[str, Any]]) -> Estimate | None:
    """The share of the time, over launches; no closer than the ticks and their number allow.

    Args:
        tickers: What the ticking thread observed in each launch.
    """
    if not tickers:
        return None
    ticks = sum(seen["ticks"] for seen in tickers)
    shares = [seen["share"] for seen in tickers]
    location = locate(shares)
    if location is None:
        center, reach = shares[0], 0.1 + UNSEEN + 2 / math.sqrt(max(4, ticks))
    else:
        center = location.center
        reach = (location.interval(CONFIDENCE)[1] - center) + 3 / max(3, ticks) + UNSEEN
    return Estimate(
        center, max(0.0, center - reach), min(1.0, center + reach), "", len(shares), CONFIDENCE
    )


def shares_by_scaling(gain: Estimate | None, ceiling: float | None) -> tuple[float, float] | None:
    """The shares that a gain of two threads allows, from and to; None without a gain.

    Threads that never meet gain min(2, 1/h) where each holds the GIL for a share h; threads that
    meet at random gain 2/(1 + h²) (two customers of one server). What is measured lies between the
    two.
    """
    if gain is None:
        return None
    reach = max(1.0, min(2.0, ceiling)) / 2 if ceiling else 1.0
    slowest = max(1.0, min(2.0, gain.lo))
    # What the host kept from the threads, the GIL did not; and threads lose a little otherwise.
    fastest = max(1.0, min(2.0, gain.hi / reach / LOST_OTHERWISE))
    return math.sqrt(max(0.0, 2 / fastest - 1)), 1 / slowest


def agree(held: Estimate | None, by_scaling: tuple[float, float] | None) -> bool | None:
    """Whether the share with the GIL agrees with what the gain leaves for it; None without one."""
    if held is None or by_scaling is None:
        return None
    least, most = by_scaling
    return held.lo <= most + AGREE_WITHIN and least <= held.hi + AGREE_WITHIN
