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
from gilbench.model import Comparison, HostDrift
from gilbench.results.tables import Tables

CHANGED_SPEED = math.log(1.25)  # of the sentinel's loop within one launch: beyond what its best of three varies by
STEAL_SHARE = 0.25  # of the rounds of a launch
TICK_S = 0.01  # in which the kernel counts stolen time: one may be another moment's
FEWEST = 4  # launches that must be left
THROTTLED, STOLEN, CHANGED = (
    "throttled by a CPU quota",
    "CPU time stolen by the hypervisor",
    "the host changed its speed",
)
# Of the launches, what may be left out for a reason; where it befell more, that is what the host is like. The last is
# seen beside a launch and not in it: on a host whose cores change their speed all the time it befalls a third, and
# those differ no more than the others do.
LEFT_OUT_AT_MOST = {THROTTLED: 1 / 2, STOLEN: 1 / 2, CHANGED: 1 / 5}


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
    stolen = _stolen(tables.of(comparison.id))
    reasons = {
        launch: why
        for launch in values
        if (why := _disturbance(tables.drifts.get((comparison.id, launch)), launch in stolen))
    }
    counted = Counter(reasons.values())
    left_out = {why: n for why, n in counted.items() if n <= LEFT_OUT_AT_MOST[why] * len(values)}
    clean = tuple(value for launch, value in values.items() if reasons.get(launch) not in left_out)
    if len(clean) < max(FEWEST, len(values) / 2):
        return Sample(tuple(values.values()), {}, dict(counted))
    return Sample(clean, left_out, {why: n for why, n in counted.items() if why not in left_out})


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


def _stolen(launches: pd.DataFrame) -> set[int]:
    """Those of which the hypervisor took a good part, and more than a tick."""
    rounds_s = (launches["wall_s"] + launches["reference_wall_s"]) * launches["pairs"]
    took = (launches["steal_share"] > STEAL_SHARE) & (launches["steal_share"] * rounds_s > 1.5 * TICK_S)
    return set(launches.loc[took, "launch"])


def _disturbance(drift: HostDrift | None, is_stolen: bool) -> str | None:
    """What the host did to a launch that makes it another measurement than the rest; None if nothing."""
    if drift is not None and drift.throttled_s > 0:
        return THROTTLED
    if is_stolen:
        return STOLEN
    if drift is not None and abs(math.log(drift.after_ns / drift.before_ns)) > CHANGED_SPEED:
        return CHANGED
    return None
