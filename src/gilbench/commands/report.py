"""``gilbench report``: everything that follows from a run, made again; several runs side by side on one page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._common import DEFAULT_OUT, OK, print_json, write_report

if TYPE_CHECKING:
    from gilbench.commands._common import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser("report", help="make a run's verdicts, tables, figures and page again")
    help_ = "a run's folder (default: results/latest); several are laid side by side on a page of their own"
    command.add_argument("runs", nargs="*", type=Path, metavar="RUN", help=help_)
    command.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    command.add_argument("--open", action="store_true", help="show the page in a browser")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.results import folder

    found = [_with_claims(folder.resolve(one)) for one in arguments.runs or [Path(DEFAULT_OUT, "latest")]]
    page = found[0] / folder.REPORT
    if len(found) == 1:
        write_report(found[0], arguments.json)
    else:
        page = _side_by_side(found, arguments.json)
    if arguments.open:
        import webbrowser

        if not webbrowser.open(page.as_uri()):
            print(f"no browser to be found; open {page}")
    return OK


def _with_claims(folder: Path) -> Path:
    """The folder; InputError for one of ``check``, which measures the cases of a gate and asks no claim."""
    from gilbench.model import InputError
    from gilbench.plan.profiles import PROFILES
    from gilbench.results import folder as layout

    if layout.read_run(folder).profile not in PROFILES:
        told = folder / layout.CHECK_MARKDOWN
        raise InputError(f"{folder} is a check and has no verdicts; what it found is in {told}")
    return folder


def _side_by_side(folders: list[Path], as_json: bool) -> Path:
    """Make each run's report again, and the page that shows them together."""
    from gilbench.report.write import write, write_side_by_side

    verdicts = {folder.name: write(folder) for folder in folders}
    page = write_side_by_side(folders)
    if as_json:
        print_json(verdicts)
    else:
        print(f"side by side: {page}")
    return page
