"""A fleet: the hosts that measured the same order, as ``fleet.json`` has them."""

from __future__ import annotations

from enum import StrEnum

from gilbench.model.base import Count, Frozen, Name, Seconds

FLEET_SCHEMA = 1


class HostStatus(StrEnum):
    """What became of a host of a fleet."""

    WAITING = "waiting"  # it is there, and another measurement has its machine
    MEASURING = "measuring"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"  # its run stopped before its end, and can be resumed
    LOST = "lost"  # its workers disappeared while it measured
    REFUSED = "refused"  # it differs in what must be the same
    FAILED = "failed"  # it could not measure


class HostFacts(Frozen, frozen=True, forbid_unknown_fields=False):
    """What a host says of itself before it measures.

    Attributes:
        hostname: Its own name.
        machine: Digest of what identifies the machine; equal for two workers of one.
        gilbench: Version of gilbench.
        distributed: Version of Dask's distributed.
        python: Version of the Python that runs gilbench there.
        target_code: Digest of the code that launches run.
    """

    hostname: Name
    machine: Name
    gilbench: Name
    distributed: Name
    python: Name
    target_code: Name


class PlanFacts(Frozen, frozen=True, forbid_unknown_fields=False):
    """What a host would measure.

    Attributes:
        digest: Of everything that is planned, with the interpreters.
        items: How many items that are.
        targets: Each interpreter as the host has it, in words.
        functions: Each user function, with the digest of its file.
        usable_cores: Cores that a run may use there.
    """

    digest: Name
    items: Count
    targets: tuple[Name, ...]
    functions: tuple[Name, ...]
    usable_cores: Count


class Gap(Frozen, frozen=True):
    """A time during which nothing came from a host.

    Attributes:
        began_utc: When it was noticed.
        ended_utc: When the host was back; None where it did not come back.
        reason: What was seen.
    """

    began_utc: Name
    ended_utc: Name | None
    reason: Name


class FleetHost(Frozen, frozen=True):
    """One host of a fleet.

    Attributes:
        name: Its name in the fleet, and that of its folder under ``hosts``.
        address: Where its worker was reached last.
        status: What became of it.
        reason: Why, where it is not complete; empty otherwise.
        facts: What it said of itself; None where it never answered.
        plan: What it was to measure; None before that was known.
        notes: What differs from the first host and may differ, one line each.
        gaps: When nothing came from it.
        attempts: How often its measurement was begun or taken up again.
    """

    name: Name
    address: Name
    status: HostStatus
    reason: Name = ""
    facts: HostFacts | None = None
    plan: PlanFacts | None = None
    notes: tuple[Name, ...] = ()
    gaps: tuple[Gap, ...] = ()
    attempts: Count = 0


class Fleet(Frozen, frozen=True):
    """``fleet.json``: what was asked of which hosts, and what became of each.

    Attributes:
        id: Name of the fleet's folder.
        started_utc: When it was begun.
        ended_utc: When it ended; None while it runs, and where its coordinator was killed.
        options: The options of ``gilbench run`` that every host gets.
        gilbench: Version of gilbench at the coordinator.
        target_code: Digest of the code that launches run, at the coordinator.
        at_once: Whether hosts of one machine measured at the same time.
        hosts: In the order in which they joined.
        gaps: When the scheduler was not there.
        resumed: How often it was resumed.
        elapsed_s: How long it was measured, in all.
        schema: Version of the format.
    """

    id: Name
    started_utc: Name
    ended_utc: Name | None
    options: tuple[str, ...]
    gilbench: Name
    target_code: Name
    at_once: bool = False
    hosts: tuple[FleetHost, ...] = ()
    gaps: tuple[Gap, ...] = ()
    resumed: Count = 0
    elapsed_s: Seconds = 0.0
    schema: int = FLEET_SCHEMA
