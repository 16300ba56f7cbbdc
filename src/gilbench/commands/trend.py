"""``gilbench trend``: how results changed over a folder's runs, and which steps are certain."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._common import DEFAULT_OUT, OK, console, print_json
from gilbench.commands._streams import say

if TYPE_CHECKING:
    from gilbench.commands._common import Commands

FIGURE = "trend.png"


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "trend", help="show the runs of a folder over time, with the certain steps"
    )
    command.add_argument(
        "--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where runs are kept"
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

    from gilbench.model import InputError
    from gilbench.report import trend_png
    from gilbench.results import history
    from gilbench.results.files import write_file
    from gilbench.summary import trend
    from gilbench.terminal.trend import print_trend

    over_time = trend.find_trend(history.read(arguments.out))
    for problem in over_time.unread:
        say(f"gilbench: {problem}; the other runs are shown")
    if not over_time.lines:
        raise InputError(
            f"{arguments.out} has no two complete runs of one target, profile and number of cores, "
            "with their reports; measure again: gilbench run"
        )
    path = arguments.figure or arguments.out / FIGURE
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
