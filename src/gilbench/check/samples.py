"""The launches of a comparison that count, one value per launch, and why others do not.

Policy: a launch is left out for what the host did to it, never for its ratio, so that leaving it
out favours neither side.
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

# Of the sentinel's loop within a launch: more than its best of three varies
CHANGED_SPEED = math.log(1.25)
STEAL_SHARE = 0.25  # of the rounds of a launch
TICK_S = 0.01  # in which the kernel counts stolen time: a single tick may belong to another moment
FEWEST = 4  # launches that must remain
THROTTLED, STOLEN, CHANGED = (
    "throttled by a CPU quota",
    "CPU time stolen by the hypervisor",
    "the host changed its speed",
)
# The share of the launches that may be left out for a reason; where more are affected, that is how
# the host is. A change of speed is seen before and after a launch and not in it: on a host whose
# cores change their speed all the time a third of the launches is affected and varies no more than
# the rest.
LEFT_OUT_AT_MOST = {THROTTLED: 1 / 2, STOLEN: 1 / 2, CHANGED: 1 / 5}


@dataclass(frozen=True)
class Sample:
    """The launches of a comparison.

    Attributes:
        values: For each launch the natural logarithm of the case's time over its reference's.
        left_out: How many launches do not count, by reason.
        disturbed: How many launches were disturbed and count all the same, by reason, since the
            disturbance was the rule.
    """

    values: tuple[float, ...]
    left_out: dict[str, int]
    disturbed: dict[str, int]

    @property
    def location(self) -> Location | None:
        """The trimmed mean of the values with its standard error; None for fewer than two."""
        return locate(self.values)


def take_sample(tables: Tables, comparison: Comparison) -> Sample:
    """Take the sample of a comparison; it is empty where nothing was measured."""
    values = _values(tables, comparison.id)
    stolen = _stolen(tables.of(comparison.id))
    reasons: dict[int, str] = {}
    for launch in values:
        reason = _disturbance(tables.drifts.get((comparison.id, launch)), launch in stolen)
        if reason is not None:
            reasons[launch] = reason
    left_out: dict[str, int] = {}
    kept: dict[str, int] = {}
    for reason, count in Counter(reasons.values()).items():
        is_exception = count <= LEFT_OUT_AT_MOST[reason] * len(values)
        (left_out if is_exception else kept)[reason] = count
    clean = tuple(value for launch, value in values.items() if reasons.get(launch) not in left_out)
    if len(clean) < max(FEWEST, len(values) / 2):
        return Sample(tuple(values.values()), left_out={}, disturbed=left_out | kept)
    return Sample(clean, left_out, disturbed=kept)


def results_differ(tables: Tables, comparison: Comparison) -> bool:
    """Whether case and reference returned different results for the same work.

    They may, where head has other code than baseline; whether that is meant is not known here.
    """
    rounds = tables.rounds[tables.rounds["item"] == comparison.id]
    results: dict[int, dict[str, set[int]]] = {}
    for role, tasks, checksum in zip(
        rounds["role"], rounds["tasks"], rounds["checksum"], strict=True
    ):
        results.setdefault(tasks, {}).setdefault(role, set()).add(checksum)
    return any(
        sides.get("case", set()) != sides.get("reference", set())
        for sides in results.values()
        if len(sides) == 2
    )


def _values(tables: Tables, item: str) -> dict[int, float]:
    """Launch → median of the log ratios of its complete pairs.

    The median, since next to busy processes a third of the pairs is off by half a round.
    """
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
    """The launches of which the hypervisor took more than its share and more than one tick."""
    rounds_s = (launches["wall_s"] + launches["reference_wall_s"]) * launches["pairs"]
    took = (launches["steal_share"] > STEAL_SHARE) & (
        launches["steal_share"] * rounds_s > 1.5 * TICK_S
    )
    return set(launches.loc[took, "launch"])


def _disturbance(drift: HostDrift | None, is_stolen: bool) -> str | None:
    """How the host disturbed a launch; None if it did not."""
    if drift is not None and drift.throttled_s > 0:
        return THROTTLED
    if is_stolen:
        return STOLEN
    if drift is not None and abs(math.log(drift.after_ns / drift.before_ns)) > CHANGED_SPEED:
        return CHANGED
    return None
