"""A run of a synthetic world whose schedule is followed launch by launch, on a clock that the tests set."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import msgspec

from gilbench.claims.judging import RunClaims
from gilbench.model import (
    Effort,
    ItemEnd,
    LaunchStart,
    Outcome,
    PlannedItem,
    Record,
    Stop,
)
from gilbench.plan.comparisons import compare
from gilbench.plan.profiles import PROFILES
from gilbench.run.claims_scheduler import ClaimsScheduler
from gilbench.run.pace import Pace
from gilbench.run.recorder import Recorder
from gilbench.run.run_plan import RunPlan
from tests import synthetic
from tests.synthetic import World

LAUNCH_S = 0.5
LOOKS = (5, 8, 12)
MANY_LOOKS = (5, 8, 12, 16, 24, 40)


@dataclass
class Simulated:
    """A run of a world on a virtual clock: every launch takes ``LAUNCH_S``, and its records are the world's.

    It is narrowed to the claims of the world unless it is a ``whole`` one.
    ``only_shown`` items are planned besides what the world's claims need; ``kept`` launches of each item
    were measured by an earlier part of the run.
    """

    world: World
    whole: bool = False
    looks: tuple[int, ...] = LOOKS
    budget_s: float = 1000.0
    only_shown: tuple[PlannedItem, ...] = ()
    kept: int = 0
    now_s: float = 0.0
    order: list[str] = field(default_factory=list)
    ends: dict[str, tuple[Stop, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        claimed = [
            msgspec.structs.replace(planned, effort=Effort(self.looks, 2))
            for planned in self.world.plan()
        ]
        items = (*self.only_shown, *claimed)
        run = msgspec.structs.replace(
            synthetic.make_run(items, targets=self.world.targets, host=self.world.host),
            claims=() if self.whole else tuple(self.world.claims),
        )
        self.launches_of = {planned.item.id: self._launches(planned) for planned in items}
        profile = replace(PROFILES["standard"], budget_s=self.budget_s)
        self.plan = RunPlan(profile, self.world.host, self.world.targets, items)
        kept = [
            record
            for launches in self.launches_of.values()
            for part in launches[: self.kept]
            for record in part
        ]
        self.recorder = Recorder(run, kept, None, lambda: self.now_s)
        self.claims = RunClaims(run)
        self.scheduler = ClaimsScheduler(
            Pace(self.plan, self.recorder, lambda: self.now_s), self.claims
        )

    def _launches(self, planned: PlannedItem) -> list[list[Record]]:
        launches: list[list[Record]] = []
        for record in self.world._records_of(planned):
            if isinstance(record, LaunchStart):
                launches.append([])
            if not isinstance(record, ItemEnd):
                launches[-1].append(record)
        return launches

    def step(self) -> PlannedItem | None:
        """End what is over, then measure one launch of what is due; None where nothing is.

        A launch that begins is shown with the verdicts as they stand, as the live picture does it.
        """
        over = self.scheduler.over()
        while over:
            for planned, because in over:
                launches = len(self.recorder.launches.get(planned.item.id, ()))
                self.ends[planned.item.label] = (because, launches)
                self.recorder.add(ItemEnd(planned.item.id, launches, because))
            over = self.scheduler.over()
        due = self.scheduler.next()
        if due is not None:
            number = len(self.recorder.launches.get(due.item.id, ()))
            for record in self.launches_of[due.item.id][number]:
                begun = isinstance(record, LaunchStart)
                self.recorder.add(
                    msgspec.structs.replace(record, began_s=self.now_s) if begun else record
                )
                if begun:
                    self.scheduler.verdicts()
            self.now_s += LAUNCH_S
            self.recorder.took(due.item.id, LAUNCH_S)
            self.order.append(due.item.label)
        return due

    def run(self, until: Callable[["Simulated"], bool] = lambda run: False) -> "Simulated":
        """Measure until there is nothing left, or something has happened."""
        while not until(self) and self.step() is not None:
            pass
        return self

    def outcomes(self) -> dict[str, Outcome]:
        """By claim, as they stand before the next launch."""
        self.scheduler.over()
        return {verdict.id: verdict.verdict for verdict in self.scheduler.verdicts()}


def world(*claims: str, launches: int = LOOKS[-1], **truth) -> World:
    return World(launches=launches, claims=frozenset(claims), **truth)


def shown(workers: int, launches: int = 3) -> PlannedItem:
    """Something that no claim needs."""
    target = synthetic.make_target()
    return PlannedItem(
        compare(target, "fnv1a", "process-subclass", workers), Effort((launches,), 2)
    )
