"""``gilbench export``: writes a run in the format of another tool."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._arguments import add_run
from gilbench.commands._exit_codes import OK
from gilbench.commands._streams import say
from gilbench.report import exports

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands


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
    from gilbench.results.files import write_named_file
    from gilbench.results.fleet_folder import is_fleet
    from gilbench.summary import target_pairs

    known = exports.formats()
    if arguments.format not in known:
        raise unknown_name("format", arguments.format, known)
    if is_fleet(arguments.run):
        return _export_hosts(arguments)
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
        write_named_file(arguments.out, text.encode("utf-8"))
    except OSError as error:
        raise InputError(
            f"cannot write {arguments.out}: {error.strerror}; choose another place with --out"
        ) from error
    return OK


def _export_hosts(arguments: argparse.Namespace) -> int:
    """Export every host of a fleet, into a file of its name in the folder ``--out``."""
    import copy

    from gilbench.commands._fleets import hosts_of
    from gilbench.model import InputError

    if arguments.out is None:
        raise InputError("a fleet is exported into a folder, one file per host; name it with --out")
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot write {arguments.out}: {error.strerror}; choose another place with --out"
        ) from error
    for name, path in hosts_of(arguments.run).items():
        of_host = copy.copy(arguments)
        of_host.run, of_host.out = path, arguments.out / name
        run(of_host)
    return OK
