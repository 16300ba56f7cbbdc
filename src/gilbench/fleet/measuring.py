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
from gilbench.results.fleet_folder import HOSTS, read_fleet, write_fleet
from gilbench.run.recorder import utc_now


@dataclass(frozen=True)
class Measured:
    """A fleet that was measured.

    Attributes:
        folder: Where it is kept.
        fleet: What ``fleet.json`` says.
        interrupted: Whether it was interrupted.
    """

    folder: Path
    fleet: Fleet
    interrupted: bool


def new_fleet(out: Path, terms: Terms) -> tuple[Path, Fleet]:
    """Make the folder of a new fleet.

    Raises:
        InputError: It cannot be written.
    """
    folder = layout.create(out)
    fleet = Fleet(
        id=folder.name,
        started_utc=utc_now(),
        ended_utc=None,
        options=words_of(terms.request),
        gilbench=__version__,
        target_code=own_target_code(),
        at_once=terms.at_once,
    )
    (folder / HOSTS).mkdir()
    write_fleet(folder, fleet)
    return folder, fleet


def resumed_fleet(folder: Path) -> Fleet:
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


def measure_fleet(
    cluster: Callable[[], Cluster],
    address: str,
    place: Callable[[], tuple[Path, Fleet]],
    terms: Terms,
    tell: Callable[[str], None],
    show: Callable[[Sequence[HostState]], None],
) -> Measured:
    """Measure a fleet.

    Args:
        cluster: Reaches or starts the workers.
        address: The scheduler's address, for messages.
        place: Makes or opens the folder of the fleet, once the scheduler has answered.
        terms: How it is measured.
        tell: Gets a line for what happens.
        show: Gets the hosts now and then.

    Raises:
        InputError: No scheduler or no worker is there, or something cannot be read or written.
    """
    with ExitStack() as stack:
        stack.enter_context(quiet_dask())
        reached = cluster()
        stack.callback(reached.close)
        client = first_connection(reached, address)
        folder, fleet = place()
        stack.enter_context(locked(folder))
        link = Link(reached, client, fleet.id)
        stack.callback(link.close)
        coordinator = Coordinator(folder, fleet, terms, link, tell, show)
        interrupted = coordinator.measure()
    return Measured(folder, coordinator.fleet, interrupted)
