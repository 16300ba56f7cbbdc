"""Arguments that several verbs have, and the parsers of the verbs."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DEFAULT_OUT = "results"
# Under the results, apart from runs about claims: a check is never the latest of those
CHECKS = "checks"
STATEMENT_WITH_ARGUMENTS = (
    "a statement takes no --args, --kwargs or --setup; leave them out, or leave out -s"
)


def number(text: str, least: float, most: float, what: str) -> float:
    """The number that an argument is.

    Args:
        text: As it was given.
        least: The smallest that it may be.
        most: The largest.
        what: What it is to be, and how to give it.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}")
    return value


def count(text: str, what: str, most: float = math.inf) -> int:
    """The whole number of 1 or more that an argument is; arguments and errors as of ``number``."""
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}")
    return int(text)


def positive(text: str) -> int:
    """The type of an argument that is a whole number of 1 or more."""
    return count(text, "whole number of 1 or more")


def verbs_of(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The parsers of the verbs of a parser, by name; none for one that has no verbs."""
    for action in parser._actions:  # argparse has no public way to list them
        if isinstance(action, argparse._SubParsersAction):
            return action.choices
    return {}


def add_workers(command: argparse.ArgumentParser) -> None:
    """Declare ``--workers`` and the option that lifts its upper limit."""
    command.add_argument(
        "--workers",
        action="append",
        default=[],
        type=positive,
        metavar="N",
        help="this many workers",
    )
    force = "allow more than 8 workers per core (64 of I/O-bound work)"
    command.add_argument("--force-workers", action="store_true", default=None, help=force)


def add_run(command: argparse.ArgumentParser) -> None:
    """Declare the optional RUN of a verb that reads one."""
    latest = Path(DEFAULT_OUT, "latest")
    run = f"a run's folder, or a fleet's (default: {latest})"
    command.add_argument("run", nargs="?", type=Path, default=latest, metavar="RUN", help=run)
