"""What the records of a run can be: rules that its plan, its targets and earlier records set.

Types and ranges are those of ``model``; here are the rules across records.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from gilbench.model import (
    CeilingControl,
    Comparison,
    Experiment,
    Failure,
    ItemEnd,
    LaunchLost,
    LaunchStart,
    Observation,
    PlannedItem,
    Record,
    Round,
    Run,
)
from gilbench.results.halves import ROLES, half_rules
from gilbench.results.observed import Unobservable, check_observed
from gilbench.results.possible import Impossible

# CPU time is counted in ticks, and a short round may be charged with one that began before it.
CPU_SLACK_NS = 500_000_000
CPU_SLACK = 1.1
ROUNDING_NS = 10
CEILING_ERROR = 1e-6
CEILING = "ceiling"  # in the key of a control
MOST_CONTROLS = 3  # of a launch


def check_times(timed: Round, cores: int) -> None:
    """Check the tasks and times of a round against each other.

    Args:
        timed: The round.
        cores: How many the host has.

    Raises:
        Impossible: Its workers' tasks or its phases do not add up, or it used more CPU time than
            the cores have.
    """
    if not timed.workers:
        raise Impossible("it has no workers")
    tasks, first_ns, last_ns = 0, timed.workers[0].start_ns, timed.workers[0].end_ns
    for worker in timed.workers:
        tasks += worker.tasks
        # Comparing takes less time than min and max, and there may be a million rounds
        if worker.start_ns < first_ns:  # noqa: PLR1730
            first_ns = worker.start_ns
        if worker.end_ns > last_ns:  # noqa: PLR1730
            last_ns = worker.end_ns
    if tasks != timed.tasks:
        raise Impossible(f"its workers did {tasks} tasks, and the round has {timed.tasks}")
    if abs(timed.wall_ns - timed.launch_ns - timed.compute_ns - timed.join_ns) > ROUNDING_NS:
        raise Impossible("its phases do not add up to its wall time")
    if (
        abs(first_ns - timed.launch_ns) > ROUNDING_NS
        or abs(last_ns - first_ns - timed.compute_ns) > ROUNDING_NS
    ):
        raise Impossible("its workers did not compute when it did")
    cpu_ns = timed.cpu_self_ns + timed.cpu_children_ns
    if cpu_ns > CPU_SLACK * cores * timed.wall_ns + CPU_SLACK_NS:
        raise Impossible(f"it used more CPU time than {cores} cores have in its wall time")


def planned_items(run: Run) -> dict[str, PlannedItem]:
    """The items of a run's plan by their ids."""
    return {planned.item.id: planned for planned in run.plan}


def planned_item(planned: Mapping[str, PlannedItem], record: Record) -> PlannedItem:
    """The item of the plan that a record is of; Impossible if there is none."""
    try:
        return planned[record.item]
    except KeyError:
        raise Impossible(f"{record.item!r} is not in the plan") from None


class JournalRules:
    """The rules for the records of one run, checked in the order of its journal."""

    def __init__(self, run: Run) -> None:
        self._order, self._within = LaunchOrder(run), LaunchRules(run)

    def check(self, record: Record) -> None:
        """Check the next record.

        Raises:
            Impossible: It cannot follow the records before it.
        """
        self._order.check(record)
        self._within.check(record)

    def finish(self) -> None:
        """Check that a complete run is complete.

        Raises:
            Impossible: The end of an item is missing.
        """
        self._order.finish()


class LaunchOrder:
    """The rules for how launches and items follow each other in all of a journal."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._planned = planned_items(run)
        self._launches: dict[str, int] = {}  # begun, by item
        self._began_s: dict[str, float] = {}  # when the latest of them began
        self._lost: dict[str, int] = {}  # launches that died, by item
        self._ended: set[str] = set()

    def check(self, record: Record) -> None:
        """Check the next record; those within a launch need not be given.

        Raises:
            Impossible: It cannot follow the records before it.
        """
        planned = planned_item(self._planned, record)
        if record.item in self._ended:
            raise Impossible(f"{record.item} was over before it")
        if isinstance(record, Round):  # first, since most of them are
            return
        match record:
            case LaunchLost():
                self._check_lost(record)
            case LaunchStart():
                self._check_start(record, planned)
            case ItemEnd():
                begun = self._launches.get(record.item, 0)
                if record.launches != begun:
                    raise Impossible(
                        f"{record.item} ends after {record.launches} launches of {begun}"
                    )
                self._ended.add(record.item)
            case Failure():
                self._ended.add(record.item)

    def finish(self) -> None:
        """Check that a complete run is complete.

        Raises:
            Impossible: The end of an item is missing.
        """
        if self._run.status != "complete":
            return
        for item in self._planned:
            if item not in self._ended:
                raise Impossible(f"the run is complete, but the end of {item} is missing")

    def _check_start(self, start: LaunchStart, planned: PlannedItem) -> None:
        expected = self._launches.get(start.item, 0)
        if start.launch != expected:
            raise Impossible(f"launch {start.launch} of {start.item} follows {expected} launches")
        if start.launch >= planned.effort.most_launches:
            raise Impossible(
                f"launch {start.launch} of {start.item} is beyond the planned "
                f"{planned.effort.most_launches}"
            )
        # Launches follow each other, and the copy of one began when it did.
        if start.began_s <= self._began_s.get(start.item, -1.0):
            raise Impossible(f"launch {start.launch} of {start.item} began no later than the last")
        self._began_s[start.item] = start.began_s
        self._launches[start.item] = expected + 1

    def _check_lost(self, lost: LaunchLost) -> None:
        """A launch that died is the next one; another may die each time that a run is resumed."""
        expected = self._launches.get(lost.item, 0)
        if lost.launch != expected:
            raise Impossible(
                f"launch {lost.launch} of {lost.item} died where launch {expected} is due"
            )
        self._lost[lost.item] = self._lost.get(lost.item, 0) + 1
        if self._lost[lost.item] > 1 + len(self._run.resumed):
            raise Impossible(f"a launch of {lost.item} was replaced more often than it can be")


class LaunchRules:
    """The rules for the records of each launch, whatever launches were before it.

    Attributes:
        checksums: The results of each work by its number of tasks, in the order of the plan.
    """

    def __init__(self, run: Run) -> None:
        self._planned = planned_items(run)
        self._halves, self._cores = half_rules(run), run.host.logical_cores
        self.checksums = [half.checksums for half in self._halves.values()]
        self._now: tuple[str, int] | None = None  # the item and number of the latest launch
        self._had: set[tuple[Any, ...]] = set()  # records of the latest launch

    def check(self, record: Record) -> None:
        """Check the next record; the first one of a launch begins with nothing.

        Raises:
            Impossible: It cannot be in this launch.
        """
        match record:
            case Round():  # first, since most of them are
                self._check_place(record, (record.pair, record.role))
                self._check_round(record)
            case LaunchStart():
                self._now, self._had = (record.item, record.launch), set()
            case CeilingControl():
                self._check_place(record, (CEILING, record.began_s))
                if sum(key[0] == CEILING for key in self._had) > MOST_CONTROLS:
                    raise Impossible(f"a launch has {MOST_CONTROLS} ceiling controls at most")
                _check_ceiling_item(record, planned_item(self._planned, record))
            case Observation():
                self._check_place(record, (record.condition,))
                _check_observation(record, planned_item(self._planned, record))
            case ItemEnd() | Failure():
                if self._now is not None and self._now[0] == record.item:
                    self._now = None

    def _check_place(
        self, record: Round | CeilingControl | Observation, key: tuple[Any, ...]
    ) -> None:
        if (record.item, record.launch) != self._now:
            raise Impossible(f"it is of launch {record.launch} of {record.item}, which is not open")
        if key in self._had:
            raise Impossible(f"launch {record.launch} of {record.item} has it already")
        self._had.add(key)

    def _check_round(self, timed: Round) -> None:
        half = self._halves.get((timed.item, timed.role))
        if half is None and timed.role in ROLES:
            raise Impossible(f"{timed.item} is no comparison, and has no rounds")
        if half is None or timed.position >= len(ROLES):
            raise Impossible(f"a pair has no {timed.role!r} at place {timed.position}")
        if timed.pair >= half.most_pairs:
            raise Impossible(f"pair {timed.pair} is beyond the planned {half.most_pairs}")
        if timed.warmup != (timed.pair == -1):
            raise Impossible("a round is a warm-up exactly where its pair is -1")
        if timed.tasks != half.tasks and not timed.warmup:
            raise Impossible(f"it has {timed.tasks} tasks, planned are {half.tasks}")
        check_times(timed, self._cores)
        # A round may switch the GIL, which the report warns of.
        if timed.gil_before != half.gil:
            raise Impossible(f"its GIL was not as {half.target} has it")
        if half.checksums.setdefault(timed.tasks, timed.checksum) != timed.checksum:
            raise Impossible("its checksum differs from that of earlier rounds of the same work")


def _check_ceiling_item(control: CeilingControl, planned: PlannedItem) -> None:
    item = planned.item
    if not isinstance(item, Comparison):
        raise Impossible(f"{item.id} is no comparison, and has no ceiling")
    if control.workers != item.case.workers:
        raise Impossible(f"its ceiling is of {control.workers} workers")
    check_ceiling(control)


def check_ceiling(control: CeilingControl) -> None:
    """Check the ceiling of a control against the loops that it counted.

    Raises:
        Impossible: It does not follow from them.
    """
    together = [sum(counts) for counts in zip(*control.together, strict=False)]
    if not together or not any(control.alone):
        raise Impossible("its ceiling has no loops")
    ceilings = _of_means(control.alone, together), _of_medians(control.alone, together)
    if not any(
        math.isclose(control.ceiling, ceiling, rel_tol=CEILING_ERROR, abs_tol=CEILING_ERROR)
        for ceiling in ceilings
    ):
        raise Impossible(f"its ceiling is {control.ceiling:g}, by its loops {ceilings[0]:g}")


def _of_means(alone: Sequence[Sequence[int]], together: Sequence[int]) -> float:
    """The ceiling by means over windows, of those alone where the process had its core."""
    of_one = [count for counts in alone for count in counts if count >= max(counts) / 2]
    return statistics.fmean(together) / max(1.0, statistics.fmean(of_one))


def _of_medians(alone: Sequence[Sequence[int]], together: Sequence[int]) -> float:
    """The same by medians, as controls computed it until 29 November 2026."""
    medians = [statistics.median(counts) for counts in alone if counts]
    return statistics.median(together) / max(1.0, statistics.fmean(medians))


def _check_observation(observation: Observation, planned: PlannedItem) -> None:
    item = planned.item
    if not isinstance(item, Experiment):
        raise Impossible(f"{item.id} is no experiment, and observes nothing")
    if observation.condition >= len(item.conditions):
        raise Impossible(
            f"condition {observation.condition} is beyond the {len(item.conditions)} planned"
        )
    try:
        check_observed(item.probe, observation.observed)
    except Unobservable as error:
        raise Impossible(f"it {error}") from error
