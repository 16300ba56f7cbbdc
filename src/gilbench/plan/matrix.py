"""What is measured of a target: workloads × strategies × worker levels, or some of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from gilbench.model import (
    CallArguments,
    Comparison,
    Experiment,
    InputError,
    StrategyInfo,
    Target,
    WorkloadInfo,
    unknown_name,
    with_a_colon,
)
from gilbench.plan.comparisons import compare, same_case_across
from gilbench.plan.profiles import Profile

# More workers than this measure how the operating system starts them and switches between them.
# Workers that wait need no core while they do, so there may be more of them.
CPU_WORKERS_PER_CORE = 8
IO_WORKERS_PER_CORE = 64
MOST_LEVELS = 6  # enough to fit a curve of scaling, and few enough for the time of a run


@dataclass(frozen=True)
class Filters:
    """What the user narrowed a run to; empty means everything.

    Attributes:
        workloads: Names of workloads.
        strategies: Names of strategies.
        workers: Worker counts.
        claims: Ids of claims; only what they need is measured then.
        call: With what functions of the user are called; None for the index and PARAMS.
        same_result: Whether results of their calls have to match.
        force_workers: Whether there may be more workers than ``check_workers`` allows.
    """

    workloads: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    workers: tuple[int, ...] = ()
    claims: tuple[str, ...] = ()
    force_workers: bool = False
    call: CallArguments | None = None
    same_result: bool = False

    @property
    def names_cases(self) -> bool:
        """Whether the user named workloads, strategies or worker counts."""
        return bool(self.workloads or self.strategies or self.workers)

    def admit(self, item: Comparison | Experiment) -> bool:
        """Whether an item outside the matrix is measured too.

        An experiment is, unless the user names cases.
        """
        if isinstance(item, Experiment):
            return not self.names_cases
        case = item.case
        return (
            (not self.workloads or case.workload in self.workloads)
            and (not self.strategies or case.strategy in self.strategies)
            and (not self.workers or case.workers in self.workers)
        )


EVERYTHING = Filters()


def levels(usable_cores: int) -> tuple[int, ...]:
    """Worker counts: powers of two up to twice the usable cores, and the usable cores themselves.

    On hosts with many cores some powers of two are left out, so that there are ``MOST_LEVELS`` at
    most.
    """
    top = 2 * usable_cores
    powers_of_two = [1 << power for power in range(top.bit_length())]
    fixed = {1, 2, usable_cores, top}
    others = [workers for workers in powers_of_two if 2 < workers < usable_cores]
    room = MOST_LEVELS - len(fixed)
    if len(others) > room:
        step = len(others) / (room + 1)
        others = [others[round(step * (place + 1)) - 1] for place in range(room)]
    return tuple(sorted(fixed.union(others)))


def levels_of(strategy: StrategyInfo, profile: Profile, usable_cores: int) -> tuple[int, ...]:
    """The worker counts at which a profile surveys a strategy.

    A single level is one worker per core, at least 2.

    Args:
        strategy: What is surveyed.
        profile: Says which levels a run surveys.
        usable_cores: The cores that affinity and cgroup quota leave.
    """
    if strategy.one_worker:
        return (1,)
    if profile.levels in ("one", "none") or (
        profile.levels == "all but twins" and strategy.equivalent_to
    ):
        return (max(2, usable_cores),)
    return levels(usable_cores)


def check_workers(
    counts: Iterable[int], kind: str, usable_cores: int, *, force: bool = False
) -> None:
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
            work = "CPU-bound" if kind == "cpu" else "I/O-bound"
            cores = "core" if usable_cores == 1 else "cores"
            raise InputError(
                f"{count} workers of {work} work on {usable_cores} {cores} would measure the "
                f"scheduler, not the GIL; give at most {limit}, or force it with --force-workers"
            )


def matrix(
    target: Target, profile: Profile, usable_cores: int, filters: Filters
) -> list[Comparison]:
    """Workloads × strategies × levels on one target, the A/A control of each workload included.

    Args:
        target: The interpreter under test.
        profile: Says at which levels.
        usable_cores: The cores that affinity and cgroup quota leave.
        filters: What the user narrowed the run to.

    Raises:
        InputError: The target has nothing of a name, or ``check_workers`` refuses a worker count.
    """
    workloads = {workload.name: workload for workload in target.description.workloads}
    strategies = {strategy.name: strategy for strategy in target.description.strategies}
    _check("workload", filters.workloads, workloads)
    _check("strategy", filters.strategies, strategies)
    comparisons: list[Comparison] = []
    if profile.levels == "none" and not filters.names_cases:
        return comparisons
    for workload in workloads.values():
        if not _is_measured(workload.name, filters.workloads, usually=workload.survey):
            continue
        for strategy in _serial_first(strategies.values()):
            if not _is_surveyed(workload, strategy, profile, filters):
                continue
            named_levels = () if strategy.one_worker else filters.workers
            check_workers(named_levels, workload.kind, usable_cores, force=filters.force_workers)
            for workers in named_levels or levels_of(strategy, profile, usable_cores):
                comparisons.append(compare(target, workload.name, strategy.name, workers))
    return comparisons


def _is_surveyed(
    workload: WorkloadInfo, strategy: StrategyInfo, profile: Profile, filters: Filters
) -> bool:
    """Whether a workload is measured under a strategy: one that can run it and suits it."""
    if strategy.missing:
        return False
    is_left_to_claims = profile.levels in ("one", "none") and bool(strategy.equivalent_to)
    usually = _fits(workload, strategy) and not is_left_to_claims
    return _is_measured(strategy.name, filters.strategies, usually=usually)


def _fits(workload: WorkloadInfo, strategy: StrategyInfo) -> bool:
    """Whether the strategy is made for such work.

    A user function that cannot be awaited would block an event loop.
    """
    blocks = (
        strategy.workers_in == "caller"
        and workload.own is not None
        and not workload.own.asynchronous
    )
    return workload.kind in strategy.kinds and (strategy.one_worker or not blocks)


def _is_measured(name: str, named: Sequence[str], *, usually: bool) -> bool:
    """Whether something is measured: if the user named it or, without any names, ``usually``."""
    return name in named if named else usually


def _serial_first(strategies: Iterable[StrategyInfo]) -> list[StrategyInfo]:
    return sorted(strategies, key=lambda strategy: (not strategy.one_worker, strategy.name))


def _check(kind: str, asked: Sequence[str], known: Collection[str]) -> None:
    for name in asked:
        if name in known:
            continue
        if kind != "workload":
            raise unknown_name(kind, name, sorted(known))
        meant = with_a_colon(name)
        if meant:
            raise InputError(f"unknown workload {name!r}; did you mean {meant}?")
        raise unknown_name(kind, name, (*sorted(known), "or a FILE.py of yours"))


def cross_target_matrix(
    target: Target, reference: Target, usable_cores: int, kinds: Sequence[str] = ("cpu", "io")
) -> list[Comparison]:
    """What two targets are compared by: surveyed workloads, serially and with a thread per core.

    This shows the cost on one thread next to the gain of several.

    Args:
        target: Runs the cases.
        reference: Runs the references.
        usable_cores: The cores that affinity and cgroup quota leave.
        kinds: Which workloads: "cpu" for CPU-bound, "io" for I/O-bound ones.
    """
    comparisons = []
    for workload in target.description.workloads:
        if workload.survey and workload.kind in kinds:
            for strategy, workers in (("serial", 1), ("thread", max(2, usable_cores))):
                comparison = same_case_across(target, reference, workload.name, strategy, workers)
                comparisons.append(comparison)
    return comparisons
