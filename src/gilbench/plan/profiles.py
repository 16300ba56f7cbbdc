"""How thorough a run is: the profiles, the effort that each spends on an item, and about how long that takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gilbench.model import Comparison, Effort, Experiment, PlannedItem
from gilbench.plan.comparisons import TASKS_AT_LEAST

LAUNCH_START_S = 0.05  # estimates of time only: starting a launch, and a round of the ceiling control
CONTROL_S = 0.08
REPORT_ONLY = Effort((5,), 1)  # of what the report shows and no claim rests on: enough to see that it is no accident


@dataclass(frozen=True)
class Profile:
    """How thorough a run is.

    ``survey`` is spent on a comparison that no claim asks for, ``claim`` on one that a claim does, ``timed`` and
    ``trials`` on experiments that ask how fast something is and what happens. ``share`` is how much of the samples,
    bytes or seconds that a condition asks for a launch takes. A serial round of 8 tasks of a CPU workload is
    calibrated to ``round_s_per_core`` × usable cores, so that the share of each worker at the most interesting level,
    one worker a core, is the same on every host. Looks beyond the first are taken only while the whole run stays within
    ``budget_s`` of measuring.
    """

    name: str
    survey: Effort
    claim: Effort
    timed: Effort
    trials: Effort
    share: float
    round_s_per_core: float
    levels: str  # "all"; "all but twins": one level for strategies claimed to cost what others do; "one", and no twins
    budget_s: float


# At the level that a ledger of some 35 claims asks for, launches count for more than what is measured in each: 16 with
# 5 pairs take as long as 10 with 10, and need 5.9 standard errors from a bound where those need 8.5.
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
    """A profile's effort for one item: fewer pairs where rounds are longer, so that launches last alike."""
    if isinstance(item, Experiment) and not claimed:
        return REPORT_ONLY
    if isinstance(item, Experiment):
        return profile.trials if item.counts_trials else profile.timed
    effort = profile.claim if claimed else profile.survey
    return Effort(effort.looks, min(effort.pairs, math.ceil(effort.pairs * TASKS_AT_LEAST / item.tasks)))


def expected_s(planned: PlannedItem, pair_s: float) -> float:
    """About how long an item takes up to its first look, when a pair takes ``pair_s``."""
    launches, item = planned.effort.looks[0], planned.item
    if isinstance(item, Comparison) and item.again:
        return 0.0  # measured only where the first sample gives reason to
    if isinstance(item, Experiment):
        return launches * (LAUNCH_START_S + item.launch_s)
    return launches * (LAUNCH_START_S + (planned.effort.pairs + 1) * pair_s + (CONTROL_S if item.ceiling else 0))
