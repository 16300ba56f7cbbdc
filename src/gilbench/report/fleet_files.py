"""The files of a fleet's folder that are derived from its hosts' journals: its page, their reports.

A host whose run cannot be read, or is not there, is left out of the page, which says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from gilbench.model import InputError, Verdict, one_line
from gilbench.model.fleets import FleetHost
from gilbench.report import run_files
from gilbench.report.drawing.host_curves import MOST_HOSTS
from gilbench.report.html import fleet_page
from gilbench.results import fleet_folder
from gilbench.results.files import write_file, writing
from gilbench.results.tables import Tables
from gilbench.summary.fleet import HostColumn, columns_of, in_order_of_names

AGAIN = "resume the fleet, and its host sends everything again"
MOST_PAGES = 16  # of hosts of a fleet; of more, the page of the fleet is written alone


@dataclass(frozen=True)
class FleetReport:
    """What was written of a fleet.

    Attributes:
        page: The path of its page.
        verdicts: The verdicts by host.
        problems: A line for each host whose run cannot be read, and which the page leaves out.
    """

    page: Path
    verdicts: dict[str, list[Verdict]]
    problems: tuple[str, ...]


@dataclass
class HostReports:
    """What is said of each host of a fleet, gathered host by host.

    Attributes:
        hosts: The hosts by name, each with the reason why the page leaves it out, if it does.
        verdicts: The verdicts by host, of those that could be read.
        columns: The columns of the page.
        problems: As in ``FleetReport``.
    """

    hosts: dict[str, FleetHost]
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)
    columns: list[HostColumn] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, name: str, tables: Tables, verdicts: list[Verdict]) -> None:
        """Add the report of a host; figures have the first ``MOST_HOSTS`` of them."""
        self.verdicts[name] = verdicts
        is_drawn = len(self.verdicts) <= MOST_HOSTS
        self.columns += columns_of(self.hosts[name], tables, verdicts, with_rows=is_drawn)

    def leave_out(self, name: str, problem: str, reasons: Sequence[str]) -> None:
        """Leave a host out; what is wrong is a line for the user, and the reasons for the page."""
        self.problems.append(problem)
        reason = one_line("; ".join(filter(None, reasons)))
        self.hosts[name] = replace(self.hosts[name], reason=reason)


def write(folder: Path) -> FleetReport:
    """Write the page of a fleet, and the report of each of its hosts that has measured something.

    Args:
        folder: The fleet's folder.

    Raises:
        InputError: The fleet, or the run of every host, cannot be read, or a page cannot be
            written.
    """
    fleet = fleet_folder.read_fleet(folder)
    fleet = replace(fleet, hosts=tuple(in_order_of_names(fleet.hosts)))
    measured = fleet_folder.measured_hosts(folder, fleet)
    has_pages = len(measured) <= MOST_PAGES
    remedy = f"make room, then: gilbench report {folder}"
    reports = HostReports({host.name: host for host in fleet.hosts})
    for name, path in fleet_folder.missing_hosts(folder, fleet).items():
        reports.leave_out(name, f"{path} is missing; {AGAIN}", [f"its run is not here; {AGAIN}"])
    write_host = run_files.write if has_pages else run_files.write_tables
    for name, path in measured.items():
        with writing(path, remedy):
            try:
                tables, verdicts = write_host(path)
            except InputError as error:  # of this host; the page has the others
                reports.leave_out(name, str(error), [reports.hosts[name].reason, str(error)])
            else:
                reports.add(name, tables, verdicts)
    if reports.problems and not reports.verdicts:
        raise InputError(reports.problems[0])
    fleet = replace(fleet, hosts=tuple(reports.hosts.values()))
    page = folder / fleet_folder.PAGE
    text = fleet_page.render(fleet, reports.columns, has_pages=has_pages)
    with writing(page, remedy):
        write_file(page, text.encode("utf-8"))
    return FleetReport(page, reports.verdicts, tuple(reports.problems))
