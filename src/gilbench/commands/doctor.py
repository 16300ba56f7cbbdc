"""``gilbench doctor``: describes the host, what disturbs measurements on it, and the remedies."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gilbench.commands._exit_codes import OK
from gilbench.commands._printing import console, print_json, waiting

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "doctor", help="describe this host, what disturbs measurements on it, and the remedies"
    )
    command.add_argument("--json", action="store_true", help="print the host record as JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.measure.host import facts, inspect

    with waiting("looking at the host"):
        host = inspect()
    if arguments.json:
        print_json(host)
        return OK
    from gilbench.terminal.boards import print_host

    print_host(console(), host, facts(host))
    return OK
