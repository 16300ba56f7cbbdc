"""``gilbench export``: writes a run in the format of another tool."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._common import OK, add_run
from gilbench.commands._streams import say
from gilbench.report import exports

if TYPE_CHECKING:
    from gilbench.commands._common import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser("export", help="write a run in the format of another tool")
    add_run(command)
    command.add_argument("--format", required=True, metavar="F", help=", ".join(exports.names()))
    command.add_argument(
        "--target", metavar="TARGET", help="export only this target: its id, or the beginning of it"
    )
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it (default: standard output)"
    )
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.model import InputError, unknown_name
    from gilbench.report.exports import _measured
    from gilbench.results import folder, tables
    from gilbench.summary import target_pairs

    known = exports.formats()
    if arguments.format not in known:
        raise unknown_name("format", arguments.format, known)
    loaded = tables.load(folder.resolve(arguments.run))
    target = target_pairs.find_target(loaded, arguments.target) if arguments.target else None
    text = known[arguments.format].render(loaded, _measured.exported(loaded, target))
    if missing := _measured.left_out(loaded):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        say(f"gilbench: left out, not measured to the end: {missing[0]}{more}")
    if arguments.out is None:
        sys.stdout.write(text)
        return OK
    try:
        arguments.out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            f"cannot write {arguments.out}: {error.strerror}; choose another place with --out"
        ) from error
    return OK
