"""``gilbench compare``: how two targets of a run differ, case by case."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._arguments import add_run
from gilbench.commands._exit_codes import OK
from gilbench.commands._printing import console, print_json

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "compare", help="compare two targets of a run, or two hosts of a fleet, case by case"
    )
    target = "a target, or the beginning of its id; in a fleet, a host"
    command.add_argument("target", metavar="A", help=target)
    command.add_argument("other", metavar="B", help="the target to compare it with")
    add_run(command)
    command.add_argument(
        "--verbose", action="store_true", help="every case, where a terminal gets what fits it"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from gilbench.commands._fleets import compare_hosts
    from gilbench.results import folder, tables
    from gilbench.results.fleet_folder import is_fleet
    from gilbench.summary import target_pairs
    from gilbench.terminal.boards import print_comparison

    names = (arguments.target, arguments.other)
    _refuse_runs(names)
    if is_fleet(arguments.run):
        return compare_hosts(
            arguments.run, *names, as_json=arguments.json, verbose=arguments.verbose
        )
    loaded = tables.load(folder.resolve(arguments.run))
    target, other = (target_pairs.find_target(loaded, name) for name in names)
    rows = target_pairs.paired_cases(loaded, target, other)
    if arguments.json:
        print_json([asdict(row) for row in rows])
    else:
        print_comparison(console(), target, other, rows, verbose=arguments.verbose)
    return OK


def _refuse_runs(names: Sequence[str]) -> None:
    """Say which command takes runs, where a name is the folder of one.

    Raises:
        InputError: One of the names is the folder of a run.
    """
    from gilbench.model import InputError
    from gilbench.results import folder

    for name in names:
        try:
            folder.resolve(Path(name))
        except InputError:
            continue
        raise InputError(
            f"{name} is a run, and compare takes two targets of one run; "
            f"for runs side by side: gilbench report {shlex.join(names)}"
        )
