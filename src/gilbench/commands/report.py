"""``gilbench report``: derives everything again from a journal; compares several runs on a page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._common import DEFAULT_OUT, OK, print_json, write_report

if TYPE_CHECKING:
    from gilbench.commands._common import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "report", help="derive verdicts, tables, figures and page again from a run"
    )
    runs = "a run's folder (default: results/latest); with several, also a page that compares them"
    command.add_argument("runs", nargs="*", type=Path, metavar="RUN", help=runs)
    command.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    command.add_argument("--open", action="store_true", help="open the page in a browser")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.results import folder

    runs = arguments.runs or [Path(DEFAULT_OUT, "latest")]
    folders = [_with_claims(folder.resolve(run)) for run in runs]
    if len(folders) == 1:
        write_report(folders[0], arguments.json)
        page = folders[0] / folder.REPORT
    else:
        page = _side_by_side(folders, arguments.json)
    if arguments.open:
        import webbrowser

        if not webbrowser.open(page.as_uri()):
            print(f"no browser was found; open {page}")
    return OK


def _with_claims(folder: Path) -> Path:
    """The folder, if its run is about claims.

    Raises:
        InputError: It is a run of ``check``, which has findings and no verdicts.
    """
    from gilbench.model import InputError
    from gilbench.plan.call_plan import PROFILE
    from gilbench.plan.profiles import PROFILES
    from gilbench.results import folder as layout

    if layout.read_run(folder).profile not in (*PROFILES, PROFILE):
        findings = folder / layout.CHECK_MARKDOWN
        raise InputError(f"{folder} is a check and has no verdicts; its findings are in {findings}")
    return folder


def _side_by_side(folders: list[Path], as_json: bool) -> Path:
    """Write each run's report again, and the page that compares them."""
    from gilbench.report.write import write, write_side_by_side

    verdicts = {folder.name: write(folder) for folder in folders}
    page = write_side_by_side(folders)
    if as_json:
        print_json(verdicts)
    else:
        print(f"side by side: {page}")
    return page
