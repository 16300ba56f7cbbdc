"""The frozen types that the parent side shares: what is measured, what was measured, and what follows from it.

Units stand in the names. A journal line is one of ``Record``; everything here becomes JSON and comes back unchanged.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

SCHEMA = 1


class InputError(Exception):
    """Something from outside cannot be used. The message is one line: what is wrong and how to mend it."""


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """Base of every record: immutable, strict about its fields."""


class Case(Frozen, frozen=True):
    """target × workload × strategy × workers."""

    target: str
    workload: str
    strategy: str
    workers: int

    @property
    def label(self) -> str:
        """The case without its target, as pytest shows it: ``fnv1a-thread-w2``."""
        return f"{self.workload}-{self.strategy}-w{self.workers}"


class Comparison(Frozen, frozen=True, tag="comparison"):
    """A case and the reference that it is paired with; both do the same ``tasks``.

    ``ceiling`` asks for a round of the ceiling control in every launch. ``again`` marks a second sample, from launches
    of its own, of what the first gave reason to suspect.
    """

    case: Case
    reference: Case
    tasks: int
    ceiling: bool = False
    again: bool = False

    @property
    def id(self) -> str:
        """Unique in a run. The usual reference, the same workload run serially on the same target, goes without
        saying."""
        if self.reference.target != self.case.target:
            again = "-again" if self.again else ""
            return f"{self.case.label}{again}@{self.case.target}-vs-{self.reference.target}"
        against = "" if self.over_serial else f"-vs-{self.reference.strategy}"
        return f"{self.case.label}{against}@{self.case.target}"

    @property
    def over_serial(self) -> bool:
        """Whether the reference is the same workload run serially on the same target."""
        return self.reference.strategy == "serial" and self.reference.target == self.case.target

    @property
    def label(self) -> str:
        return self.id.partition("@")[0]

    @property
    def name_on_target(self) -> str:
        """The label, which is the same whichever target a case is held against, and that target where it is another:
        unique among the comparisons of one target."""
        return self.label if self.reference.target == self.case.target else f"{self.label}-vs-{self.reference.target}"


class Experiment(Frozen, frozen=True, tag="experiment"):
    """A probe run under several conditions, every one of them once a launch, in random order.

    ``launch_s`` is about how long that takes. ``counts_trials`` says that it asks what happens and not how fast: then
    trials are counted, and few launches hold enough of them.
    """

    target: str
    probe: str
    conditions: tuple[dict[str, Any], ...]
    launch_s: float = 0.1
    counts_trials: bool = False

    @property
    def id(self) -> str:
        return f"{self.probe}@{self.target}"

    @property
    def label(self) -> str:
        return self.probe


class Effort(Frozen, frozen=True):
    """How much is measured of one item: a look at the data after so many launches, each of so many pairs."""

    looks: tuple[int, ...]
    pairs: int

    @property
    def most_launches(self) -> int:
        return self.looks[-1]


class Planned(Frozen, frozen=True):
    """One item of a run: what is measured, how long at most, and the claims that asked for it."""

    item: Comparison | Experiment
    effort: Effort
    claims: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets whose launches measure the item, that of the case first."""
        if isinstance(self.item, Experiment):
            return (self.item.target,)
        return tuple(dict.fromkeys((self.item.case.target, self.item.reference.target)))


class UnknownName(KeyError):
    """A target has no workload, strategy or probe of this name."""


def _named(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found = {entry["name"]: entry for entry in entries}
    if name not in found:
        raise UnknownName(name)
    return found[name]


class Settings(Frozen, frozen=True):
    """How the launches of a target are set up; None leaves it to the interpreter. ``site`` lets them import what is
    installed for it, beyond the standard library. In words: ``gil=0``."""

    gil: bool | None = None
    switch_interval_s: float | None = None
    start_method: str | None = None
    site: bool = False

    def __str__(self) -> str:
        told = {
            "gil": None if self.gil is None else str(int(self.gil)),
            "switch-interval": None if self.switch_interval_s is None else f"{self.switch_interval_s:g}",
            "start-method": self.start_method,
            "site": "1" if self.site else None,
        }
        return ",".join(f"{name}={value}" for name, value in told.items() if value is not None)


DEFAULTS = Settings()


class Target(Frozen, frozen=True):
    """An interpreter under test. ``description`` is what it said of itself, once set up; ``sizes`` are the calibrated
    task sizes."""

    id: str
    executable: str
    description: dict[str, Any]
    sizes: dict[str, int]
    settings: Settings = DEFAULTS

    def workload(self, name: str) -> dict[str, Any]:
        """What the target says of one of its workloads; KeyError if it has none of that name."""
        return _named(self.description["workloads"], name)

    def strategy(self, name: str) -> dict[str, Any]:
        """What the target says of one of its strategies; KeyError if it has none of that name."""
        return _named(self.description["strategies"], name)

    def probe(self, name: str) -> dict[str, Any]:
        """What the target says of one of its probes; KeyError if it has none of that name."""
        return _named(self.description["probes"], name)

    @property
    def gil_enabled(self) -> bool:
        return bool(self.description["gil_enabled"])


class HostWarning(Frozen, frozen=True):
    """Something about the host that makes measurements worse, and what to do about it."""

    message: str
    remedy: str


class Host(Frozen, frozen=True):
    """The machine as a run found it. ``usable_cores`` is what affinity and cgroup quota leave of ``logical_cores``."""

    model: str
    logical_cores: int
    physical_cores: int | None
    usable_cores: int
    affinity: tuple[int, ...]
    cgroup_quota_cores: float | None
    memory_bytes: int
    kernel: str
    container: str | None
    virtualised: bool
    governor: str | None
    load_1min: float
    busy_share: float
    steal_share: float
    warnings: tuple[HostWarning, ...] = ()


class Resumption(Frozen, frozen=True):
    """An interrupted run went on: when, at what time of the run's own clock, how long it had lain idle, how many
    records of a launch that was cut off were dropped for it, and what disturbed the host then."""

    utc: str
    at_s: float
    idle_s: float
    dropped: int
    warnings: tuple[HostWarning, ...] = ()


class Run(Frozen, frozen=True):
    """``run.json``: what was planned, on what, by what, and how it ended; ``target_code`` is a digest of what its
    launches run."""

    id: str
    status: str  # "running", "complete", "interrupted" or "failed"
    started_utc: str
    ended_utc: str | None
    profile: str
    seed: int
    command: tuple[str, ...]
    gilbench: str
    git_commit: str | None
    host: Host
    targets: tuple[Target, ...]
    plan: tuple[Planned, ...]
    claims: tuple[str, ...] = ()  # the claims that the run was narrowed to; empty: all of them
    resumed: tuple[Resumption, ...] = ()
    target_code: str = ""
    schema: int = SCHEMA


class WorkerLog(Frozen, frozen=True):
    """One worker in one round; ``start_ns`` and ``end_ns`` count from the start of the round. ``gil_before`` and
    ``gil`` say whether its interpreter had the GIL when it began and when it was done."""

    pid: int
    thread_id: int
    tasks: int
    start_ns: int
    end_ns: int
    cpu_ns: int
    gil: bool = True
    gil_before: bool = True


class HostUse(Frozen, frozen=True):
    """What the host's cores did over one round, by psutil, in seconds; kernels count in ticks of about 10 ms."""

    busy_s: tuple[float, ...]
    steal_s: float


class Round(Frozen, frozen=True, tag="round"):
    """One timed execution of a case. ``began_s`` is on the run's own clock, which ``cores.jsonl`` shares."""

    item: str
    role: str  # "case" or "reference"
    launch: int
    pair: int
    position: int  # 0: first of its pair, 1: second
    warmup: bool
    began_s: float
    wall_ns: int
    launch_ns: int
    compute_ns: int
    join_ns: int
    cpu_self_ns: int
    cpu_children_ns: int
    switches_voluntary: int
    switches_forced: int
    peak_rss_bytes: int
    gil_before: bool
    gil_after: bool
    tasks: int
    checksum: int
    workers: tuple[WorkerLog, ...]
    host: HostUse


class Control(Frozen, frozen=True, tag="control"):
    """One round of the ceiling control, in the launch whose number it bears: loops in each window, a tuple a process,
    alone and all of them together."""

    item: str
    launch: int
    workers: int
    began_s: float
    ceiling: float
    alone: tuple[tuple[int, ...], ...]
    together: tuple[tuple[int, ...], ...]


class Observation(Frozen, frozen=True, tag="observation"):
    """What a probe saw under one condition in one launch."""

    item: str
    launch: int
    condition: int
    began_s: float
    wall_ns: int
    observed: dict[str, Any]


class LaunchStart(Frozen, frozen=True, tag="launch"):
    """A fresh process of a target, ready after ``startup_ns``."""

    item: str
    launch: int
    pid: int
    began_s: float
    startup_ns: int


class Stop(StrEnum):
    """Why no further launch of an item was measured."""

    SETTLED = "settled"  # its claims are decided as far as this item goes
    TIME = "time"  # the run's budget is spent
    EFFORT = "effort"  # the planned launches are done


class Stretch(Frozen, frozen=True, tag="stretch"):
    """What the host did to one launch: a fixed loop, timed before and after it by a process that stays the same through
    the run, and the seconds for which a quota stopped the run's processes meanwhile."""

    item: str
    launch: int
    before_ns: int
    after_ns: int
    throttled_s: float


class ItemEnd(Frozen, frozen=True, tag="end"):
    """An item was measured to its end, after so many launches; ``because`` says why not more."""

    item: str
    launches: int
    because: Stop


class Failure(Frozen, frozen=True, tag="failure"):
    """An item could not be measured, or not to its end; ``message`` is one line."""

    item: str
    launch: int
    message: str


Record = Round | Control | Observation | LaunchStart | Stretch | ItemEnd | Failure


class CoresSample(Frozen, frozen=True):
    """One line of ``cores.jsonl``: the share of each core that was busy since the sample before."""

    t_s: float
    busy: tuple[float, ...]


class Outcome(StrEnum):
    """What a run says of a claim. VOID: a control failed, so nothing can be said at all."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "NOT APPLICABLE"
    VOID = "VOID"


UNFINISHED = "let a run finish: gilbench run"  # the remedy that ends a reason where too little was measured
OF_TRIALS = " of trials"  # the unit of a share of trials, which is shown as a count: 20 of 20


class Estimate(Frozen, frozen=True):
    """An effect with its interval, made for a level of ``confidence``. ``n`` counts launches, or trials for a share."""

    center: float
    lo: float
    hi: float
    unit: str
    n: int
    confidence: float

    @property
    def sample(self) -> str:
        """What ``n`` counts."""
        return "trial" if self.unit == OF_TRIALS else "launch"

    def __str__(self) -> str:
        counted = self.sample == "trial"
        middle = f"{self.center * self.n:.0f} of {self.n}" if counted else f"{self.center:z.2f}{self.unit}"
        return f"{middle} [{self.lo:z.2f}, {self.hi:z.2f}]"


class Evidence(Frozen, frozen=True):
    """One quantity behind a verdict, in words and with its interval."""

    quantity: str
    estimate: Estimate
    item: str


class Verdict(Frozen, frozen=True):
    """What a run says of a claim on one target."""

    id: str
    statement: str
    target: str
    verdict: Outcome
    estimate: Estimate | None
    expected: Outcome | None
    reason: str
    evidence: tuple[Evidence, ...]
    explanation: str
    source: str
    figure: str

    @property
    def as_expected(self) -> bool | None:
        """Whether the host bears out the ledger; None where nothing was decided or nothing was expected."""
        if self.expected is None or self.verdict not in (Outcome.PROVED, Outcome.REFUTED):
            return None
        return self.verdict == self.expected
