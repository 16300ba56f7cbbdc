"""A fleet from its order to its folder: the cluster, the coordinator, and what is kept of it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench import __version__
from gilbench.fleet.agent import own_target_code
from gilbench.fleet.cluster import Cluster, first_connection, quiet_dask
from gilbench.fleet.conversation import Terms
from gilbench.fleet.coordinator import Coordinator
from gilbench.fleet.hosts import HostState
from gilbench.fleet.link import Link
from gilbench.fleet.planning import words_of
from gilbench.model import InputError
from gilbench.model.fleets import Fleet
from gilbench.results import folder as layout
from gilbench.results.fleet_folder import (
    FLEET,
    HOSTS,
    Unwritable,
    read_fleet,
    unwritable,
    write_fleet,
)
from gilbench.run.recorder import utc_now


@dataclass(frozen=True)
class Measured:
    """A fleet that was measured.

    Attributes:
        folder: Where it is kept.
        fleet: What ``fleet.json`` says.
        interrupted: Whether it was interrupted.
        is_kept: Whether there is anything to keep.
    """

    folder: Path
    fleet: Fleet
    interrupted: bool
    is_kept: bool


@dataclass
class Start:
    """Where a fleet begins: a new one, or the folder of one that is resumed.

    Attributes:
        terms: How it is measured.
        out: Where new fleets are kept.
        resume: The folder to resume; None for a new fleet.
        begun: The folder, while there is one that can be resumed.
    """

    terms: Terms
    out: Path
    resume: Path | None
    begun: Path | None = None

    def folder(self) -> Path:
        """The folder, made if it is new.

        Raises:
            InputError: It cannot be made.
        """
        if self.resume is not None:
            self.begun = self.resume.resolve()
        else:
            self.begun = layout.create(self.out)
        return self.begun

    def fleet(self, folder: Path) -> Fleet:
        """What ``fleet.json`` says at the start.

        Raises:
            InputError: It cannot be read, or another gilbench began it.
            Unwritable: It cannot be written.
        """
        if self.resume is not None:
            return _resumed_fleet(folder)
        fleet = Fleet(
            id=folder.name,
            started_utc=utc_now(),
            ended_utc=None,
            options=words_of(self.terms.request),
            gilbench=__version__,
            target_code=own_target_code(),
            at_once=self.terms.at_once,
        )
        try:
            self._write_new(folder, fleet)
        except Unwritable:  # there is nothing to resume
            self.discard(folder, fleet)
            raise
        return fleet

    def _write_new(self, folder: Path, fleet: Fleet) -> None:
        try:
            (folder / HOSTS).mkdir()
        except OSError as error:
            raise unwritable(folder, error) from error
        write_fleet(folder, fleet)

    def discard(self, folder: Path, fleet: Fleet) -> bool:
        """Remove the folder of a new fleet that no host has joined; returns whether it was one."""
        if self.resume is not None or fleet.hosts:
            return False
        for remove in ((folder / FLEET).unlink, (folder / HOSTS).rmdir, folder.rmdir):
            with contextlib.suppress(OSError):
                remove()
        self.begun = None
        return True


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other commands from measuring the same fleet.

    Raises:
        InputError: Another one does.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                f"{folder} is being measured by another command; wait until that ends"
            ) from None
        yield
    finally:
        os.close(descriptor)


def _resumed_fleet(folder: Path) -> Fleet:
    """A fleet to resume.

    Raises:
        InputError: Another gilbench began it.
    """
    fleet = read_fleet(folder)
    for what, then, now in (
        ("gilbench", fleet.gilbench, __version__),
        ("the code that launches run", fleet.target_code, own_target_code()),
    ):
        if then != now:
            raise InputError(
                f"{folder} cannot be resumed: {what} was {then} and is {now}; "
                "measure again with `gilbench fleet run`"
            )
    return msgspec.structs.replace(fleet, ended_utc=None, resumed=fleet.resumed + 1)


def measure_fleet(
    cluster: Callable[[], Cluster],
    address: str,
    start: Start,
    tell: Callable[[str], None],
    show: Callable[[Sequence[HostState]], None],
) -> Measured:
    """Measure a fleet.

    Args:
        cluster: Reaches or starts the workers.
        address: The scheduler's address, for messages.
        start: Where the fleet begins; its folder is made once the scheduler has answered.
        tell: Gets a line for what happens.
        show: Gets the hosts now and then.

    Raises:
        InputError: No scheduler or no worker is there, or something cannot be read.
        Unwritable: The folder cannot be written.
    """
    with ExitStack() as stack:
        stack.enter_context(quiet_dask())
        reached = cluster()
        stack.callback(reached.close)
        client = first_connection(reached, address)
        folder = start.folder()
        stack.enter_context(locked(folder))
        fleet = start.fleet(folder)
        link = Link(reached, client, fleet.id)
        stack.callback(link.close)
        coordinator = Coordinator(folder, fleet, start.terms, link, tell, show)
        try:
            interrupted = coordinator.measure()
        except InputError:
            start.discard(folder, coordinator.fleet)
            raise
        is_kept = not start.discard(folder, coordinator.fleet)
    return Measured(folder, coordinator.fleet, interrupted, is_kept)
