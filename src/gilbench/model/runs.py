"""A run and its host: ``run.json``."""

from __future__ import annotations

from gilbench.model.base import (
    SCHEMA,
    Count,
    Frozen,
    Name,
    NonNegative,
    Positive,
    Seconds,
    Share,
    Signed,
)
from gilbench.model.items import PlannedItem
from gilbench.model.targets import Target, target_with_id


class HostWarning(Frozen, frozen=True):
    """Something about the host that makes measurements worse, and what to do about it."""

    message: Name
    remedy: Name


class Host(Frozen, frozen=True):
    """The machine at the beginning of a run.

    Attributes:
        model: Name of the processor.
        logical_cores: Cores that the system counts.
        physical_cores: Cores without simultaneous multithreading; None where the system does not
            say.
        usable_cores: What affinity and cgroup quota leave of the logical cores.
        affinity: The cores that the run may use.
        cgroup_quota_cores: Cores' worth of CPU time that the quota allows; None without one.
        memory_bytes: Memory of the machine.
        kernel: Name and release of the operating system's kernel.
        container: What the run is contained in, such as "docker"; None for nothing.
        virtualised: Whether it is a virtual machine.
        governor: Frequency governor of the first core; None where there is none.
        load_1min: Load average.
        busy_share: Share of the CPU time that others used.
        steal_share: Share of the CPU time that the hypervisor gave to others.
        warnings: What disturbs measurements.
        not_done: What is not done on this system, and what that means for a result.
    """

    model: Name
    logical_cores: Positive
    physical_cores: Positive | None
    usable_cores: Positive
    affinity: tuple[Count, ...]
    cgroup_quota_cores: NonNegative | None
    memory_bytes: Count
    kernel: Name
    container: Name | None
    virtualised: bool
    governor: Name | None
    load_1min: NonNegative
    busy_share: Share
    steal_share: Share
    warnings: tuple[HostWarning, ...] = ()
    not_done: tuple[Name, ...] = ()


class Resumption(Frozen, frozen=True):
    """An interrupted run was resumed.

    Attributes:
        utc: When.
        at_s: The same on the run's clock, which stands still while a run is interrupted.
        idle_s: Seconds since anything had been measured.
        dropped: How many records of a launch that was cut off were dropped.
        warnings: What disturbed the host then.
    """

    utc: str
    at_s: Seconds
    idle_s: Seconds
    dropped: Count
    warnings: tuple[HostWarning, ...] = ()


class Seal(Frozen, frozen=True):
    """What the files of a run were when it ended, whether complete or interrupted.

    Attributes:
        rounds: The digest in the last line of ``rounds.jsonl``.
        cores: The digest of ``cores.jsonl``.
    """

    rounds: Name
    cores: Name


class Run(Frozen, frozen=True):
    """``run.json``: what was planned, on what, by what, and how it ended.

    Attributes:
        id: Name of the run's folder.
        status: "running", "complete", "interrupted" or "failed".
        started_utc: When the first process that measured it began.
        ended_utc: When the last one ended; None while it runs.
        profile: Name of the profile.
        seed: Decides every random order.
        command: The command line.
        gilbench: Version of gilbench.
        git_commit: Commit of the folder in which it was run; None where that is no repository.
        host: The machine.
        targets: The interpreters under test, with their task sizes.
        plan: What is measured.
        claims: Ids of the claims that it was narrowed to; empty for all of them.
        resumed: Each time that it was resumed after an interruption.
        target_code: Digest of the code that launches run.
        chained: Whether each line of ``rounds.jsonl`` has a digest of all lines up to it.
        seal: The last of these digests; None while the run is measured, and where it was killed.
        schema: Version of the format of the run's files.
    """

    id: Name
    status: Name
    started_utc: Name
    ended_utc: Name | None
    profile: Name
    seed: Signed
    command: tuple[str, ...]
    gilbench: Name
    git_commit: Name | None
    host: Host
    targets: tuple[Target, ...]
    plan: tuple[PlannedItem, ...]
    claims: tuple[Name, ...] = ()
    resumed: tuple[Resumption, ...] = ()
    target_code: Name = ""
    chained: bool = False
    seal: Seal | None = None
    schema: int = SCHEMA

    def target(self, id: str) -> Target:
        """The target of an id, which the run has."""
        return target_with_id(self.targets, id)
