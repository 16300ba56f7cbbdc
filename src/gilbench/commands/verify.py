"""``gilbench verify``: what of a run's folder is whole, and what was changed, copied or lost."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gilbench.commands._common import (
    DOES_NOT_HOLD,
    OK,
    UNDECIDED,
    add_run,
    console,
    print_json,
)

if TYPE_CHECKING:
    from gilbench.commands._common import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "verify", help="check that a run is as it was written: exit 1 if not, 3 if not known"
    )
    add_run(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from gilbench.results import folder
    from gilbench.results.verification import Integrity, verify

    found = verify(folder.resolve(arguments.run))
    if arguments.json:
        print_json(asdict(found))
    else:
        from gilbench.terminal.verification import print_verification

        print_verification(console(), found)
    codes = {Integrity.WHOLE: OK, Integrity.DAMAGED: DOES_NOT_HOLD, Integrity.UNKNOWN: UNDECIDED}
    return codes[found.outcome]
