"""The hosts of a fleet as the coordinator knows them: which worker is which, and what each does."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from gilbench.fleet.cluster import Worker
from gilbench.fleet.copies import HostCopy
from gilbench.model.fleets import FleetHost, Gap, HostFacts, HostStatus, PlanFacts
from gilbench.results.fleet_folder import host_folder
from gilbench.run.recorder import utc_now

OVER = (HostStatus.COMPLETE, HostStatus.REFUSED, HostStatus.FAILED)
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_NAME = 100


@dataclass
class HostState:
    """One host while its fleet is measured.

    Attributes:
        name: Its name in the fleet.
        copy: What has arrived of its run.
        ip: The address that tells it from a host of the same name.
        address: Where its worker is; empty while it has none.
        status: What became of it so far.
        reason: Why, where that is not complete.
        doing: What it does before there are lines.
        facts: What it said of itself.
        plan: What it is to measure.
        notes: What differs from the first host and may.
        gaps: When nothing came from it; the last one may be open.
        attempts: How often it was begun or taken up again.
        strikes: How often in a row what it sent could not be used.
        future: The task on its worker that is to answer; None for none.
        asked: What that task was asked for.
        heard_s: When something came from it last, on the monotonic clock.
    """

    name: str
    copy: HostCopy
    ip: str = ""
    address: str = ""
    status: HostStatus = HostStatus.WAITING
    reason: str = ""
    doing: str = ""
    facts: HostFacts | None = None
    plan: PlanFacts | None = None
    notes: tuple[str, ...] = ()
    gaps: list[Gap] = field(default_factory=list)
    attempts: int = 0
    strikes: int = 0
    future: Any = None
    asked: str = ""
    heard_s: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, folder: Path, host: FleetHost) -> HostState:
        """A host of a fleet that is resumed.

        Raises:
            InputError: What has arrived of its run cannot be read.
        """
        state = cls(host.name, HostCopy(host_folder(folder, host.name)))
        state.facts, state.plan, state.notes = host.facts, host.plan, host.notes
        state.gaps, state.attempts = list(host.gaps), host.attempts
        if host.status == HostStatus.COMPLETE and state.copy.status == "complete":
            state.status = HostStatus.COMPLETE
        else:
            state.status = HostStatus.LOST
            state.reason = "it has not joined since the fleet was resumed"
        return state

    @property
    def is_over(self) -> bool:
        """Whether nothing more is asked of it."""
        return self.status in OVER

    def open_gap(self, reason: str) -> None:
        """Begin a time during which nothing comes from it, unless it has begun."""
        if not self.gaps or self.gaps[-1].ended_utc is not None:
            self.gaps.append(Gap(utc_now(), None, reason))

    def close_gap(self) -> None:
        """End the time during which nothing came from it."""
        if self.gaps and self.gaps[-1].ended_utc is None:
            open_gap = self.gaps[-1]
            self.gaps[-1] = Gap(open_gap.began_utc, utc_now(), open_gap.reason)

    def described(self) -> FleetHost:
        """The host as ``fleet.json`` has it."""
        return msgspec.convert(self, FleetHost, from_attributes=True)


class HostRegister:
    """Which worker is which host."""

    def __init__(self, folder: Path, hosts: dict[str, HostState]) -> None:
        """Begin with the hosts of a fleet that is resumed, or none."""
        self._folder, self.hosts = folder, hosts

    def admit(self, worker: Worker, facts: HostFacts, present: set[str]) -> HostState | None:
        """The host that a worker belongs to, made if there is none.

        Args:
            worker: A worker that has introduced itself.
            facts: What it said.
            present: The addresses of all workers.

        Returns:
            The host; None where another worker measures for it, which is on the same host.
        """
        name = as_name(worker.name or facts.hostname)
        host = self.hosts.get(name)
        if host is not None and _is_taken(host, worker, present) and not worker.name:
            if host.ip == worker.ip:
                return None
            name = as_name(f"{name}-{worker.ip}")
            host = self.hosts.get(name)
        if host is not None and _is_taken(host, worker, present):
            return None
        if host is None:
            host = HostState(name, HostCopy(host_folder(self._folder, name)))
            self.hosts[name] = host
        host.address, host.ip, host.facts = worker.address, worker.ip, facts
        return host


def _is_taken(host: HostState, worker: Worker, present: set[str]) -> bool:
    """Whether another worker that is there measures for a host."""
    return host.address in present and host.address != worker.address


def as_name(text: str) -> str:
    """A text as it can be the name of a folder."""
    return UNSAFE.sub("-", text).lstrip("._-")[:LONGEST_NAME] or "host"
