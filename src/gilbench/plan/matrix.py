"""What is measured of a target: workloads × strategies × worker levels, within what the user narrowed a run to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from gilbench.model import (
    Comparison,
    Experiment,
    InputError,
    StrategyInfo,
    Target,
    WorkloadInfo,
    unknown_name,
)
from gilbench.plan.comparisons import compare, same_case_across
from gilbench.plan.profiles import Profile

# More workers than this measure how the operating system starts them and switches between them. Workers that wait need
# no core while they do, so there may be more of them.
CPU_WORKERS_PER_CORE = 8
IO_WORKERS_PER_CORE = 64


@dataclass(frozen=True)
class Filters:
    """What the user narrowed the run to; empty means everything. With ``claims`` only what they need is measured."""

    workloads: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    workers: tuple[int, ...] = ()
    claims: tuple[str, ...] = ()
    force_workers: bool = False  # measure at more workers than ``check_workers`` allows

    def admit(self, item: Comparison | Experiment) -> bool:
        """Whether an item that is not of the matrix fits too; an experiment fits where no case is asked for."""
        if isinstance(item, Experiment):
            return not (self.workloads or self.strategies or self.workers)
        case = item.case
        return (
            (not self.workloads or case.workload in self.workloads)
            and (not self.strategies or case.strategy in self.strategies)
            and (not self.workers or case.workers in self.workers)
        )


EVERYTHING = Filters()


def levels(usable_cores: int) -> tuple[int, ...]:
    """Worker counts: 1, 2, 4, … up to twice the usable cores, which are a level themselves."""
    top = 2 * usable_cores
    doubling = {1 << power for power in range(top.bit_length()) if 1 << power <= top}
    return tuple(sorted(doubling | {usable_cores, top}))


def levels_of(strategy: StrategyInfo, profile: Profile, usable_cores: int) -> tuple[int, ...]:
    """The levels that a profile surveys a strategy at; the one level is a worker a core, but two at least."""
    if strategy.one_worker:
        return (1,)
    if profile.levels == "one" or (profile.levels == "all but twins" and strategy.equivalent_to):
        return (max(2, usable_cores),)
    return levels(usable_cores)


def check_workers(counts: Iterable[int], kind: str, usable_cores: int, *, force: bool = False) -> None:
    """Refuse worker counts that would measure the operating system's scheduler rather than the GIL.

    Args:
        counts: The numbers of workers that the user asks for.
        kind: ``"cpu"`` or ``"io"``, as the workload's description has it.
        usable_cores: The cores that affinity and cgroup quota leave.
        force: Allow any count from 1 upwards.

    Raises:
        InputError: A count is below 1, or too high for the cores and not forced.
    """
    limit = usable_cores * (CPU_WORKERS_PER_CORE if kind == "cpu" else IO_WORKERS_PER_CORE)
    for count in counts:
        if count < 1:
            raise InputError(f"{count} is not a number of workers; give 1 or more")
        if count > limit and not force:
            work, cores = "CPU-bound" if kind == "cpu" else "I/O-bound", "core" if usable_cores == 1 else "cores"
            raise InputError(
                f"{count} workers of {work} work on {usable_cores} {cores} would measure the scheduler, not the GIL; "
                f"give at most {limit}, or force it with --force-workers"
            )


def matrix(target: Target, profile: Profile, usable_cores: int, filters: Filters) -> list[Comparison]:
    """Workloads × strategies × levels on one target. Serial paired with serial is among them: the A/A control.

    Raises InputError for a name that the target does not have, and for worker counts that ``check_workers`` refuses.
    """
    workloads = {workload.name: workload for workload in target.description.workloads}
    strategies = {strategy.name: strategy for strategy in target.description.strategies}
    _check("workload", filters.workloads, workloads)
    _check("strategy", filters.strategies, strategies)
    comparisons = []
    for workload, entry in workloads.items():
        if not _surveyed(entry.survey, workload, filters.workloads):
            continue
        for name, strategy in _serial_first(strategies):
            left_to_claims = profile.levels == "one" and strategy.equivalent_to
            usual = _fits(entry, strategy) and not left_to_claims
            if strategy.missing or not _surveyed(usual, name, filters.strategies):
                continue
            asked = () if strategy.one_worker else filters.workers
            check_workers(asked, entry.kind, usable_cores, force=filters.force_workers)
            for workers in asked or levels_of(strategy, profile, usable_cores):
                comparisons.append(compare(target, workload, name, workers))
    return comparisons


def _fits(workload: WorkloadInfo, strategy: StrategyInfo) -> bool:
    """Whether the strategy is made for such work. A function of the user's own that cannot be awaited blocks a loop."""
    blocks = strategy.workers_in == "caller" and workload.own is not None and not workload.own.asynchronous
    return workload.kind in strategy.kinds and (strategy.one_worker or not blocks)


def _surveyed(usual: bool, name: str, asked: Sequence[str]) -> bool:
    """What the user names is measured, usual or not; where nothing is named, what is usual."""
    return name in asked if asked else usual


def _serial_first(strategies: dict[str, StrategyInfo]) -> list[tuple[str, StrategyInfo]]:
    return sorted(strategies.items(), key=lambda item: (not item[1].one_worker, item[0]))


def _check(kind: str, asked: Sequence[str], known: Collection[str]) -> None:
    for name in asked:
        if name not in known:
            your_own = ("or a FILE.py of yours",) if kind == "workload" else ()
            raise unknown_name(kind, name, (*sorted(known), *your_own))


def cross_target_matrix(
    target: Target, reference: Target, usable_cores: int, kinds: Sequence[str] = ("cpu", "io")
) -> list[Comparison]:
    """What two targets are compared by: each surveyed workload serially and in a thread a core, so that the cost on one
    thread and the gain of several stand side by side."""
    surveyed = [workload for workload in target.description.workloads if workload.survey]
    workloads = [workload.name for workload in surveyed if workload.kind in kinds]
    cases = (("serial", 1), ("thread", max(2, usable_cores)))
    return [
        same_case_across(target, reference, workload, strategy, workers)
        for workload in workloads
        for strategy, workers in cases
    ]
