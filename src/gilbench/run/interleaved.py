"""Puts together runs with interleaved rounds of head and baseline: to check, and to calibrate."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from gilbench.check.calibration import Calibration
from gilbench.check.interleaved_run import BASELINE, CONTROL, HEAD
from gilbench.check.margins import Margins
from gilbench.check.replay import Looks
from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.measure.targets.spec import parse_spec
from gilbench.model import (
    LONG_CALL_S,
    Case,
    Comparison,
    Effort,
    Host,
    InputError,
    PlannedItem,
    StrategyInfo,
    Target,
)
from gilbench.plan.comparisons import TASKS_AT_LEAST
from gilbench.plan.matrix import EVERYTHING, Filters, matrix
from gilbench.plan.profiles import Profile
from gilbench.run.added_workloads import with_plugin_workloads, with_user_functions
from gilbench.run.pace import Pace
from gilbench.run.run_plan import IO_TASK_S, RunPlan
from gilbench.run.scheduler import CaseByCaseScheduler
from gilbench.run.stopping import InterleavedPolicy, StoppingPolicy, WholeEffortPolicy

# Short rounds and many launches: where in memory a process happens to be placed makes it some 2 %
# faster or slower for its whole life, and no number of rounds distinguishes that from a change of
# the code. See docs/decisions/0012.
TASK_S = 0.0015
ROUND_TASKS = 2
THREAD_TASKS = 4  # 6 ms of work, of which starting two threads takes 0.3
PROCESS_TASKS = 24  # 36 ms of work, of which starting two processes takes 5
TASKS = {
    "caller": ROUND_TASKS,
    "threads": THREAD_TASKS,
    "interpreters": PROCESS_TASKS,
    "processes": PROCESS_TASKS,
}
# A launch is short, unless the host changes speed during it, which more pairs average out. Seconds
# of rounds.
SHORT_S, LONG_S = 0.07, 0.25
FEWEST_PAIRS, SHORT_PAIRS, MOST_PAIRS = 4, 6, 20
KNOWN_TO = 0.015  # launches differ by 1.5 to 2.5 % anyway
# Launches of a first and of a second sample. Only flagged cases that are still open
# reach the second one's last analysis.
EFFORT = Looks((6, 10, 16, 24), (8, 12, 20, 36))
STRATEGIES = ("serial", "thread")


@dataclass(frozen=True)
class Interleaving:
    """Two sides whose rounds are interleaved, in every case that is compared.

    Attributes:
        host: The machine.
        against: Spec of the baseline's target.
        python: Spec of the head's target; None for the interpreter that runs gilbench.
        filters: What is compared.
        margins: How much slower a case may become.
    """

    host: Host
    against: str
    python: str | None = None
    filters: Filters = EVERYTHING
    margins: Margins = field(default_factory=Margins)

    def compose(self, session: Session) -> RunPlan:
        """Lay out the run.

        Raises:
            InputError: A name is unknown, or a side cannot be measured or cannot run a case.
        """
        usable_cores = self.host.usable_cores
        session.results.of_each_target = True
        session.doing("asking both sides what they can run")
        sides = (
            _side(BASELINE, self.against, session),
            _side(HEAD, self.python or sys.executable, session),
        )
        with_plugins = with_plugin_workloads(sides, session)
        (baseline, head), filters = with_user_functions(with_plugins, self.filters, session)
        _check_short(head, baseline)
        control = msgspec.structs.replace(baseline, id=CONTROL)
        self.margins.check_names(entry.name for entry in head.description.workloads)
        cases = _cases(head, baseline, filters, usable_cores)
        if not cases:
            raise InputError(
                "nothing is left to check; give fewer of --workload, --strategy and --workers"
            )
        return RunPlan(
            _profile(usable_cores),
            self.host,
            (baseline, head, control),
            tuple(self._items(cases, head, control)),
            watched_on=BASELINE,
        )

    def scheduler(self, pace: Pace) -> CaseByCaseScheduler:
        """Measures case by case, and stops a case as the policy says."""
        return CaseByCaseScheduler(pace, self._policy())

    def _items(
        self, cases: Sequence[Comparison], head: Target, control: Target
    ) -> list[PlannedItem]:
        """What is measured of the cases, and how thoroughly."""
        raise NotImplementedError

    def _policy(self) -> StoppingPolicy:
        """When a case has been measured enough."""
        raise NotImplementedError


@dataclass(frozen=True)
class InterleavedCheck(Interleaving):
    """A check: the control, every case, and a second sample of what the first one flagged.

    Attributes:
        scale: Multiplies the launches; None for what ``calibration`` says, or 1.
        calibration: What was found about this host, if anything.
    """

    scale: float | None = None
    calibration: Calibration | None = None

    def _items(
        self, cases: Sequence[Comparison], head: Target, control: Target
    ) -> list[PlannedItem]:
        serial = [case for case in cases if case.case.strategy == "serial"]
        planned = []
        for comparison in (_control(control, (serial or cases)[0]), *cases):
            looks = self._looks(EFFORT.looks, comparison)
            planned.append(_planned(comparison, head, control, looks))
        for case in cases:
            again = msgspec.structs.replace(case, again=True)
            planned.append(_planned(again, head, control, self._looks(EFFORT.again, again)))
        return planned

    def _policy(self) -> StoppingPolicy:
        return InterleavedPolicy(self.margins)

    def _looks(self, usual: tuple[int, ...], comparison: Comparison) -> tuple[int, ...]:
        """The interim analyses of a case.

        They come after more launches where this host needs them to see the margin.
        """
        scale = self.scale
        if scale is None and self.calibration is not None:
            margin = self.margins.of(comparison.case.workload)
            scale = self.calibration.scale(comparison.case.label, margin)
        return tuple(round(launches * (scale or 1.0)) for launches in usual)


@dataclass(frozen=True)
class CalibrationRun(Interleaving):
    """Every case once, to calibrate the host; nothing is decided.

    Attributes:
        launches: Those of a case.
    """

    launches: int = field(kw_only=True)

    def _items(
        self, cases: Sequence[Comparison], head: Target, control: Target
    ) -> list[PlannedItem]:
        """The cases alone: nothing is decided, so nothing is controlled."""
        return [_planned(case, head, control, (self.launches,)) for case in cases]

    def _policy(self) -> StoppingPolicy:
        return WholeEffortPolicy()


def _cases(head: Target, baseline: Target, filters: Filters, usable_cores: int) -> list[Comparison]:
    """Surveyed workloads × strategies × levels, or those that the user named."""
    # Raises for unknown names and worker counts
    matrix(head, _profile(usable_cores), usable_cores, filters)
    strategies = filters.strategies or STRATEGIES
    for strategy in strategies:
        for side in (head, baseline):
            if missing := side.strategy(strategy).missing:
                raise InputError(f"{strategy} cannot run on the {side.id}: {missing}; leave it out")
    cases = []
    for workload in head.description.workloads:
        named = workload.name in filters.workloads if filters.workloads else workload.survey
        if not named:
            continue
        for strategy in strategies:
            for workers in _levels(head.strategy(strategy), filters, usable_cores):
                cases.append(_across(head, baseline, workload.name, strategy, workers))
    return cases


def _levels(strategy: StrategyInfo, filters: Filters, usable_cores: int) -> tuple[int, ...]:
    """The worker counts at which a strategy is compared; a single one unless the user names any."""
    if strategy.one_worker:
        return (1,)
    return filters.workers or (max(2, usable_cores),)


def _check_short(*sides: Target) -> None:
    """Raise InputError where a call of a user's function takes long: a check makes thousands."""
    for side in sides:
        for workload in side.user_workloads:
            if workload.takes_long:
                raise InputError(
                    f"one call of {workload.name} takes {workload.task_s:.1f} s on the {side.id}; "
                    f"a check makes many: give it less to do, {LONG_CALL_S:g} s at most"
                )


def _side(name: str, spec: str, session: Session) -> Target:
    """One target, with its part in the comparison for an id.

    Both sides may be of the same version.
    """
    (target,), _ = loading.load_targets([spec], session.target_bundle)
    return msgspec.structs.replace(target, id=name, name=parse_spec(spec).name)


def _across(
    head: Target, baseline: Target, workload: str, strategy: str, workers: int
) -> Comparison:
    """A case of the head paired with the same case of the baseline."""
    is_cpu_bound = head.workload(workload).kind == "cpu"
    fewest_tasks = TASKS[head.strategy(strategy).workers_in] if is_cpu_bound else ROUND_TASKS
    # A task that takes longer than usual stands for several
    tasks = fewest_tasks * (TASK_S / _task_s(head, baseline, workload))
    return Comparison(
        Case(head.id, workload, strategy, workers),
        Case(baseline.id, workload, strategy, workers),
        tasks=workers * math.ceil(tasks / workers),
    )


def _task_s(head: Target, baseline: Target, workload: str) -> float:
    """About how many seconds a task takes on the faster side.

    A call of a user's function may take longer than a calibrated task; then a round has fewer.
    """
    calls_s = [side.workload(workload).task_s or 0.0 for side in (head, baseline)]
    return max(TASK_S, min(calls_s))


def _control(control: Target, case: Comparison) -> Comparison:
    """The baseline's case paired with itself."""
    return msgspec.structs.replace(
        case, case=msgspec.structs.replace(case.reference, target=control.id)
    )


def _planned(
    item: Comparison, head: Target, baseline: Target, looks: tuple[int, ...]
) -> PlannedItem:
    """A few pairs per launch, and more in a launch whose pairs differ by more than launches do."""
    task_s = _task_s(head, baseline, item.case.workload)
    round_s = item.tasks * task_s
    if head.workload(item.case.workload).kind == "io":
        round_s = item.tasks / item.case.workers * max(IO_TASK_S, task_s)
    pairs = min(SHORT_PAIRS, max(FEWEST_PAIRS, round(SHORT_S / (2 * round_s))))
    most_pairs = min(MOST_PAIRS, max(pairs, round(LONG_S / (2 * round_s))))
    return PlannedItem(item, Effort(looks, pairs, most_pairs, KNOWN_TO))


def _profile(usable_cores: int) -> Profile:
    """A profile that only says how long rounds are.

    A check decides for each case what is measured and how thoroughly.
    """
    effort = Effort(EFFORT.looks, MOST_PAIRS)
    return Profile(
        "check",
        survey=effort,
        claim=effort,
        timed=effort,
        trials=effort,
        share=1.0,
        round_s_per_core=TASK_S * TASKS_AT_LEAST / usable_cores,
        levels="one",
        budget_s=1e9,
    )
