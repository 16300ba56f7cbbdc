"""``gilbench trend``: how results changed over a folder's runs, and which steps are certain."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._arguments import DEFAULT_OUT
from gilbench.commands._exit_codes import OK
from gilbench.commands._printing import console, print_json
from gilbench.commands._streams import say

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands
    from gilbench.results.history import History
    from gilbench.summary.trend import Trend

FIGURE = "trend.png"


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "trend", help="show the runs of a folder over time, with the certain steps"
    )
    command.add_argument(
        "--out",
        type=Path,
        default=Path(DEFAULT_OUT),
        metavar="DIR",
        help="where runs are kept; or a fleet",
    )
    command.add_argument(
        "--figure",
        type=Path,
        metavar="FILE",
        help=f"where to write the figure (default: DIR/{FIGURE})",
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from gilbench.results import history
    from gilbench.results.fleet_folder import is_fleet

    if not is_fleet(arguments.out):
        over_time = _found(history.read(arguments.out), arguments.out)
        _show(arguments, over_time, arguments.figure or arguments.out / FIGURE)
        if arguments.json:
            print_json(asdict(over_time))
        return OK
    return _show_hosts(arguments, arguments.out.resolve())


def _show_hosts(arguments: argparse.Namespace, fleet: Path) -> int:
    """Show the trend of every host of a fleet over all fleets of its folder; returns the exit code.

    Raises:
        InputError: No host has one.
    """
    from dataclasses import asdict

    from gilbench.commands._fleets import file_of_host, hosts_of
    from gilbench.model import InputError
    from gilbench.results import history

    by_host = {}
    for name in hosts_of(fleet):
        try:
            over_time = _found(history.read_host(fleet.parent, name), fleet.parent)
        except InputError as error:
            say(f"gilbench: {name}: {error}")
            continue
        if not arguments.json:
            console().print(f"{name}, in the fleets of {fleet.parent}:", soft_wrap=True)
        _show(arguments, over_time, file_of_host(arguments.figure or fleet / FIGURE, name))
        by_host[name] = asdict(over_time)
    if not by_host:
        raise InputError(
            f"no host was complete in two fleets of {fleet.parent}, with the same plan and their "
            "reports; measure again: gilbench fleet run"
        )
    if arguments.json:
        print_json(by_host)
    return OK


def _found(runs: History, out_folder: Path) -> Trend:
    """The trend of runs.

    Raises:
        InputError: There is none.
    """
    from gilbench.model import InputError
    from gilbench.summary import trend

    over_time = trend.find_trend(runs)
    for problem in over_time.unread:
        say(f"gilbench: {problem}; the other runs are shown")
    if not over_time.lines:
        raise InputError(
            f"{out_folder} has no two complete runs of one target, profile and number of cores, "
            "with their reports; measure again: gilbench run"
        )
    return over_time


def _show(arguments: argparse.Namespace, over_time: Trend, path: Path) -> None:
    """Draw a trend, and print it unless JSON was asked for."""
    from gilbench.report import trend_png
    from gilbench.results.files import write_file, writing
    from gilbench.terminal.trend import print_trend

    png = trend_png.draw(over_time)
    assert png is not None
    with writing(path, "choose another place with --figure"):
        write_file(path, png)
    if not arguments.json:
        out = console()
        print_trend(out, over_time)
        out.print(f"figure: {path}", soft_wrap=True)
