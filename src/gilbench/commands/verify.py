"""``gilbench verify``: what of a run's folder is whole, and what was changed, copied or lost."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gilbench.commands._arguments import add_run
from gilbench.commands._exit_codes import DOES_NOT_HOLD, OK, UNDECIDED, gravest_of
from gilbench.commands._printing import console, print_json

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "verify", help="check that a run is as it was written: exit 1 if not, 3 if not known"
    )
    add_run(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from gilbench.commands._fleets import hosts_to_verify
    from gilbench.results import folder
    from gilbench.results.fleet_folder import is_fleet
    from gilbench.results.verification import Integrity, verify

    of_fleet = is_fleet(arguments.run)
    folders = hosts_to_verify(arguments.run) if of_fleet else [folder.resolve(arguments.run)]
    verifications = [verify(path) for path in folders]
    if arguments.json:
        results = [asdict(verification) for verification in verifications]
        print_json(results if of_fleet else results[0])
    else:
        from gilbench.terminal.verification import print_verification

        for verification in verifications:
            print_verification(console(), verification)
    codes = {Integrity.WHOLE: OK, Integrity.DAMAGED: DOES_NOT_HOLD, Integrity.UNKNOWN: UNDECIDED}
    return gravest_of(codes[verification.outcome] for verification in verifications)
