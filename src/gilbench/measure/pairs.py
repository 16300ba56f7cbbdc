"""Measures a comparison: pairs of a case and its reference, in random order, in fresh launches."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from gilbench.measure import cores
from gilbench.measure.answers import CeilingAnswer, RoundAnswer, WorkerAnswer, check_record, decode
from gilbench.measure.launches import MeasurementError, NoAnswer
from gilbench.measure.measurement import ROUND_TIMEOUT_S, Measurement
from gilbench.measure.session import Session
from gilbench.model import (
    Case,
    CeilingControl,
    Comparison,
    PlannedItem,
    Round,
    Target,
    WorkerLog,
    WorkloadInfo,
)
from gilbench.plan.amounts import ceiling_amounts
from gilbench.plan.comparisons import TASKS_AT_LEAST, orders

# A round may take so many times as long as the slowest so far, and so much longer: what starts
# processes takes its time on a busy host.
MOST_TIMES = 30
GRACE_S = 15.0
LONGER = 4.0  # times as long as serial calls may take, whatever the strategy
SPAWN = "measure with --python VERSION,start-method=spawn"

SHORT_CONTROL, LONG_CONTROL = 2, 4  # windows of each process, among short rounds and next to long

# From the median absolute deviation to the standard error of a median, times √n, for normally
# distributed values.
MEDIAN_ERROR = 1.4826 * math.sqrt(math.pi / 2)


class PairedMeasurement(Measurement):
    """Pairs of rounds, among which each launch has two or three rounds of the ceiling control."""

    def __init__(self, session: Session, planned: PlannedItem) -> None:
        assert isinstance(planned.item, Comparison)
        super().__init__(session, planned)
        self.comparison = planned.item
        self._orders = orders(
            session.seed, self.item_id, planned.effort.most_launches * self.rounds_a_launch
        )
        self._units = session.units_of_work(self.comparison)  # in a round
        self._slowest_task_s = 0.0  # of the rounds so far; 0 before the first
        self._log_ratios: list[float] = []  # of the launch: case time over reference time

    def _place(self) -> None:
        """Pin two launches that take turns, with one worker each, to the same core.

        Cores of one host may differ in speed by half for as long as a launch lives. Every second
        launch moves to the next core.
        """
        allowed = cores.usable()
        if len(self._open) > 1 and allowed and self._one_worker_each():
            core = allowed[self.launches // 2 % len(allowed)]
            for launch in self._open.values():
                launch.pin(core)

    def _one_worker_each(self) -> bool:
        for case in (self.comparison.case, self.comparison.reference):
            if self.session.targets[case.target].strategy(case.strategy).workers_in != "caller":
                return False
        return True

    def _load(self) -> None:
        """Have two launches import at the same time: one that imports later may stay slower."""
        if len(self._open) > 1:
            for launch in self._open.values():
                launch.request("load", workload=self.comparison.case.workload)
            for launch in self._open.values():
                launch.answer(ROUND_TIMEOUT_S)

    def _launch_is_over(self) -> bool:
        """Whether the launch has as many pairs as it needs.

        The number of pairs is even, so that each half goes first equally often. Only the spread of
        the ratios decides, not their mean, so that stopping early favours neither half.
        """
        effort, pairs = self.planned.effort, self._rounds_done
        if pairs == effort.longest_launch:
            return True
        if pairs < effort.pairs or pairs % 2:
            return False
        return median_error(self._log_ratios) <= effort.known_to

    def _warm_up(self) -> None:
        """Perform a pair that does not count; none of long calls, whose first one is as good."""
        self._log_ratios = []
        case = self.comparison.case
        if not self.session.targets[case.target].workload(case.workload).takes_long:
            super()._warm_up()

    def _perform(self, index: int, *, warmup: bool) -> float:
        """Perform one pair; returns what a unit of work took in the case, in seconds."""
        walls_ns: dict[str, int] = {}
        for position, role in enumerate(self._order(index, warmup=warmup)):
            case = self.comparison.case if role == "case" else self.comparison.reference
            if not warmup:
                self._control_before(2 * index + position)
            measured = self._round(case, role, index, position, warmup=warmup)
            walls_ns[role] = measured.wall_ns
            self.session.emit(measured)
        if warmup:
            self._log_ratios = []
        else:
            self._log_ratios.append(math.log(walls_ns["case"] / walls_ns["reference"]))
        return walls_ns["case"] / 1e9 / self._units

    @property
    def _warmup_tasks(self) -> int:
        """Tasks of a warm-up round: enough to import and specialise the code in every worker.

        Rounds of processes are long so that the start of the processes does not count, which a
        warm-up need not care for.
        """
        return min(self.comparison.tasks, max(TASKS_AT_LEAST, self.comparison.case.workers))

    def _order(self, index: int, *, warmup: bool) -> tuple[str, ...]:
        """Which half of a pair goes first."""
        if not warmup:
            return self._orders[self.launches * self.rounds_a_launch + index]
        roles = ("reference", "case")
        return roles if len(self._open) == 1 else self._alternating(roles)

    def _round(self, case: Case, role: str, pair: int, position: int, *, warmup: bool) -> Round:
        """Measure one round.

        Raises:
            MeasurementError: The round failed, its result differs from that of other rounds, or the
                GIL was not as its target has it.
        """
        params = self.session.params(case, sized_on=self.comparison.reference.target)
        began_s = self.session.clock_s()
        cores_before = self.session.read_cores()
        planned_tasks = self._warmup_tasks if warmup else self.comparison.tasks
        reply = self._ask_for(case, planned_tasks, params)
        host_use = self.session.read_cores().since(cores_before)
        answer = decode(reply, RoundAnswer)
        tasks = answer.tasks
        if tasks != planned_tasks:
            raise MeasurementError(f"{tasks} of {planned_tasks} tasks were done")
        size = params.get("size")
        self.session.results.check(case.target, case.workload, size, tasks, answer.checksum)
        check_gil(self.session.targets[case.target], answer)
        timed = Round(
            item=self.item_id,
            role=role,
            launch=self.launches,
            pair=pair,
            position=position,
            warmup=warmup,
            began_s=round(began_s, 6),
            wall_ns=answer.wall_ns,
            launch_ns=answer.launch_ns,
            compute_ns=answer.compute_ns,
            join_ns=answer.join_ns,
            cpu_self_ns=answer.cpu_self_ns,
            cpu_children_ns=answer.cpu_children_ns,
            switches_voluntary=answer.switches_voluntary,
            switches_forced=answer.switches_forced,
            peak_rss_bytes=answer.peak_rss_bytes,
            gil_before=answer.gil_before,
            gil_after=answer.gil_after,
            tasks=tasks,
            checksum=answer.checksum,
            workers=tuple(_worker_log(log, answer.start_ns) for log in answer.workers),
            host=host_use,
        )
        check_record(timed)
        return timed

    def _ask_for(self, case: Case, tasks: int, params: dict[str, Any]) -> dict[str, Any]:
        """Have a launch perform a round.

        Raises:
            MeasurementError: It failed, or a user function hung in processes before.
        """
        target = self.session.targets[case.target]
        workload = target.workload(case.workload)
        in_processes = target.strategy(case.strategy).workers_in == "processes"
        key = (case.target, case.workload)
        if in_processes and key in self.session.hung:
            raise MeasurementError(self.session.hung[key])
        began_s = time.monotonic()
        try:
            reply = self._open[case.target].ask(
                "round",
                self._limit_s(workload, tasks),
                workload=case.workload,
                strategy=case.strategy,
                workers=case.workers,
                tasks=tasks,
                params=params,
            )
        except NoAnswer as error:
            is_forked = in_processes and target.description.start_method == "fork"
            if workload.own is None or not is_forked:
                raise
            reason = f"{error}; forks of a process with threads may hang: {SPAWN}"
            self.session.hung[key] = f"not tried again in processes: {reason}"
            raise NoAnswer(reason) from None
        task_s = (time.monotonic() - began_s) / tasks
        self._slowest_task_s = max(self._slowest_task_s, task_s)
        return reply

    def _limit_s(self, workload: WorkloadInfo, tasks: int) -> float:
        """How long a round may take; once rounds of the item are known, it follows theirs."""
        most_s = ROUND_TIMEOUT_S + LONGER * tasks * (workload.task_s or 0.0)
        if not self._slowest_task_s:
            return most_s
        return min(most_s, GRACE_S + MOST_TIMES * self._slowest_task_s * tasks)

    def _after_rounds(self) -> None:
        self._control_before(2 * self._rounds_done)

    def _control_before(self, number: int) -> None:
        """Have the ceiling control before the round with this number, if its turn is there."""
        if not self.comparison.ceiling:
            return
        first_case = self._order(0, warmup=False).index("case")
        if number in controls_before(self.planned.effort.pairs, first_case):
            self._measure_ceiling()

    def _measure_ceiling(self) -> None:
        """Perform one round of the ceiling control and journal it."""
        began_s = self.session.clock_s()
        workers = self.comparison.case.workers
        is_among_short = self.planned.effort.pairs > 1
        params = ceiling_amounts(workers, SHORT_CONTROL if is_among_short else LONG_CONTROL)
        launch = self._open[self.comparison.case.target]
        reply = launch.ask("probe", ROUND_TIMEOUT_S, probe="ceiling", params=params)
        answer = decode(reply, CeilingAnswer)
        control = CeilingControl(
            item=self.item_id,
            launch=self.launches,
            workers=workers,
            began_s=round(began_s, 6),
            ceiling=answer.ceiling,
            alone=answer.alone,
            together=answer.together,
        )
        check_record(control)
        self.session.emit(control)


def controls_before(pairs: int, first_case: int) -> tuple[int, ...]:
    """The numbers of the rounds before which a launch has the ceiling control.

    They divide its rounds into quarters. The only pair of a launch is of long rounds, and its
    controls are those next to the case: one before and one after it.

    Args:
        pairs: Of the launch; each has two rounds.
        first_case: The number of the first round of the case.
    """
    if pairs == 1:
        return first_case, first_case + 1
    quarter = math.ceil(pairs / 2)
    return pairs - quarter, pairs, pairs + quarter


def median_error(values: Sequence[float]) -> float:
    """Estimate the standard error of the median of two values or more.

    It follows from their median absolute deviation.
    """
    median = statistics.median(values)
    deviation = statistics.median(abs(value - median) for value in values)
    return MEDIAN_ERROR * deviation / math.sqrt(len(values))


def check_gil(target: Target, answer: RoundAnswer) -> None:
    """Check that the launch and every worker had the GIL enabled exactly when the target does.

    It must hold before and after the round.

    Raises:
        MeasurementError: One had not; the message names the module whose import enabled the GIL,
            where there is one.
    """
    _check_gil_of("the launch", target, answer.gil_before, answer.gil_after)
    for log in answer.workers:
        name = f"worker {log.pid}"
        _check_gil_of(name, target, log.gil_before, log.gil, log.gil_culprit)


def _check_gil_of(who: str, target: Target, before: bool, after: bool, culprit: str = "") -> None:
    expected = target.gil_enabled
    if before == after == expected:
        return
    if culprit and not expected:
        why = f"it imported {culprit}, which is not marked as safe without the GIL"
    else:
        why = "the setting did not reach that process or interpreter"
    state, wanted = ("disabled", "enabled") if expected else ("enabled", "disabled")
    raise MeasurementError(
        f"{who} ran with the GIL {state}, but {target.id} has it {wanted}: {why}"
    )


def _worker_log(log: WorkerAnswer, start_ns: int) -> WorkerLog:
    """A worker's times from the start of the round."""
    relative = msgspec.structs.replace(
        log, start_ns=log.start_ns - start_ns, end_ns=log.end_ns - start_ns
    )
    return msgspec.convert(relative, WorkerLog, from_attributes=True)
