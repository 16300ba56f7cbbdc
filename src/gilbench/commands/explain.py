"""``gilbench explain``: what a claim says, how it is decided, what follows, and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gilbench.commands._exit_codes import OK
from gilbench.commands._printing import console, print_json

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands

FIELDS = (
    "id",
    "statement",
    "family",
    "measured",
    "rule",
    "source",
    "meaning",
    "explanation",
    "surprise",
)


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "explain", help="explain a claim: what is measured, the rule, and what it means"
    )
    command.add_argument("claim", metavar="CLAIM", help="its id, such as A16")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run, sweeps=False)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.claims.registry import find_claims

    (claim,) = find_claims([arguments.claim])
    if arguments.json:
        from gilbench.summary.sources import addresses_of

        fields = {field: getattr(claim, field) for field in FIELDS}
        print_json({**fields, "source_addresses": addresses_of(claim.source)})
    else:
        from gilbench.terminal.explanation import print_claim

        print_claim(console(), claim)
    return OK
