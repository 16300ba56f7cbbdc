"""What a run measures: worker levels, the matrix of comparisons, the effort of a profile. It measures nothing."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gilbench.model import Case, Comparison, Effort, Experiment, InputError, Planned, Target

# Tasks of a round at least: a round is as long as its question needs and no longer. Starting and joining two threads
# takes some 0.5 ms, two forked processes 5 ms, two from a fork server or spawned 25 ms and more; a CPU-bound round of
# processes lasts some 20 times as long. Where processes only wait, the share of their start is not what is asked. Both
# halves of a pair always do the same work.
TASKS_AT_LEAST = 8
TASKS_OF_WAITING = 16
TASKS_OF_FORKED = 48
TASKS_OF_STARTED = 96
TASKS_A_WORKER = 2
# A task of the user's own that takes longer than a calibrated one does, on two cores in the standard profile, comes in
# fewer: its rounds are long enough with them.
USUAL_TASK_S = 0.004
LAUNCH_S = 0.05  # estimates of time only: starting a launch, and a round of the ceiling control
CONTROL_S = 0.08
SHOWN = Effort((5,), 1)  # of what the report shows and no claim rests on: that it is no accident
# Who runs when, beside each other: threads that hold the GIL, threads that let go of it, and processes. A window has
# room for a dozen turns of the usual switch interval.
TURNS: tuple[dict[str, Any], ...] = tuple(
    {"work": work, "worker": worker, "workers": 2, "interval_s": 0.005, "window_s": 0.06}
    for work, worker in (("bytecode", "thread"), ("hashlib", "thread"), ("bytecode", "process"))
)
# More workers than this measure how the operating system starts them and switches between them. Workers that wait need
# no core while they do, so there may be more of them.
CPU_WORKERS_PER_CORE = 8
IO_WORKERS_PER_CORE = 64
AMOUNTS = ("samples", "messages", "total_bytes", "duration_s")  # what conditions call how much is done of something


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


def levels(usable_cores: int) -> tuple[int, ...]:
    """Worker counts: 1, 2, 4, … up to twice the usable cores, which are a level themselves."""
    top = 2 * usable_cores
    doubling = {1 << power for power in range(top.bit_length()) if 1 << power <= top}
    return tuple(sorted(doubling | {usable_cores, top}))


def levels_of(strategy: dict[str, Any], profile: Profile, usable_cores: int) -> tuple[int, ...]:
    """The levels that a profile surveys a strategy at; the one level is a worker a core, but two at least."""
    if strategy["one_worker"]:
        return (1,)
    if profile.levels == "one" or (profile.levels == "all but twins" and strategy["equivalent_to"]):
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


def tasks_for(target: Target, workload: str, strategy: str, workers: int) -> int:
    """Tasks of a round: the same number for every worker, and two each at least."""
    at_least = TASKS_AT_LEAST
    workers_in = target.strategy(strategy)["workers_in"]
    if workers_in in ("processes", "interpreters"):
        forked = workers_in == "processes" and target.description["start_method"] == "fork"
        computing = target.workload(workload)["kind"] == "cpu"
        at_least = (TASKS_OF_FORKED if forked else TASKS_OF_STARTED) if computing else TASKS_OF_WAITING
    task_s: float = max(USUAL_TASK_S, target.workload(workload).get("task_s", 0.0))
    at_least = math.ceil(at_least * USUAL_TASK_S / task_s)
    return workers * max(TASKS_A_WORKER if task_s == USUAL_TASK_S else 1, -(-at_least // workers))


def compare(target: Target, workload: str, strategy: str, workers: int, reference: str = "serial") -> Comparison:
    """A case paired with the same workload under another strategy: serial, or one with as many workers.

    The ceiling control runs beside every CPU-bound case of two workers and more that is paired with serial.
    """
    serial = reference == "serial"
    return Comparison(
        Case(target.id, workload, strategy, workers),
        Case(target.id, workload, reference, 1 if serial else workers),
        tasks_for(target, workload, strategy, workers),
        ceiling=serial
        and workers > 1
        and target.workload(workload)["kind"] == "cpu"
        and target.strategy(strategy)["workers_in"] != "caller",
    )


def across(
    target: Target, reference: Target, workload: str, strategy: str, workers: int, *, ceiling: bool = False
) -> Comparison:
    """The same case on two targets, whose rounds take turns: the work is what the reference was calibrated to.

    The ceiling control runs on the first of them where it is asked for.
    """
    return Comparison(
        Case(target.id, workload, strategy, workers),
        Case(reference.id, workload, strategy, workers),
        max(tasks_for(one, workload, strategy, workers) for one in (target, reference)),
        ceiling=ceiling,
    )


def between(
    target: Target, reference: Target, usable_cores: int, kinds: Sequence[str] = ("cpu", "io")
) -> list[Comparison]:
    """What two targets are compared by: each surveyed workload serially and in a thread a core, so that the cost on one
    thread and the gain of several stand side by side."""
    entries = target.description["workloads"]
    workloads = [entry["name"] for entry in entries if entry["survey"] and entry["kind"] in kinds]
    cases = (("serial", 1), ("thread", max(2, usable_cores)))
    return [
        across(target, reference, workload, strategy, workers) for workload in workloads for strategy, workers in cases
    ]


def shown(target: Target) -> list[Experiment]:
    """What the report shows of a target and no claim asks for."""
    known = {entry["name"]: entry for entry in target.description["probes"]}
    missing = known.get("turns", {"missing": "unknown"})["missing"]
    return [] if missing else [Experiment(target.id, "turns", TURNS, launch_s=0.45)]


def effort_for(item: Comparison | Experiment, profile: Profile, *, claimed: bool) -> Effort:
    """A profile's effort for one item: fewer pairs where rounds are longer, so that launches last alike."""
    if isinstance(item, Experiment) and not claimed:
        return SHOWN
    if isinstance(item, Experiment):
        return profile.trials if item.counts_trials else profile.timed
    effort = profile.claim if claimed else profile.survey
    return Effort(effort.looks, min(effort.pairs, math.ceil(effort.pairs * TASKS_AT_LEAST / item.tasks)))


def thinned(item: Experiment, profile: Profile) -> Experiment:
    """An experiment that does as much in a launch as the profile takes; what a condition is stays as it is."""
    return msgspec.structs.replace(
        item,
        conditions=tuple(
            {name: _part(value, profile.share) if name in AMOUNTS else value for name, value in one.items()}
            for one in item.conditions
        ),
        launch_s=item.launch_s if profile.share == 1 else item.launch_s * 0.6,
    )


def ask_the_same(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments differ in amounts at most, so that what one observed answers the other."""
    return one.id == other.id and _without_amounts(one) == _without_amounts(other)


def _without_amounts(item: Experiment) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name not in AMOUNTS} for one in item.conditions]


def _part(amount: float, share: float) -> float:
    """A share of an amount; of a count one at least."""
    return max(1, round(amount * share)) if isinstance(amount, int) else amount * share


def matrix(target: Target, profile: Profile, usable_cores: int, filters: Filters) -> list[Comparison]:
    """Workloads × strategies × levels on one target. Serial paired with serial is among them: the A/A control.

    Raises InputError for a name that the target does not have, and for worker counts that ``check_workers`` refuses.
    """
    workloads = {one["name"]: one for one in target.description["workloads"]}
    strategies = {one["name"]: one for one in target.description["strategies"]}
    _check("workload", filters.workloads, workloads)
    _check("strategy", filters.strategies, strategies)
    comparisons = []
    for workload, entry in workloads.items():
        if not _surveyed(entry["survey"], workload, filters.workloads):
            continue
        for name, strategy in _serial_first(strategies):
            left_to_claims = profile.levels == "one" and strategy["equivalent_to"]
            usual = _fits(entry, strategy) and not left_to_claims
            if strategy["missing"] or not _surveyed(usual, name, filters.strategies):
                continue
            asked = () if strategy["one_worker"] else filters.workers
            check_workers(asked, entry["kind"], usable_cores, force=filters.force_workers)
            for workers in asked or levels_of(strategy, profile, usable_cores):
                comparisons.append(compare(target, workload, name, workers))
    return comparisons


def _fits(workload: dict[str, Any], strategy: dict[str, Any]) -> bool:
    """Whether the strategy is made for such work. A function of the user's own that cannot be awaited blocks a loop."""
    blocks = strategy["workers_in"] == "caller" and not workload.get("own", {}).get("asynchronous", True)
    return workload["kind"] in strategy["kinds"] and (strategy["one_worker"] or not blocks)


def _surveyed(usual: bool, name: str, asked: Sequence[str]) -> bool:
    """What the user names is measured, usual or not; where nothing is named, what is usual."""
    return name in asked if asked else usual


def _serial_first(strategies: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return sorted(strategies.items(), key=lambda item: (not item[1]["one_worker"], item[0]))


def _check(kind: str, asked: Sequence[str], known: dict[str, dict[str, Any]]) -> None:
    for name in asked:
        if name not in known:
            own = ", and files of your own (FILE.py)" if kind == "workload" else ""
            raise InputError(f"no {kind} is called {name!r}; there are: {', '.join(sorted(known))}{own}")


def orders(seed: int, item: str, pairs: int) -> list[tuple[str, str]]:
    """The order of the two halves of each pair: random, balanced in blocks of two, the same for the same seed."""
    generator = random.Random(f"{seed}:{item}")
    halves = [("case", "reference"), ("reference", "case")]
    ordered: list[tuple[str, str]] = []
    while len(ordered) < pairs:
        generator.shuffle(halves)
        ordered.extend(halves)
    return ordered[:pairs]


def expected_s(planned: Planned, pair_s: float) -> float:
    """About how long an item takes up to its first look, when a pair takes ``pair_s``."""
    launches, item = planned.effort.looks[0], planned.item
    if isinstance(item, Comparison) and item.again:
        return 0.0  # measured only where the first sample gives reason to
    if isinstance(item, Experiment):
        return launches * (LAUNCH_S + item.launch_s)
    return launches * (LAUNCH_S + (planned.effort.pairs + 1) * pair_s + (CONTROL_S if item.ceiling else 0))
