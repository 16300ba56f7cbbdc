"""``gilbench show``: the whole board of a run in the terminal, as it was judged."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._arguments import DEFAULT_OUT
from gilbench.commands._exit_codes import OK
from gilbench.commands._printing import console, print_json, waiting
from gilbench.commands._reports import must_have_claims

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser("show", help="print every verdict of a run, with its reason")
    run_help = "a run's folder (default: results/latest)"
    command.add_argument("run", nargs="?", type=Path, metavar="RUN", help=run_help)
    command.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.claims.judging import judge_claims
    from gilbench.results import folder as layout
    from gilbench.results import tables
    from gilbench.summary import advice
    from gilbench.terminal.boards import print_advice, print_board

    folder = layout.resolve(arguments.run or Path(DEFAULT_OUT, "latest"))
    must_have_claims(folder)
    with waiting("judging the claims"):
        loaded = tables.load(folder)
        verdicts, answers = judge_claims(loaded), advice.advise(loaded)
    if arguments.json:
        print_json([*verdicts, *answers])
        return OK
    out = console()
    print_advice(out, answers)
    if verdicts or not answers:
        print_board(out, verdicts)
    return OK
