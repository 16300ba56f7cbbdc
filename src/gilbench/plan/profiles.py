"""How thorough a run is: the profiles, their effort per item, and about how long that takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from msgspec.structs import replace

from gilbench.model import Comparison, Effort, Experiment, PlannedItem
from gilbench.plan.comparisons import MOST_CLAIMED_WORKERS, TASKS_AT_LEAST, USUAL_TASK_S

# For estimates of time: starting a launch, and its rounds of the ceiling control
LAUNCH_START_S = 0.05
CONTROLS_S = 0.1
# For what only the report shows: enough to see that it is no accident
REPORT_ONLY = Effort((5,), 1)
# After fewer launches percentiles may be equal by chance, and their interval much too narrow
# (docs/measurements/coverage.md).
FEWEST_OF_PERCENTILES = 8
# Serial code against itself: with fewer launches the control's interval is so wide that it could
# void nothing.
AA_CONTROL = Effort((12,), 2)


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
        round_s_per_core: Seconds, times the usable cores, to which a serial round of 8 tasks of a
            CPU workload is calibrated, up to ``MOST_CLAIMED_WORKERS`` cores. So each worker of a
            claim computes for as long on every host, and a launch takes a few seconds at most.
        levels: Which worker levels are surveyed: "all"; "all but twins", with one level for a
            strategy claimed to cost what another does; "one", without such strategies; "none",
            unless the user names cases.
        budget_s: Seconds of measuring per target.
        claims: Ids of the claims that a run is narrowed to if the user names none; empty for all of
            them.
        waiting: Effort for a comparison of I/O-bound work that a claim needs; None where it is that
            of other work.
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
    claims: tuple[str, ...] = ()
    waiting: Effort | None = None

    def round_s(self, usable_cores: int) -> float:
        """Seconds of a serial round of 8 tasks of a CPU workload."""
        return self.round_s_per_core * min(usable_cores, MOST_CLAIMED_WORKERS)


# Rounds are short and launches many: on cores that change their speed every 20 to 500 ms, launches
# of 4 to 6 pairs of 10 ms decide within half the time that launches of 5 pairs of 30 ms take
# (docs/measurements/decisions-in-time.md).
LOOKS = (5, 8, 12, 16, 24, 40)
# Of a glance: on a quiet host 7 launches decide A16 and A17 at once, while after 5 they mostly need
# 3 more when everything else is measured; fewer analyses cost less error. On a noisy host its time
# ends after some 20 to 28 launches of A17; the last analysis is for one claim alone. Waiting varies
# so little, and gains so much, that 4 launches are enough.
GLANCE_LOOKS = (7, 12, 16, 20, 28, 44)
GLANCE_LOOKS_WAITING = (4, 8, 16)
PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "glance",
            survey=Effort((2,), 1),
            claim=Effort(GLANCE_LOOKS, 4),
            timed=Effort((5, 8, 12), 1),
            trials=Effort((5,), 1),
            share=0.3,
            round_s_per_core=0.005,
            levels="none",
            budget_s=20,
            claims=("A16", "A17", "A18", "B2"),
            waiting=Effort(GLANCE_LOOKS_WAITING, 4),
        ),
        Profile(
            "quick",
            survey=Effort((2,), 1),
            claim=Effort((5, 8, 12, 16, 24), 4),
            timed=Effort((5, 8, 12), 1),
            trials=Effort((5,), 1),
            share=0.3,
            round_s_per_core=0.005,
            levels="one",
            budget_s=56,
        ),
        Profile(
            "standard",
            survey=Effort((4,), 4),
            claim=Effort((*LOOKS, 64), 4),
            timed=Effort((*LOOKS, 64), 1),
            trials=Effort((5,), 1),
            share=1.0,
            round_s_per_core=0.005,
            levels="all but twins",
            budget_s=320,
        ),
        Profile(
            "full",
            survey=Effort((10,), 12),
            claim=Effort((8, 12, 16, 24, 48), 24),
            timed=Effort((8, 12, 16, 24, 48), 1),
            trials=Effort((12,), 1),
            share=1.0,
            round_s_per_core=0.01,
            levels="all",
            budget_s=1800,
        ),
    )
}


def effort_for(
    item: Comparison | Experiment,
    profile: Profile,
    usable_cores: int,
    *,
    claimed: bool,
    waits: bool = False,
    task_s: float = 0.0,
) -> Effort:
    """A profile's effort for one item.

    Where rounds are longer there are fewer pairs, so that launches last about as long.

    Args:
        item: What is measured.
        profile: Says how thoroughly.
        usable_cores: The cores that affinity and cgroup quota leave; more of them make rounds
            longer.
        claimed: Whether a claim needs the item.
        waits: Whether its workload is I/O-bound, whose rounds are longer and vary less.
        task_s: Seconds of the smallest task of a user's function; 0 for another workload.
    """
    if isinstance(item, Experiment):
        if not claimed:
            return REPORT_ONLY
        if item.counts_trials:
            return profile.trials
        return of_percentiles(profile.timed) if item.of_percentiles else profile.timed
    if item.case == item.reference:
        return AA_CONTROL
    effort = profile.survey
    if claimed:
        effort = profile.waiting if waits and profile.waiting is not None else profile.claim
    usual_s = 2 * profile.round_s_per_core  # a round on two cores, for which the efforts are stated
    longer = max(1.0, profile.round_s(usable_cores) / usual_s) * item.tasks / TASKS_AT_LEAST
    longer *= max(1.0, task_s / USUAL_TASK_S)
    if waits:
        longer *= 2
    return Effort(effort.looks, math.ceil(effort.pairs / longer))


def of_percentiles(effort: Effort) -> Effort:
    """The effort for an experiment whose values are percentiles, which is analysed later."""
    looks = tuple(look for look in effort.looks if look >= FEWEST_OF_PERCENTILES)
    return replace(effort, looks=looks)


def without_interim_analyses(effort: Effort) -> Effort:
    """A fixed number of launches: what no claim needs is not stopped early."""
    launches = effort.looks[len(effort.looks) // 2]
    return Effort((launches,), effort.pairs)


def expected_s(planned: PlannedItem, pair_s: float, *, warms_up: bool = True) -> float:
    """About how many seconds an item takes up to its first interim analysis.

    Args:
        planned: The item; a second sample takes none, because few are measured.
        pair_s: Seconds that a pair of it takes, if it is a comparison.
        warms_up: Whether its launches begin with a pair that does not count.
    """
    item = planned.item
    if isinstance(item, Experiment):
        launch_s = item.launch_s
    elif item.again:
        return 0.0
    else:
        launch_s = (planned.effort.pairs + warms_up) * pair_s
        if item.ceiling:
            launch_s += CONTROLS_S
    return planned.effort.looks[0] * (LAUNCH_START_S + launch_s)
