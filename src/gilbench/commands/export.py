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
    from gilbench.report.exports import Format

OTHER_PLACE = "choose another place with --out"


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
    from gilbench.commands._fleets import hosts_of
    from gilbench.model import InputError, unknown_name
    from gilbench.results.files import writing
    from gilbench.results.fleet_folder import is_fleet

    formats = exports.formats()
    if arguments.format not in formats:
        raise unknown_name("format", arguments.format, formats)
    chosen = formats[arguments.format]
    if not is_fleet(arguments.run):
        _export(arguments.run, chosen, arguments.target, arguments.out)
        return OK
    if arguments.out is None:
        raise InputError("a fleet is exported into a folder, one file per host; name it with --out")
    with writing(arguments.out, OTHER_PLACE):
        arguments.out.mkdir(parents=True, exist_ok=True)
    for name, path in hosts_of(arguments.run).items():
        _export(path, chosen, arguments.target, arguments.out / name)
    return OK


def _export(run: Path, chosen: Format, target_name: str | None, out: Path | None) -> None:
    """Write a run, or one target of it, into a file; None stands for standard output."""
    from gilbench.report.exports import _measured
    from gilbench.results import folder, tables
    from gilbench.results.files import write_named_file, writing
    from gilbench.summary import target_pairs

    loaded = tables.load(folder.resolve(run))
    target = target_pairs.find_target(loaded, target_name) if target_name else None
    text = chosen.render(loaded, _measured.exported(loaded, target))
    if missing := _measured.left_out(loaded):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        say(f"gilbench: left out, not measured to the end: {missing[0]}{more}")
    if out is None:
        sys.stdout.write(text)
        return
    with writing(out, OTHER_PLACE):
        write_named_file(out, text.encode("utf-8"))
