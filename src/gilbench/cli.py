"""The command line: finds the verb, runs it, turns whatever happens into one line and an exit code of the contract.

Nothing heavy is imported before a verb runs that needs it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from gilbench import __version__
from gilbench.commands import calibrate, check, compare, doctor, explain, export, report, run, trend
from gilbench.commands import list as listing
from gilbench.commands._common import INTERRUPTED, OK, UNUSABLE

VERBS = (run, report, check, calibrate, compare, export, trend, listing, explain, doctor)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line that names the remedy."""

    def error(self, message: str) -> NoReturn:
        """Exit with the contract's code for unusable input."""
        self.exit(UNUSABLE, f"gilbench: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code of the contract."""
    arguments = parser().parse_args(argv)
    from gilbench.model import InputError

    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    try:
        code: int = arguments.command(arguments)
        sys.stdout.flush()
    except InputError as error:
        print(f"gilbench: {error}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:  # the reader of our output has gone, as in `gilbench list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        print("gilbench: interrupted", file=sys.stderr)
        return INTERRUPTED
    return code


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(prog="gilbench", description="Settles, on this machine and with evidence, what the GIL costs.")
    top.add_argument("--version", action="version", version=f"gilbench {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for verb in VERBS:
        verb.add(commands)
    return top


if __name__ == "__main__":
    sys.exit(main())
