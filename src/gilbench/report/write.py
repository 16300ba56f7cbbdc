"""The entry to the report: judge a run and write everything that is derived from it.

Importing this is cheap; pandas and matplotlib are imported when a report is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gilbench.model import InputError, Verdict, one_line
from gilbench.results.collection import collection_paused

if TYPE_CHECKING:
    from gilbench.results.tables import Tables


AGAIN = "resume the fleet, and its host sends everything again"
MOST_PAGES = 16  # of hosts of a fleet; of more, the page of the fleet is written alone


def write(folder: Path) -> list[Verdict]:
    """As ``judged_and_written``, for callers that need the verdicts alone."""
    return judged_and_written(folder)[1]


def judged_and_written(folder: Path) -> tuple[Tables, list[Verdict]]:
    """Judge a run and write its report into its folder.

    Runs that were interrupted, or narrowed to a part, give a report of what they have.

    Args:
        folder: The run's folder.

    Returns:
        What was measured, and the verdicts in the order of ``verdicts.json``.

    Raises:
        InputError: The journal cannot be read, or the folder cannot be written.
    """
    with collection_paused():
        from gilbench.report import run_files

        try:
            return run_files.write(folder)
        except OSError as error:
            raise InputError(
                f"cannot write the report to {folder}: {error.strerror}; "
                "make room there, or copy the run elsewhere"
            ) from error


def write_side_by_side(folders: Sequence[Path]) -> Path:
    """Write a page with several runs side by side, next to the folder of the first of them.

    Returns:
        The path of the page.

    Raises:
        InputError: A journal cannot be read, or the page cannot be written.
    """
    with collection_paused():
        from gilbench.claims.judging import judge_claims
        from gilbench.report.html import side_by_side
        from gilbench.results import tables as frames
        from gilbench.results.files import write_file

        runs = []
        for folder in folders:
            tables = frames.load(folder)
            runs.append((tables, judge_claims(tables)))
        endings = "-".join(folder.name[-4:] for folder in folders)
        path = folders[0].parent / f"side-by-side-{endings}.html"
        try:
            write_file(path, side_by_side.render(runs).encode("utf-8"))
        except OSError as error:
            raise InputError(
                f"cannot write {path}: {error.strerror}; "
                "make room there, or copy the runs elsewhere"
            ) from error
    return path


class FleetReport(NamedTuple):
    """What was written of a fleet.

    Attributes:
        page: The path of its page.
        verdicts: The verdicts by host.
        problems: A line for each host whose run cannot be read, and which the page leaves out.
    """

    page: Path
    verdicts: dict[str, list[Verdict]]
    problems: tuple[str, ...]


def write_fleet(folder: Path) -> FleetReport:
    """Write the page of a fleet, and the report of each of its hosts that has measured something.

    Raises:
        InputError: The fleet, or the run of every host, cannot be read, or a page cannot be
            written.
    """
    with collection_paused():
        from msgspec.structs import replace

        from gilbench.report import run_files
        from gilbench.report.drawing.host_curves import MOST_HOSTS
        from gilbench.report.html import fleet_page
        from gilbench.results import fleet_folder
        from gilbench.results.files import write_file
        from gilbench.summary.fleet import columns_of, in_order_of_names

        fleet = fleet_folder.read_fleet(folder)
        hosts = {host.name: host for host in in_order_of_names(fleet.hosts)}
        fleet = replace(fleet, hosts=tuple(hosts.values()))
        columns, by_host = [], {}
        problems: list[str] = []
        measured = fleet_folder.measured_hosts(folder, fleet)
        for name, path in fleet_folder.missing_hosts(folder, fleet).items():
            problems.append(f"{path} is missing; {AGAIN}")
            hosts[name] = replace(hosts[name], reason=f"its run is not here; {AGAIN}")
        has_pages = len(measured) <= MOST_PAGES
        for name, path in measured.items():
            try:
                tables, by_host[name] = (run_files.write if has_pages else run_files.write_tables)(
                    path
                )
            except InputError as error:  # of this host; the page has the others
                problems.append(str(error))
                reasons = filter(None, (hosts[name].reason, str(error)))
                hosts[name] = replace(hosts[name], reason=one_line("; ".join(reasons)))
                continue
            except OSError as error:
                raise InputError(_no_room(path, folder, error)) from error
            drawn = len(by_host) <= MOST_HOSTS
            columns += columns_of(hosts[name], tables, by_host[name], with_rows=drawn)
        if problems and not by_host:
            raise InputError(problems[0])
        fleet = replace(fleet, hosts=tuple(hosts.values()))
        page = folder / fleet_folder.PAGE
        text = fleet_page.render(fleet, columns, has_pages=has_pages)
        try:
            write_file(page, text.encode("utf-8"))
        except OSError as error:
            raise InputError(_no_room(page, folder, error)) from error
    return FleetReport(page, by_host, tuple(problems))


def _no_room(path: Path, fleet: Path, error: OSError) -> str:
    """What is said where a page of a fleet cannot be written: everything measured is there."""
    return f"cannot write {path}: {error.strerror}; make room, then: gilbench report {fleet}"
