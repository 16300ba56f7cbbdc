"""How thorough a run is: the profiles, the effort that each spends on an item, and about how long that takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gilbench.model import Comparison, Effort, Experiment, PlannedItem
from gilbench.plan.comparisons import TASKS_AT_LEAST

LAUNCH_START_S = 0.05  # for estimates of time: starting a launch, and a round of the ceiling control
CONTROL_S = 0.08
REPORT_ONLY = Effort((5,), 1)  # for what only the report shows: enough to see that it is no accident


@dataclass(frozen=True)
class Profile:
    """How thorough a run is.

    Attributes:
        name: What ``--profile`` calls it.
        survey: Effort for a comparison that no claim needs.
        claim: Effort for a comparison that a claim needs.
        timed: Effort for an experiment about how fast something is.
        trials: Effort for an experiment about what happens.
        share: The part of a condition's samples, bytes or seconds that a launch takes.
        round_s_per_core: Seconds, times the usable cores, to which a serial round of 8 tasks of a CPU workload is
            calibrated. So each worker computes for as long on every host where there is one worker per core.
        levels: Which worker levels are surveyed: "all"; "all but twins", with one level for a strategy claimed to cost
            what another does; "one", without such strategies.
        budget_s: Seconds of measuring per target within which there is more than a first interim analysis.
    """

    name: str
    survey: Effort
    claim: Effort
    timed: Effort
    trials: Effort
    share: float
    round_s_per_core: float
    levels: str
    budget_s: float


# At the significance level that some 35 claims require, launches count for more than the pairs in each: 16 launches of
# 5 pairs take as long as 10 of 10, and must lie 5.9 standard errors from a bound where those must lie 8.5.
PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "quick",
            survey=Effort((2,), 1),
            claim=Effort((4, 8), 3),
            timed=Effort((3, 6, 10), 1),
            trials=Effort((5,), 1),
            share=0.3,
            round_s_per_core=0.012,
            levels="one",
            budget_s=56,
        ),
        Profile(
            "standard",
            survey=Effort((4,), 2),
            claim=Effort((16, 24, 40), 5),
            timed=Effort((14, 24, 40), 1),
            trials=Effort((5,), 1),
            share=1.0,
            round_s_per_core=0.015,
            levels="all but twins",
            budget_s=425,
        ),
        Profile(
            "full",
            survey=Effort((10,), 8),
            claim=Effort((12, 24, 48), 16),
            timed=Effort((12, 24, 48), 1),
            trials=Effort((12,), 1),
            share=1.0,
            round_s_per_core=0.02,
            levels="all",
            budget_s=1800,
        ),
    )
}


def effort_for(item: Comparison | Experiment, profile: Profile, *, claimed: bool) -> Effort:
    """A profile's effort for one item: fewer pairs where rounds are longer, so that launches last about as long.

    Args:
        item: What is measured.
        profile: Says how thoroughly.
        claimed: Whether a claim needs the item.
    """
    if isinstance(item, Experiment):
        if not claimed:
            return REPORT_ONLY
        return profile.trials if item.counts_trials else profile.timed
    effort = profile.claim if claimed else profile.survey
    pairs = math.ceil(effort.pairs * TASKS_AT_LEAST / item.tasks)
    return Effort(effort.looks, min(effort.pairs, pairs))


def expected_s(planned: PlannedItem, pair_s: float) -> float:
    """About how many seconds an item takes up to its first interim analysis.

    Args:
        planned: The item; a second sample takes none, because few are measured.
        pair_s: Seconds that a pair of it takes, if it is a comparison.
    """
    item = planned.item
    if isinstance(item, Experiment):
        launch_s = item.launch_s
    elif item.again:
        return 0.0
    else:
        launch_s = (planned.effort.pairs + 1) * pair_s  # with the warm-up
        if item.ceiling:
            launch_s += CONTROL_S
    return planned.effort.looks[0] * (LAUNCH_START_S + launch_s)
