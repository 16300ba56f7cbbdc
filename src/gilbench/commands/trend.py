"""``gilbench trend``: how results changed over a folder's runs, and which steps are certain."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._common import DEFAULT_OUT, OK, console, print_json
from gilbench.commands._streams import say

if TYPE_CHECKING:
    from gilbench.commands._common import Commands
    from gilbench.results.history import History

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
    from gilbench.results import history
    from gilbench.results.fleet_folder import is_fleet

    if not is_fleet(arguments.out):
        return _show(arguments, history.read(arguments.out), arguments.out, arguments.figure)
    from gilbench.commands._fleets import hosts_of

    fleet = arguments.out.resolve()
    for name in hosts_of(fleet):
        say(f"{name}, in the fleets of {fleet.parent}:")
        figure = arguments.figure or fleet / f"trend-{name}.png"
        _show(arguments, history.read_host(fleet.parent, name), fleet.parent, figure)
    return OK


def _show(
    arguments: argparse.Namespace, runs: History, out_folder: Path, figure: Path | None
) -> int:
    """Print the trend of runs, and draw it."""
    from dataclasses import asdict

    from gilbench.model import InputError
    from gilbench.report import trend_png
    from gilbench.results.files import write_file
    from gilbench.summary import trend
    from gilbench.terminal.trend import print_trend

    over_time = trend.find_trend(runs)
    for problem in over_time.unread:
        say(f"gilbench: {problem}; the other runs are shown")
    if not over_time.lines:
        raise InputError(
            f"{out_folder} has no two complete runs of one target, profile and number of cores, "
            "with their reports; measure again: gilbench run"
        )
    path = figure or out_folder / FIGURE
    png = trend_png.draw(over_time)
    assert png is not None
    try:
        write_file(path, png)
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror}; choose another place with --figure"
        ) from error
    if arguments.json:
        print_json(asdict(over_time))
        return OK
    out = console()
    print_trend(out, over_time)
    out.print(f"figure: {path}", soft_wrap=True)
    return OK
