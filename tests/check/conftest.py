"""Checks and stored runs that were never measured: what they took is written down, and the journal follows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np
import pytest
from tests import synthetic

from gilbench.check.interleaved_run import BASELINE, CONTROL, HEAD, InterleavedRun
from gilbench.check.margins import Margins
from gilbench.check.stored_run import StoredRun
from gilbench.claims.judging import judge_claims
from gilbench.model import (
    Case,
    Comparison,
    Effort,
    Failure,
    HostDrift,
    HostUse,
    ItemEnd,
    LaunchStart,
    PlannedItem,
    Record,
    Run,
    Stop,
    Target,
)
from gilbench.results import tables

CASES = (("fnv1a", "serial", 1), ("fnv1a", "thread", 2), ("sleep", "serial", 1))
ROUND_S, PAIRS = 0.002, 6


def side(name: str) -> Target:
    """A synthetic target that plays a part in a check."""
    return msgspec.structs.replace(synthetic.make_target(), id=name)


def compared(workload: str, strategy: str, workers: int, head: str = HEAD) -> Comparison:
    return Comparison(
        Case(head, workload, strategy, workers), Case(BASELINE, workload, strategy, workers), 2
    )


@dataclass
class Checked:
    """A whole check. ``ratios`` (label → head time over baseline time, in the first and in the second sample) is one
    for what it does not name; ``noise`` is a launch's. ``disturbed`` launches of every item are off by ``off`` and have
    the sentinel's loop, or the quota, say so; of others ``stolen`` (launch → ticks) says what the hypervisor took.
    ``failures`` (item id → message), ``unmeasured`` item ids."""

    ratios: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    control: float = 1.0
    noise: float = 0.004
    launches: int = 10
    failures: Mapping[str, str] = field(default_factory=dict)
    unmeasured: frozenset[str] = frozenset()
    disturbed: frozenset[int] = frozenset()
    throttled: bool = False
    stolen: Mapping[int, int] = field(default_factory=dict)
    off: float = 1.0
    margins: Margins = field(default_factory=Margins)
    seed: int = 1
    without_control: bool = False

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)

    @property
    def run(self) -> Run:
        firsts = [compared(*case) for case in CASES]
        controls = [] if self.without_control else [compared(*CASES[0], head=CONTROL)]
        again = [msgspec.structs.replace(one, again=True) for one in firsts]
        planned = tuple(
            PlannedItem(one, Effort((6, self.launches), PAIRS))
            for one in (*controls, *firsts, *again)
        )
        return synthetic.make_run(planned, targets=(side(BASELINE), side(HEAD), side(CONTROL)))

    def records(self) -> list[Record]:
        """The journal; second samples only of what is suspected after the first ones."""
        plan = [one.item for one in self.run.plan if isinstance(one.item, Comparison)]
        written = [record for one in plan if not one.again for record in self._records_of(one)]
        so_far = InterleavedRun(tables.build(self.run, written), self.margins)
        suspects = {case.id for case in so_far.suspects}
        for one in plan:
            if one.again and msgspec.structs.replace(one, again=False).id in suspects:
                written += self._records_of(one)
            elif one.again:
                written.append(ItemEnd(one.id, 0, Stop.SETTLED))
        return written

    def judging(self) -> InterleavedRun:
        return InterleavedRun(tables.build(self.run, self.records()), self.margins)

    def _records_of(self, item: Comparison) -> list[Record]:
        if item.id in self.unmeasured:
            return []
        if item.id in self.failures:
            return [Failure(item.id, 0, self.failures[item.id])]
        truth = self.ratios.get(item.case.label, (1.0, 1.0))[item.again]
        if item.case.target == CONTROL:
            truth = self.control
        written: list[Record] = []
        for launch in range(self.launches):
            disturbed = launch in self.disturbed
            wall_s = (
                ROUND_S
                * truth
                * math.exp(self._random.normal(0, self.noise))
                * (self.off if disturbed else 1.0)
            )
            written.append(LaunchStart(item.id, launch, 1000 + launch, float(launch), 20_000_000))
            for pair in range(-1, PAIRS):
                place = {"launch": launch, "pair": pair, "warmup": pair < 0, "tasks": item.tasks}
                written.append(
                    synthetic.make_round(item.id, "reference", wall_ns=int(ROUND_S * 1e9), **place)
                )
                ticks = self.stolen.get(launch, 0) if pair == 0 else 0
                use = HostUse((wall_s, 0.0), 0.01 * ticks)
                written.append(
                    synthetic.make_round(
                        item.id, "case", wall_ns=int(wall_s * 1e9), host=use, **place
                    )
                )
            slowed_ns = 1_500_000 if disturbed and not self.throttled else 1_000_000
            stopped_s = 0.01 if disturbed and self.throttled else 0.0
            written.append(HostDrift(item.id, launch, 1_000_000, slowed_ns, stopped_s))
        return [*written, ItemEnd(item.id, self.launches, Stop.SETTLED)]


PROCESS = "fnv1a-process-w2"


def stored_world(**truth) -> synthetic.World:
    return synthetic.World(**{"claims": frozenset({"A16", "A17"}), "seed": 1} | truth)


def stored(**truth) -> StoredRun:
    measured = stored_world(**truth).tables()
    return StoredRun.of(measured, judge_claims(measured))


def stored_on(
    *versions: str, names: tuple[str, ...] = (), lacks: dict[str, str] | None = None, **truth
) -> StoredRun:
    """A run on these interpreters, perhaps under names of the user's, which lack some strategies."""
    made = stored_world(**truth)
    targets = [synthetic.make_target(version=version, missing=lacks) for version in versions]
    made.targets = tuple(
        msgspec.structs.replace(target, id=name or target.id)
        for target, name in zip(targets, names or [""] * len(targets), strict=True)
    )
    made.target = made.targets[0]
    measured = made.tables()
    return StoredRun.of(measured, judge_claims(measured))


def changed(one: StoredRun, **portable) -> StoredRun:
    return replace(one, portable=msgspec.structs.replace(one.portable, **portable))


@pytest.fixture(scope="module")
def baseline() -> StoredRun:
    """A stored run of processes that scale and threads that do not."""
    return stored()
