"""``gilbench report``: derives everything again from a journal; compares several runs on a page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._arguments import DEFAULT_OUT
from gilbench.commands._exit_codes import OK, UNUSABLE
from gilbench.commands._printing import console, open_page, print_json
from gilbench.commands._reports import must_have_claims, write_report

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "report", help="derive verdicts, tables, figures and page again from a run"
    )
    runs = (
        "a run's or a fleet's folder (default: results/latest); with several, also a page that "
        "compares them"
    )
    command.add_argument("runs", nargs="*", type=Path, metavar="RUN", help=runs)
    command.add_argument("--verbose", action="store_true", help="print every verdict")
    command.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    command.add_argument("--open", action="store_true", help="open the page in a browser")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.commands._fleets import write_fleet_report
    from gilbench.results import folder
    from gilbench.results.fleet_folder import is_fleet

    runs = arguments.runs or [Path(DEFAULT_OUT, "latest")]
    if len(runs) == 1 and is_fleet(runs[0]):
        report = write_fleet_report(runs[0], as_json=arguments.json, verbose=arguments.verbose)
        if arguments.open:
            open_page(report.page)
        return UNUSABLE if report.problems else OK
    folders = [folder.resolve(run) for run in runs]
    for each in folders:
        must_have_claims(each)
    for each in folders:
        _point_latest(each)
    if len(folders) == 1:
        write_report(folders[0], arguments.json, verbose=arguments.verbose)
        page = folders[0] / folder.REPORT
    else:
        page = _side_by_side(folders, arguments.json)
    if arguments.open:
        open_page(page)
    return OK


def _point_latest(folder: Path) -> None:
    """Have ``latest`` lead to a complete run that was killed before it could, if it is newer."""
    from contextlib import suppress

    from gilbench.model import InputError
    from gilbench.results.verification import publish_late

    with suppress(InputError, OSError):  # the report says what is wrong with the run
        publish_late(folder)


def _side_by_side(folders: list[Path], as_json: bool) -> Path:
    """Write each run's report again, and the page that compares them."""
    from gilbench.report.write import write, write_side_by_side

    verdicts = {folder.name: write(folder) for folder in folders}
    page = write_side_by_side(folders)
    if as_json:
        print_json(verdicts)
    else:
        console().print(f"side by side: {page}", soft_wrap=True)
    return page
