"""The folder of a fleet: ``fleet.json``, and the ordinary run folders ``hosts/<name>/``."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from gilbench.model import InputError
from gilbench.model.fleets import FLEET_SCHEMA, Fleet, HostStatus
from gilbench.results import folder as layout
from gilbench.results.files import read_json, write_file

FLEET, HOSTS, PAGE = layout.FLEET, layout.HOSTS, "report.html"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")  # of a host: it becomes a folder's name


def is_fleet(path: Path) -> bool:
    """Whether a path is the folder of a fleet."""
    try:
        return (path / FLEET).is_file()
    except (OSError, ValueError):
        return False


def read_fleet(folder: Path) -> Fleet:
    """``fleet.json``.

    Raises:
        InputError: It is damaged, of another schema, or names a host as no folder can be named.
    """
    remedy = "measure again: gilbench fleet run"
    fleet = read_json(folder / FLEET, Fleet, FLEET_SCHEMA, remedy)
    names = [host.name for host in fleet.hosts]
    for name in names:
        if NAME.fullmatch(name) is None:
            raise InputError(f"{folder / FLEET} names a host {name!r}, which cannot be; {remedy}")
    if len(set(names)) != len(names):
        raise InputError(f"{folder / FLEET} names a host twice; {remedy}")
    return fleet


def write_fleet(folder: Path, fleet: Fleet) -> None:
    """Replace ``fleet.json`` in one step.

    Raises:
        Unwritable: It cannot be written.
    """
    encoded = msgspec.json.format(msgspec.json.encode(fleet), indent=2) + b"\n"
    try:
        write_file(folder / FLEET, encoded)
    except OSError as error:
        raise unwritable(folder, error) from error


class Unwritable(InputError):
    """A fleet's folder cannot be written: its hosts measure on, and it can be resumed."""


def unwritable(folder: Path, error: OSError) -> Unwritable:
    """The error of a fleet's folder that cannot be written."""
    return Unwritable(f"{folder} cannot be written ({error.strerror}); make room")


def host_folder(folder: Path, name: str) -> Path:
    """Where the run of a host is kept."""
    return folder / HOSTS / name


def measured_hosts(folder: Path, fleet: Fleet) -> dict[str, Path]:
    """The folders of the hosts that have measured something, by the hosts' names."""
    folders = {}
    for host in fleet.hosts:
        path = host_folder(folder, host.name)
        if (path / layout.RUN).is_file() and not path.is_symlink():
            folders[host.name] = path
    return folders


def missing_hosts(folder: Path, fleet: Fleet) -> dict[str, Path]:
    """Where the runs of hosts should be that were complete, and are not there."""
    measured = measured_hosts(folder, fleet)
    complete = [host.name for host in fleet.hosts if host.status == HostStatus.COMPLETE]
    return {name: host_folder(folder, name) for name in complete if name not in measured}
