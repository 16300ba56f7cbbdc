"""What verbs do that are given a fleet's folder in place of a run's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._exit_codes import OK
from gilbench.commands._printing import console, print_json, waiting
from gilbench.commands._streams import say

if TYPE_CHECKING:
    from gilbench.report.fleet_files import FleetReport


def hosts_of(folder: Path) -> dict[str, Path]:
    """The run folder of every host of a fleet that has measured something.

    Raises:
        InputError: It is no fleet, or no host has measured anything.
    """
    from gilbench.model import InputError
    from gilbench.results.fleet_folder import FLEET, is_fleet, measured_hosts, read_fleet

    if not is_fleet(folder):
        raise InputError(f"{folder} is no folder of a fleet (no {FLEET})")
    hosts = measured_hosts(folder, read_fleet(folder))
    if not hosts:
        raise InputError(
            f"no host of {folder} has measured anything; complete it: gilbench fleet run --resume"
        )
    return hosts


def hosts_to_verify(folder: Path) -> list[Path]:
    """The run folder of every host of a fleet that has one, or was complete and should have it.

    Raises:
        InputError: As ``hosts_of`` does.
    """
    from gilbench.results.fleet_folder import missing_hosts, read_fleet

    hosts = hosts_of(folder)
    return [*hosts.values(), *missing_hosts(folder, read_fleet(folder)).values()]


def file_of_host(path: Path, host: str) -> Path:
    """A file of one host next to those of the others, such as ``trend-alpha.png``."""
    return path.with_name(f"{path.stem}-{host}{path.suffix}")


def write_fleet_report(folder: Path, *, as_json: bool, verbose: bool = False) -> FleetReport:
    """Write the reports of a fleet and its hosts; print the verdicts as JSON, or what became of it.

    Raises:
        InputError: Something of the fleet cannot be read or written.
    """
    from gilbench.report.write import write_fleet_pages
    from gilbench.results.fleet_folder import read_fleet
    from gilbench.terminal.fleet import print_fleet

    with waiting("judging the claims and drawing the reports"):
        report = write_fleet_pages(folder)
    say_problems(report)
    if as_json:
        print_json(report.verdicts)
    else:
        fleet = read_fleet(folder)
        print_fleet(console(), report.page, fleet, report.verdicts, verbose=verbose)
    return report


def say_problems(report: FleetReport) -> None:
    """Say on standard error which hosts the page of a fleet leaves out."""
    for problem in report.problems:
        say(f"gilbench: {problem}; the page has the other hosts")


def compare_hosts(
    folder: Path, host: str, other: str, *, as_json: bool, verbose: bool = False
) -> int:
    """Print how two hosts of a fleet differ, case by case.

    Raises:
        InputError: The fleet has no such host.
    """
    from dataclasses import asdict

    from gilbench.claims.judging import judge_claims
    from gilbench.model import unknown_name
    from gilbench.results import tables
    from gilbench.results.fleet_folder import read_fleet
    from gilbench.summary.fleet import columns_of
    from gilbench.summary.host_differences import host_pair
    from gilbench.terminal.fleet import print_host_pair

    folders = hosts_of(folder)
    described = {each.name: each for each in read_fleet(folder).hosts}
    columns = []
    for name in (host, other):
        if name not in folders:
            raise unknown_name("host", name, folders)
        loaded = tables.load(folders[name])
        columns += columns_of(described[name], loaded, judge_claims(loaded), with_rows=False)
    rows = host_pair(columns, host, other)
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        print_host_pair(console(), host, other, rows, verbose=verbose)
    return OK
