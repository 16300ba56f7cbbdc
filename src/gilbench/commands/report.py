"""``gilbench report``: everything that follows from a run, made again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gilbench.commands._common import OK, add_run, write_report

if TYPE_CHECKING:
    from gilbench.commands._common import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser("report", help="make a run's verdicts, tables, figures and page again")
    add_run(command)
    command.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.results import folder

    write_report(folder.resolve(arguments.run), arguments.json)
    return OK
