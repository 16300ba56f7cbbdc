"""What a run measures: worker levels, the matrix of comparisons, the effort of a profile. It measures nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Case, Comparison, Effort, Experiment, InputError, Planned, Target

TASKS_AT_LEAST = 8
TASKS_A_WORKER = 2
LAUNCH_S = 0.07  # estimates of time only: starting a launch, and a round of the ceiling control
CONTROL_S = 0.08


@dataclass(frozen=True)
class Profile:
    """How thorough a run is.

    ``survey`` is spent on a comparison that no claim asks for, ``claim`` on one that a claim does. A serial round of a
    CPU workload is calibrated to ``round_s_per_core`` × usable cores, so that the share of each worker at the most
    interesting level, one worker a core, is the same on every host. Looks beyond the first are taken only while the
    whole run stays within ``budget_s`` of measuring.
    """

    name: str
    survey: Effort
    claim: Effort
    round_s_per_core: float
    every_level: bool
    budget_s: float


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick", Effort((2,), 2), Effort((5, 8), 3), 0.03, every_level=False, budget_s=55),
        Profile("standard", Effort((4,), 2), Effort((8, 14, 24), 4), 0.04, every_level=True, budget_s=330),
        Profile("full", Effort((10,), 4), Effort((12, 24, 48), 6), 0.05, every_level=True, budget_s=1800),
    )
}


@dataclass(frozen=True)
class Filters:
    """What the user narrowed the run to; empty means everything."""

    workloads: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    workers: tuple[int, ...] = ()

    def admit(self, item: Comparison | Experiment) -> bool:
        """Whether an item that is not of the matrix fits too; an experiment fits where nothing is narrowed."""
        if isinstance(item, Experiment):
            return self == Filters()
        case = item.case
        return (
            (not self.workloads or case.workload in self.workloads)
            and (not self.strategies or case.strategy in self.strategies)
            and (not self.workers or case.workers in self.workers)
        )


def levels(usable_cores: int, *, every: bool = True) -> tuple[int, ...]:
    """Worker counts: 1, 2, 4, … up to twice the usable cores, which are a level themselves; without ``every`` just the
    usable cores (but two workers at least) and twice as many."""
    top = 2 * usable_cores
    if not every:
        return tuple(sorted({max(2, usable_cores), top}))
    doubling = {1 << power for power in range(top.bit_length()) if 1 << power <= top}
    return tuple(sorted(doubling | {usable_cores, top}))


def tasks_for(workers: int) -> int:
    """Tasks of a round: the same number for every worker, and enough of them that a round is not one task long."""
    return workers * max(TASKS_A_WORKER, -(-TASKS_AT_LEAST // workers))


def compare(target: str, workload: str, strategy: str, workers: int, *, ceiling: bool) -> Comparison:
    """A case paired with the same workload run serially."""
    return Comparison(
        Case(target, workload, strategy, workers),
        Case(target, workload, "serial", 1),
        tasks_for(workers),
        ceiling and workers > 1,
    )


def matrix(target: Target, profile: Profile, usable_cores: int, filters: Filters) -> list[Comparison]:
    """Workloads × strategies × levels on one target. Serial paired with serial is among them: the A/A control.

    Raises InputError for a name that the target does not have.
    """
    workloads = {entry["name"]: entry for entry in target.description["workloads"]}
    strategies = {entry["name"]: entry for entry in target.description["strategies"]}
    _check("workload", filters.workloads, workloads)
    _check("strategy", filters.strategies, strategies)
    comparisons = []
    for workload in workloads:
        if filters.workloads and workload not in filters.workloads:
            continue
        for name, strategy in _serial_first(strategies):
            if (filters.strategies and name not in filters.strategies) or strategy["missing"]:
                continue
            wanted = filters.workers or levels(usable_cores, every=profile.every_level)
            for workers in (1,) if strategy["one_worker"] else wanted:
                ceiling = workloads[workload]["kind"] == "cpu"
                comparisons.append(compare(target.id, workload, name, workers, ceiling=ceiling))
    return comparisons


def _serial_first(strategies: dict[str, dict[str, object]]) -> list[tuple[str, dict[str, object]]]:
    return sorted(strategies.items(), key=lambda item: (not item[1]["one_worker"], item[0]))


def _check(kind: str, asked: Sequence[str], known: dict[str, dict[str, object]]) -> None:
    for name in asked:
        if name not in known:
            raise InputError(f"no {kind} is called {name!r}; there are: {', '.join(sorted(known))}")


def orders(seed: int, item: str, pairs: int) -> list[tuple[str, str]]:
    """The order of the two halves of each pair: random, and balanced in blocks of two. The same seed, the same order."""
    generator = random.Random(f"{seed}:{item}")
    halves = [("case", "reference"), ("reference", "case")]
    ordered: list[tuple[str, str]] = []
    while len(ordered) < pairs:
        generator.shuffle(halves)
        ordered.extend(halves)
    return ordered[:pairs]


def expected_s(planned: Planned, pair_s: float) -> float:
    """About how long an item takes up to its first look, when a pair (or all conditions of a probe) takes ``pair_s``."""
    launches, item = planned.effort.looks[0], planned.item
    if isinstance(item, Experiment):
        return launches * (LAUNCH_S + pair_s)
    return launches * (LAUNCH_S + (planned.effort.pairs + 1) * pair_s + (CONTROL_S if item.ceiling else 0))
