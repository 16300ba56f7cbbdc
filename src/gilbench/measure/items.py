"""Measures one item, a round at a time: a comparison in pairs, an experiment condition by condition, in fresh launches.

An item asks its caller's rule at each planned look whether to stop.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gilbench.measure import cores
from gilbench.measure.launch import Launch, MeasurementError
from gilbench.measure.sentinel import Sight
from gilbench.measure.session import Session
from gilbench.model import (
    Case,
    CeilingControl,
    Comparison,
    Experiment,
    Failure,
    ItemEnd,
    LaunchStart,
    Observation,
    PlannedItem,
    Round,
    Stop,
    Target,
    WorkerLog,
)
from gilbench.plan.comparisons import orders

ROUND_TIMEOUT_S = 60.0
CEILING_WINDOW_NS = 3_000_000
CEILING_WINDOWS = 16

# From the median absolute deviation to the standard error of a median, for normally distributed values, times √n.
MEDIAN_ERROR = 1.4826 * math.sqrt(math.pi / 2)

StoppingRule = Callable[[PlannedItem], Stop | None]


class Enough(Exception):
    """Raised instead of a further round, when the stopping rule says so."""


class Measurement:
    """The launches and rounds of one planned item.

    ``next_round`` prepares (a fresh launch and its warm-up when one is due) and ``measure`` performs what was prepared;
    ``elapsed_s`` is target-measured time only, the clock that pytest-benchmark is given.
    """

    def __init__(self, session: Session, planned: PlannedItem, stopping: StoppingRule) -> None:
        self.session, self.planned, self.stopping = session, planned, stopping
        self.item_id = planned.item.id
        self.elapsed_s = 0.0
        self.launches = session.kept.get(self.item_id, 0)
        self._launches: dict[str, Launch] = {}  # by target
        self._in_launch = 0
        self._because = Stop.EFFORT
        self._before: Sight | None = None  # of the launch, where a sentinel watches

    @property
    def rounds_a_launch(self) -> int:
        """At most."""
        return self.planned.effort.longest_launch

    @property
    def most_rounds(self) -> int:
        return self.planned.effort.most_launches * self.rounds_a_launch

    @property
    def rounds_left(self) -> int:
        """Those that a run which went on does not have yet; all of them in any other."""
        return self.most_rounds - self.launches * self.rounds_a_launch

    def next_round(self) -> None:
        """Get ready for ``measure``; raises Enough when the rule says stop at a look."""
        if self._launches and not self._launch_is_over():
            return
        self._end_launch()
        if self.launches == self.planned.effort.most_launches:
            raise Enough  # launches that were over early leave rounds that nobody needs
        if self.launches in self.planned.effort.looks[:-1] and (because := self.stopping(self.planned)):
            self._because = because
            raise Enough
        self._begin_launch()

    def measure(self) -> None:
        self._perform(self._in_launch, warmup=False)
        self._in_launch += 1

    def finish(self) -> None:
        """End the last launch and journal the item's end."""
        self._end_launch()
        self.session.emit(ItemEnd(self.item_id, self.launches, self._because))

    def fail(self, message: str) -> None:
        self.session.emit(Failure(self.item_id, self.launches, message))

    def close(self) -> None:
        for launch in self._launches.values():
            launch.close()
        self._launches = {}

    def _begin_launch(self) -> None:
        """Open a fresh process of each target that the item needs, side by side."""
        if self.session.sentinel is not None:
            self._before = self.session.sentinel.look()
        began_s = self.session.clock_s()
        self._in_launch = 0
        for name in self._alternating(self.planned.targets):
            target = self.session.targets[name]
            self._launches[name] = Launch(target.executable, self.session.target_bundle, target.settings)
        for launch in self._launches.values():
            launch.set_up(ROUND_TIMEOUT_S)
        self._place()
        startup_ns = int((self.session.clock_s() - began_s) * 1e9)
        pid = self._launches[self.planned.targets[0]].pid
        self.session.emit(LaunchStart(self.item_id, self.launches, pid, round(began_s, 6), startup_ns))
        self._load()
        self._perform(-1, warmup=True)

    def _alternating(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """In this order in one launch, and in the other in the next: what comes first may be faster by several per cent
        for as long as its process lives (docs/decisions/0012), which must not be one side's alone."""
        return names[::-1] if self.launches % 2 else names

    def _end_launch(self) -> None:
        if self._launches:
            self.close()
            if self.session.sentinel is not None and self._before is not None:
                self.session.emit(self.session.sentinel.stretch(self.item_id, self.launches, self._before))
            self.launches += 1

    def _launch_is_over(self) -> bool:
        return self._in_launch == self.rounds_a_launch

    def _place(self) -> None:
        """Put the launches where they are to run; anywhere, unless a kind of item knows better."""

    def _load(self) -> None:
        """Have the launches import what they need; in the warm-up, unless a kind of item knows better."""

    def _perform(self, index: int, *, warmup: bool) -> None:
        raise NotImplementedError


class PairedMeasurement(Measurement):
    """Pairs of a case and its reference, with a round of the ceiling control in the middle of each launch."""

    def __init__(self, session: Session, planned: PlannedItem, stopping: StoppingRule) -> None:
        assert isinstance(planned.item, Comparison)
        super().__init__(session, planned, stopping)
        self.comparison = planned.item
        self._orders = orders(session.seed, self.item_id, self.most_rounds)
        self._ratios: list[float] = []  # of the launch: logarithms of the case's time over its reference's

    def _place(self) -> None:
        """Two launches that never run at the same time, with one worker each, share a core: cores of one host may
        differ by half in speed for as long as a launch lives. The launch after the next takes the next core."""
        in_caller = all(
            self.session.targets[case.target].strategy(case.strategy).workers_in == "caller"
            for case in (self.comparison.case, self.comparison.reference)
        )
        allowed = cores.usable()
        if len(self._launches) > 1 and in_caller and allowed:
            for launch in self._launches.values():
                launch.pin(allowed[self.launches // 2 % len(allowed)])

    def _load(self) -> None:
        """Two launches import at the same time: one that imports after the other may stay slower."""
        if len(self._launches) > 1:
            for launch in self._launches.values():
                launch.request("load", workload=self.comparison.case.workload)
            for launch in self._launches.values():
                launch.answer(ROUND_TIMEOUT_S)

    def _launch_is_over(self) -> bool:
        """Asked of an even number of pairs only, in which either half went first as often as the other.

        Only how much the pairs differ decides, never which half was faster, so that it favours neither.
        """
        effort, done = self.planned.effort, self._in_launch
        if done < effort.pairs or (done % 2 and done < effort.longest_launch):
            return False
        return done == effort.longest_launch or median_error(self._ratios) <= effort.known_to

    def _perform(self, index: int, *, warmup: bool) -> None:
        if self.comparison.ceiling and index == self.planned.effort.pairs // 2:
            self._control()
        walls_ns = {}
        if warmup:
            order = ("reference", "case") if len(self._launches) == 1 else self._alternating(("reference", "case"))
        else:
            order = self._orders[self.launches * self.rounds_a_launch + index]
        for position, role in enumerate(order):
            case = self.comparison.case if role == "case" else self.comparison.reference
            walls_ns[role] = self._round(case, role, index, position, warmup=warmup)
        if warmup:
            self._ratios = []
            return
        self.elapsed_s += walls_ns["case"] / 1e9
        self._ratios.append(math.log(walls_ns["case"] / walls_ns["reference"]))

    def _round(self, case: Case, role: str, pair: int, position: int, *, warmup: bool) -> int:
        params = self.session.params(case, sized_on=self.comparison.reference.target)
        began_s = self.session.clock_s()
        before = cores.read()
        answer = self._launches[case.target].ask(
            "round",
            ROUND_TIMEOUT_S,
            workload=case.workload,
            strategy=case.strategy,
            workers=case.workers,
            tasks=self.comparison.tasks,
            params=params,
        )
        use = cores.read().since(before)
        if answer["tasks"] != self.comparison.tasks:
            raise MeasurementError(f"{answer['tasks']} of {self.comparison.tasks} tasks were done")
        self.session.check_result(case.workload, params.get("size"), answer["tasks"], answer["checksum"])
        start_ns = answer.pop("start_ns")
        logs = answer.pop("workers")
        _check_gil(self.session.targets[case.target], answer, logs)
        workers = tuple(
            WorkerLog(
                worker["pid"],
                worker["thread_id"],
                worker["tasks"],
                worker["start_ns"] - start_ns,
                worker["end_ns"] - start_ns,
                worker["cpu_ns"],
                worker["gil"],
                worker["gil_before"],
            )
            for worker in logs
        )
        self.session.emit(
            Round(
                item=self.item_id,
                role=role,
                launch=self.launches,
                pair=pair,
                position=position,
                warmup=warmup,
                began_s=round(began_s, 6),
                workers=workers,
                host=use,
                **answer,
            )
        )
        return int(answer["wall_ns"])

    def _control(self) -> None:
        began_s = self.session.clock_s()
        workers = self.comparison.case.workers
        params = {"workers": workers, "window_ns": CEILING_WINDOW_NS, "windows": CEILING_WINDOWS}
        launch = self._launches[self.comparison.case.target]
        seen = launch.ask("probe", ROUND_TIMEOUT_S, probe="ceiling", params=params)
        self.session.emit(
            CeilingControl(
                item=self.item_id,
                launch=self.launches,
                workers=workers,
                began_s=round(began_s, 6),
                ceiling=seen["ceiling"],
                alone=tuple(map(tuple, seen["alone"])),
                together=tuple(map(tuple, seen["together"])),
            )
        )


def median_error(values: Sequence[float]) -> float:
    """About the standard error of the median of at least two values, by their median absolute deviation."""
    middle = statistics.median(values)
    deviation = statistics.median(abs(value - middle) for value in values)
    return MEDIAN_ERROR * deviation / math.sqrt(len(values))


def _check_gil(target: Target, answer: dict[str, Any], logs: Iterable[dict[str, Any]]) -> None:
    """The launch and every worker must have had the GIL, before and after, just if the target has it; MeasurementError
    that names the module whose import switched it on, where there is one."""
    wanted = target.gil_enabled
    who = [("the launch", answer["gil_before"], answer["gil_after"], "")]
    who += [(f"worker {log['pid']}", log["gil_before"], log["gil"], log["gil_culprit"]) for log in logs]
    for one, before, after, culprit in who:
        if (before, after) == (wanted, wanted):
            continue
        state, right = ("off", "on") if wanted else ("on", "off")
        why = (
            f"it imported {culprit}, which is not marked as free of the GIL"
            if culprit and not wanted
            else "what sets it did not reach that process or interpreter"
        )
        raise MeasurementError(f"{one} ran with the GIL {state}, while {target.id} has it {right}: {why}")


class ExperimentMeasurement(Measurement):
    """Every condition of a probe once a launch, in random order."""

    def __init__(self, session: Session, planned: PlannedItem, stopping: StoppingRule) -> None:
        assert isinstance(planned.item, Experiment)
        super().__init__(session, planned, stopping)
        self.experiment = planned.item
        self._random = random.Random(f"{session.seed}:{self.item_id}")
        for _ in range(self.launches):  # the orders of the launches that are there already
            self._draw_order()
        self._order: list[int] = []

    @property
    def rounds_a_launch(self) -> int:
        return len(self.experiment.conditions)

    def _draw_order(self) -> list[int]:
        return self._random.sample(range(self.rounds_a_launch), self.rounds_a_launch)

    def _perform(self, index: int, *, warmup: bool) -> None:
        if warmup:
            self._order = self._draw_order()
            return
        condition = self._order[index]
        began_s = self.session.clock_s()
        probe = self.session.targets[self.experiment.target].probe(self.experiment.probe)
        observed: dict[str, Any] = self._launches[self.experiment.target].ask(
            "probe", probe.limit_s, probe=probe.name, params=self.experiment.conditions[condition]
        )
        wall_s = self.session.clock_s() - began_s
        self.elapsed_s += wall_s
        self.session.emit(
            Observation(
                item=self.item_id,
                launch=self.launches,
                condition=condition,
                began_s=round(began_s, 6),
                wall_ns=int(wall_s * 1e9),
                observed=observed,
            )
        )


def open_measurement(session: Session, planned: PlannedItem, stopping: StoppingRule) -> Measurement:
    """The measurement that fits the item."""
    kind = PairedMeasurement if isinstance(planned.item, Comparison) else ExperimentMeasurement
    return kind(session, planned, stopping)
