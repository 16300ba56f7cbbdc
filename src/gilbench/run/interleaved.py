"""Puts together a run in which head and baseline take turns, for a check.

What follows from the numbers is ``check``'s to say.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import msgspec

from gilbench.check.calibration import Calibration
from gilbench.check.interleaved import BASELINE, CONTROL, HEAD
from gilbench.check.margins import Margins
from gilbench.check.replay import Looks
from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.model import Case, Comparison, Effort, Host, InputError, PlannedItem, Target
from gilbench.plan.comparisons import TASKS_AT_LEAST
from gilbench.plan.matrix import EVERYTHING, Filters, matrix
from gilbench.plan.profiles import Profile
from gilbench.run.compose import IO_TASK_S, RunPlan, with_user_functions
from gilbench.run.stopping import InterleavedPolicy, WholeEffortPolicy

# Short rounds and many launches: where in memory a process happens to lie makes it some 2 % faster or slower for as
# long as it lives, and no number of rounds tells that from a change of the code. See docs/decisions/0012.
TASK_S = 0.0015
ROUND_TASKS = 2
THREAD_TASKS = 4  # 6 ms of work, of which starting two threads takes 0.3
PROCESS_TASKS = 24  # 36 ms of work, of which starting two processes takes 5
TASKS = {"caller": ROUND_TASKS, "threads": THREAD_TASKS, "interpreters": PROCESS_TASKS, "processes": PROCESS_TASKS}
# A launch is short, unless the host changes its speed within it, which more pairs do average out.
SHORT_S, LONG_S = 0.07, 0.25  # of rounds in a launch
FEWEST_PAIRS, SHORT_PAIRS, MOST_PAIRS = 4, 6, 20
KNOWN_TO = 0.015  # of which launches differ by 1.5 to 2.5 % anyway
# Launches of a first and of a second sample. The last look of the second costs only what is suspected and still open.
EFFORT = Looks((6, 10, 16, 24), (8, 12, 20, 36))
STRATEGIES = ("serial", "thread")


@dataclass(frozen=True)
class InterleavedCheck:
    """What is held against what: specs of two targets, ``python`` None for the interpreter that runs gilbench.

    ``scale`` multiplies the launches; None leaves it to the ``calibration`` of the host, where there is one. With
    ``only`` every case is measured in so many launches and nothing is decided: that is how a host is calibrated.
    """

    host: Host
    against: str
    python: str | None = None
    filters: Filters = EVERYTHING
    margins: Margins = field(default_factory=Margins)
    scale: float | None = None
    calibration: Calibration | None = None
    only: int | None = None

    def compose(self, session: Session) -> RunPlan:
        """The control, then every case once, then every case again; InputError where one side cannot run a case."""
        usable_cores = self.host.usable_cores
        session.doing("asking both sides what they can run")
        sides = (_side(BASELINE, self.against, session), _side(HEAD, self.python or sys.executable, session))
        (baseline, head), filters = with_user_functions(sides, self.filters, session)
        control = msgspec.structs.replace(baseline, id=CONTROL)
        self.margins.check_names(entry.name for entry in head.description.workloads)
        cases = _cases(head, baseline, filters, usable_cores)
        if not cases:
            raise InputError("nothing is left to check; give fewer of --workload, --strategy and --workers")
        if self.only:
            planned = [_planned(case, head, (self.only,)) for case in cases]
        else:
            first = next((one for one in cases if one.case.strategy == "serial"), cases[0])
            again = [msgspec.structs.replace(case, again=True) for case in cases]
            firsts = [_against(control, first), *cases]
            planned = [_planned(one, head, self._looks(EFFORT.looks, one)) for one in firsts]
            planned += [_planned(one, head, self._looks(EFFORT.again, one)) for one in again]
        return RunPlan(
            _profile(usable_cores),
            self.host,
            (baseline, head, control),
            tuple(planned),
            policy=lambda run: WholeEffortPolicy() if self.only else InterleavedPolicy(self.margins),  # noqa: ARG005
            watched_on=BASELINE,
        )

    def _looks(self, usual: tuple[int, ...], comparison: Comparison) -> tuple[int, ...]:
        """The looks, at more launches where the host was found to need them for the margin."""
        scale = self.scale
        if scale is None and self.calibration is not None:
            margin = self.margins.of(comparison.case.workload)
            scale = self.calibration.scale(comparison.case.label, margin)
        return tuple(round(one * (scale or 1.0)) for one in usual)


def _cases(head: Target, baseline: Target, filters: Filters, usable_cores: int) -> list[Comparison]:
    """Surveyed workloads × strategies × levels, or those that were asked for."""
    matrix(head, _profile(usable_cores), usable_cores, filters)  # for its errors about names
    cases = []
    for entry in head.description.workloads:
        asked = filters.workloads
        if entry.name not in asked if asked else not entry.survey:
            continue
        for strategy in filters.strategies or STRATEGIES:
            for side in (head, baseline):
                if missing := side.strategy(strategy).missing:
                    raise InputError(f"{strategy} cannot run on the {side.id}: {missing}; leave it out")
            alone = head.strategy(strategy).one_worker
            for workers in (1,) if alone else filters.workers or (max(2, usable_cores),):
                cases.append(_across(head, baseline, entry.name, strategy, workers))
    return cases


def _side(name: str, spec: str, session: Session) -> Target:
    """One target, called by its part in the comparison and not by its version, which may be the same on both sides."""
    (target,), _ = loading.load_targets([spec], session.target_bundle)
    return msgspec.structs.replace(target, id=name)


def _across(head: Target, baseline: Target, workload: str, strategy: str, workers: int) -> Comparison:
    computes = head.workload(workload).kind == "cpu"
    least = TASKS[head.strategy(strategy).workers_in] if computes else ROUND_TASKS
    return Comparison(
        Case(head.id, workload, strategy, workers),
        Case(baseline.id, workload, strategy, workers),
        tasks=workers * -(-least // workers),
    )


def _against(control: Target, case: Comparison) -> Comparison:
    """The case of the baseline with itself."""
    return msgspec.structs.replace(case, case=msgspec.structs.replace(case.reference, target=control.id))


def _planned(item: Comparison, head: Target, looks: tuple[int, ...]) -> PlannedItem:
    """A few pairs a launch, and more in one whose pairs differ by more than launches do."""
    computes = head.workload(item.case.workload).kind == "cpu"
    round_s = item.tasks * TASK_S if computes else item.tasks / item.case.workers * IO_TASK_S
    pairs = min(SHORT_PAIRS, max(FEWEST_PAIRS, round(SHORT_S / (2 * round_s))))
    most_pairs = min(MOST_PAIRS, max(pairs, round(LONG_S / (2 * round_s))))
    return PlannedItem(item, Effort(looks, pairs, most_pairs, KNOWN_TO))


def _profile(usable_cores: int) -> Profile:
    """A profile for the lengths of rounds only: what is measured, and how much of it, is the gate's own."""
    effort = Effort(EFFORT.looks, MOST_PAIRS)
    round_s_per_core = TASK_S * TASKS_AT_LEAST / usable_cores
    return Profile("check", effort, effort, effort, effort, 1.0, round_s_per_core, "one", 1e9)
