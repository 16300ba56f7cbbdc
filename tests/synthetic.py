"""Worlds that were never measured: runs, records and tables in which the truth is known because it was written down.

A world follows a law (how fast a case is, how busy the host is) and writes the records that a suite would have written
had it run there. What it can run is what the registered workloads, strategies and probes say of themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from gilbench.claims.questions import wanted_items
from gilbench.experiments.report_only import report_only
from gilbench.model import (
    Case,
    CeilingControl,
    Comparison,
    Effort,
    Experiment,
    Failure,
    Host,
    HostUse,
    ItemEnd,
    LaunchStart,
    Observation,
    PlannedItem,
    Record,
    Round,
    Run,
    Stop,
    Target,
    TargetDescription,
    UserFunction,
    WorkerLog,
)
from gilbench.plan.profiles import REPORT_ONLY
from gilbench.results import tables
from gilbench.target.description import describe
from tests.laws import observe

SERIAL_S = 0.060
EFFORT = Effort((8, 14, 24), 2)
EXECUTABLE = "/synthetic/python"
STARTED = "2026-01-01T00:00:00+00:00"
USER_FUNCTION = UserFunction(
    "work.py", "/work.py", "0a", "", "", "/", cpu_share=0.9, asynchronous=False
)


@cache
def _registered() -> TargetDescription:
    return msgspec.convert(describe(), TargetDescription)


def make_target(
    *,
    gil: bool = True,
    version: str = "3.13.0",
    sizes: Mapping[str, int] | None = None,
    start_method: str = "fork",
    missing: Mapping[str, str] | None = None,
) -> Target:
    """A target that can run everything that is registered and needs no other package, but for what is ``missing``
    (name → reason); free-threaded without ``gil``."""
    lacking = {"dask": "no module named distributed", **(missing or {})}
    known = _registered()
    offered: dict[str, Any] = {}
    for kind in ("strategies", "probes", "channels"):
        entries = [
            replace(entry, missing=lacking.get(entry.name)) for entry in getattr(known, kind)
        ]
        offered[kind] = tuple(entries)
    description = replace(
        known,
        executable=EXECUTABLE,
        version=version,
        gil_enabled=gil,
        free_threaded_build=not gil,
        start_method=start_method,
        **offered,
    )
    return Target(version + ("" if gil else "t"), EXECUTABLE, description, dict(sizes or {}))


def make_host(cores: int = 2, **changes: Any) -> Host:
    """A quiet host with so many usable cores."""
    quiet: dict[str, Any] = {
        "model": "Synthetic 1",
        "logical_cores": cores,
        "physical_cores": cores,
        "usable_cores": cores,
        "affinity": tuple(range(cores)),
        "cgroup_quota_cores": None,
        "memory_bytes": 8 << 30,
        "kernel": "Linux 6",
        "container": None,
        "virtualised": False,
        "governor": None,
        "load_1min": 0.0,
        "busy_share": 0.0,
        "steal_share": 0.0,
    }
    return Host(**quiet | changes)


def make_run(
    plan: tuple[PlannedItem, ...] = (),
    *,
    targets: tuple[Target, ...] = (),
    host: Host | None = None,
) -> Run:
    """``run.json`` of a complete run."""
    return Run(
        id="20260101T000000Z-0000",
        status="complete",
        started_utc=STARTED,
        ended_utc=STARTED,
        profile="standard",
        seed=0,
        command=("gilbench", "run"),
        gilbench="0",
        git_commit=None,
        host=host or make_host(),
        targets=targets or (make_target(),),
        plan=plan,
    )


def make_round(item: str = "fnv1a-thread-w2@3.13.0", role: str = "case", **changes: Any) -> Round:
    """A round of 60 ms on one core, changed as asked."""
    wall_ns = changes.get("wall_ns", int(SERIAL_S * 1e9))
    plain: dict[str, Any] = {
        "launch": 0,
        "pair": 0,
        "position": 0,
        "warmup": False,
        "began_s": 0.0,
        "wall_ns": wall_ns,
        "launch_ns": 0,
        "compute_ns": wall_ns,
        "join_ns": 0,
        "cpu_self_ns": wall_ns,
        "cpu_children_ns": 0,
        "switches_voluntary": 0,
        "switches_forced": 0,
        "peak_rss_bytes": 1 << 24,
        "gil_before": True,
        "gil_after": True,
        "tasks": 8,
        "checksum": 1,
        "host": HostUse((wall_ns / 1e9, 0.0), 0.0),
    }
    values = plain | changes
    start_ns = values["launch_ns"]
    worker = WorkerLog(1, 1, values["tasks"], start_ns, start_ns + values["compute_ns"], wall_ns)
    return Round(item=item, role=role, **{"workers": (worker,)} | values)


def make_observation(
    experiment: Experiment, launch: int, condition: int, observed: dict[str, Any]
) -> Observation:
    """What a probe saw under one condition."""
    return Observation(experiment.id, launch, condition, 0.0, 1_000_000, observed)


@dataclass
class World:
    """A host, a target and the truth about them.

    ``speedups`` (label of a comparison → reference time over case time) overrides ``lawful_speedup``; ``noise`` is a
    launch's standard deviation in log speedup. Cores are CPU seconds a second: ``reference_cores`` what the reference
    gets, ``foreign_cores`` what other programs use. Launches take the values of a tuple ``ceiling`` in turn. ``operations_matter`` and ``interval_matters`` are elasticities of
    a GIL hold. ``trials`` (probe → what its trials show instead of what is lawful) and ``law`` (a quantity of
    ``tests/laws.py`` → its value) overrule the laws of probes. ``unmeasured`` labels leave no record, ``failures``
    (label → message) a failure only.
    """

    cores: int = 2
    quota: float | None = None  # the cgroup's, in cores
    gil: bool = True
    speedups: Mapping[str, float] = field(default_factory=dict)
    cores_used: Mapping[str, float] = field(default_factory=dict)
    ceiling: float | tuple[float, ...] | None = None
    reference_cores: float = 1.0
    foreign_cores: float = 0.02
    operations_matter: float = 0.0
    interval_matters: float = 1.0
    trials: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    law: Mapping[str, float] = field(default_factory=dict)
    noise: float = 0.003
    launches: int = 24
    unmeasured: frozenset[str] = frozenset()
    failures: Mapping[str, str] = field(default_factory=dict)
    seed: int = 1
    claims: frozenset[str] = frozenset()  # measure what these want; empty: what every claim wants
    missing: Mapping[str, str] = field(default_factory=dict)  # what the target lacks, and why
    beside: bool = False  # a second target, of the same version and with the GIL, whose rounds take turns with these

    def __post_init__(self) -> None:
        self.target, self.host = (
            make_target(gil=self.gil, missing=self.missing),
            make_host(self.cores, cgroup_quota_cores=self.quota),
        )
        self.targets = (self.target, make_target()) if self.beside else (self.target,)
        self._random = np.random.default_rng(self.seed)

    def plan(self) -> tuple[PlannedItem, ...]:
        """What the ledger wants measured here, and what the report shows besides."""
        planned = []
        if not self.claims:
            for shown in report_only(self.target):
                planned.append(PlannedItem(shown, Effort((REPORT_ONLY.looks[0], 24), 1)))
        for wanted in wanted_items(self.targets, self.host).values():
            if not self.claims or self.claims & set(wanted.claims):
                planned.append(PlannedItem(wanted.item, EFFORT, wanted.claims))
        return tuple(planned)

    def lawful_speedup(self, comparison: Comparison) -> float:
        """What theory says: waiting overlaps, processes and released GILs scale to the cores, held GILs do not."""
        case, reference = comparison.case, comparison.reference
        if reference.target != case.target:
            return 1.8 if case.workload == "own-attribute" and case.workers > 1 else 0.9
        if reference.strategy != "serial":
            return self._over_serial(case) / self._over_serial(reference)
        return self._over_serial(case)

    def _over_serial(self, case: Case) -> float:
        if self.target.workload(case.workload).kind == "io":
            return 0.9 * case.workers if case.workers > 1 else 1.0
        in_processes = self.target.strategy(case.strategy).workers_in in (
            "processes",
            "interpreters",
        )
        in_caller = self.target.strategy(case.strategy).workers_in == "caller"
        if (
            in_processes
            or (not self.gil and not in_caller)
            or case.workload in ("sha256-large", "crc32-large")
        ):
            return 0.97 * min(case.workers, self.cores)
        return 0.99

    def records(self) -> list[Record]:
        """The journal of the whole plan, in order."""
        return [record for planned in self.plan() for record in self._records_of(planned)]

    def tables(self) -> tables.Tables:
        run = make_run(self.plan(), targets=self.targets, host=self.host)
        return tables.build(run, self.records())

    def _records_of(self, planned: PlannedItem) -> list[Record]:
        item = planned.item
        if item.label in self.unmeasured:
            return []
        if item.label in self.failures:
            return [Failure(item.id, 0, self.failures[item.label])]
        written: list[Record] = []
        for launch in range(self.launches):
            written.append(LaunchStart(item.id, launch, 1000 + launch, float(launch), 20_000_000))
            if isinstance(item, Comparison):
                written.extend(self._launch(item, launch, planned.effort.pairs))
            else:
                written.extend(self._probe(item, launch))
        return [*written, ItemEnd(item.id, self.launches, Stop.EFFORT)]

    def _launch(self, item: Comparison, launch: int, pairs: int) -> list[Record]:
        truth = self.speedups.get(item.label) or self.lawful_speedup(item)
        wall_s = self.varied(SERIAL_S / truth)
        busy = self.target.workload(item.case.workload).kind == "cpu"
        case_cores = self.cores_used.get(item.label, min(truth, self.cores) if busy else 0.05)
        reference_cores = self.reference_cores if busy else 0.05
        written: list[Record] = []
        for pair in range(-1, pairs):
            place = {"launch": launch, "pair": pair, "warmup": pair < 0, "tasks": item.tasks}
            for role, case, role_s, cores in (
                ("reference", item.reference, SERIAL_S, reference_cores),
                ("case", item.case, wall_s, case_cores),
            ):
                gil = next(
                    target.gil_enabled for target in self.targets if target.id == case.target
                )
                states = {"gil_before": gil, "gil_after": gil}
                written.append(self._round(item.id, role, role_s, cores, place | states))
        if item.ceiling:
            lawful = 0.98 * min(item.case.workers, self.cores)
            in_turn = self.ceiling if isinstance(self.ceiling, tuple) else (self.ceiling or lawful,)
            reached = in_turn[launch % len(in_turn)]
            written.append(
                CeilingControl(
                    item.id,
                    launch,
                    item.case.workers,
                    0.0,
                    reached,
                    ((10**9,),),
                    ((round(reached * 10**9),),),
                )
            )
        return written

    def _round(
        self, item: str, role: str, wall_s: float, cores: float, place: dict[str, Any]
    ) -> Round:
        wall_ns, cpu_ns = int(wall_s * 1e9), int(wall_s * cores * 1e9)
        busy_s = wall_s * (cores + self.foreign_cores) / self.cores
        use = HostUse((busy_s,) * self.cores, 0.0)
        return make_round(item, role, wall_ns=wall_ns, cpu_self_ns=cpu_ns, host=use, **place)

    def _probe(self, item: Experiment, launch: int) -> list[Record]:
        seen = [observe(self, item.probe, condition) for condition in item.conditions]
        return [make_observation(item, launch, index, one) for index, one in enumerate(seen)]

    def varied(self, value: float) -> float:
        """A value with a launch's noise."""
        return value * math.exp(self._random.normal(0, self.noise))


# Worlds in which a claim applies that does not in the usual one.
WHERE_IT_APPLIES: dict[str, dict[str, Any]] = {
    "B15": {"gil": False, "beside": True},
    "B16": {"gil": False, "beside": True},
    "B24": {"gil": False, "beside": True},
    "B17": {"gil": False},
    "C8": {"quota": 1.0},
}


def world_of(claim: str, **truth: Any) -> World:
    """A world in which a claim applies and only what it wants is measured."""
    return World(claims=frozenset({claim}), **WHERE_IT_APPLIES.get(claim, {}) | truth)


class SilentSession:
    """A session of a run that measures nothing."""

    target_bundle = None
    notes = ()

    def doing(self, what: str) -> None:
        """Say nothing of it."""
