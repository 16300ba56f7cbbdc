"""A run and the host that it found: ``run.json``."""

from __future__ import annotations

from gilbench.model.base import SCHEMA, Frozen
from gilbench.model.items import PlannedItem
from gilbench.model.targets import Target


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
    plan: tuple[PlannedItem, ...]
    claims: tuple[str, ...] = ()  # the claims that the run was narrowed to; empty: all of them
    resumed: tuple[Resumption, ...] = ()
    target_code: str = ""
    schema: int = SCHEMA
