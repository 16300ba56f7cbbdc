"""The launches of a comparison that count, one value each, and what was wrong with those that do not.

A launch is left out for what the host did to it, never for what it said: the ratio has no part in it, so leaving out
favours neither side.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gilbench.analysis.location import Location, locate
from gilbench.model import Comparison, Stretch
from gilbench.results.tables import Tables

CHANGED_SPEED = math.log(1.25)  # of the sentinel's loop within one launch: beyond what its best of three varies by
STEAL_SHARE = 0.25  # ticks are 10 ms and the rounds of a launch 100 to 200 ms: one tick may be another moment's
FEWEST = 4  # launches that must be left


@dataclass(frozen=True)
class Sample:
    """One value a launch: the natural logarithm of the case's time over its reference's.

    ``left_out`` says how many launches do not count, by reason. Where a disturbance was the rule and not the exception
    all launches are kept, and ``disturbed`` counts them.
    """

    values: tuple[float, ...]
    left_out: dict[str, int]
    disturbed: dict[str, int]

    @property
    def location(self) -> Location | None:
        return locate(self.values)


def take(tables: Tables, comparison: Comparison) -> Sample:
    """The sample of a comparison; empty where it was not measured."""
    values = _values(tables, comparison.id)
    steal = dict(zip(tables.of(comparison.id)["launch"], tables.of(comparison.id)["steal_share"], strict=True))
    reasons = {
        launch: why
        for launch in values
        if (why := _disturbance(tables.stretches.get((comparison.id, launch)), steal.get(launch, 0.0)))
    }
    clean = tuple(value for launch, value in values.items() if launch not in reasons)
    counted = dict(Counter(reasons.values()))
    if len(clean) < max(FEWEST, len(reasons)):
        return Sample(tuple(values.values()), {}, counted)
    return Sample(clean, counted, {})


def _values(tables: Tables, item: str) -> dict[int, float]:
    """Launch → median of the log ratios of its complete pairs: beside busy processes a third of them is off by half a
    round, which a mean does not survive."""
    timed = tables.rounds[(tables.rounds["item"] == item) & ~tables.rounds["warmup"].astype(bool)]
    pairs = timed.pivot(index=["launch", "pair"], columns="role", values="wall_ns").dropna()
    if not {"case", "reference"} <= set(pairs.columns):
        return {}
    ratios = np.log(pairs["case"].astype(float) / pairs["reference"].astype(float))
    by_launch = pd.Series(ratios).unstack("pair")
    return {
        launch: float(np.nanmedian(row))
        for launch, row in zip(by_launch.index.tolist(), by_launch.to_numpy(), strict=True)
    }


def _disturbance(stretch: Stretch | None, steal_share: float) -> str | None:
    """What the host did to a launch that makes it another measurement than the rest; None if nothing."""
    if stretch is not None and stretch.throttled_s > 0:
        return "throttled by a CPU quota"
    if steal_share > STEAL_SHARE:
        return "CPU time stolen by the hypervisor"
    if stretch is not None and abs(math.log(stretch.after_ns / stretch.before_ns)) > CHANGED_SPEED:
        return "the host changed its speed"
    return None
