"""What several verbs share: exit codes, arguments, consoles, printing JSON and writing a report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from gilbench.model import Verdict

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

OK, DOES_NOT_HOLD, UNUSABLE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
DEFAULT_OUT = "results"
# Under the results, apart from runs about claims: a check is never the latest of those
CHECKS = "checks"


def positive(text: str) -> int:
    """The type of an argument that is a whole number of 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of 1 or more")
    return int(text)


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


def console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is, whatever is in it."""
    from gilbench.terminal.console import PlainConsole

    return PlainConsole(stderr=stderr)


def print_json(value: Any) -> None:
    import msgspec

    print(json.dumps(msgspec.to_builtins(value), indent=2))


def waiting(what: str, progress: Console | None = None) -> AbstractContextManager[None]:
    """Show on a terminal what is being done.

    Elsewhere nothing is shown, and rich is not imported.
    """
    if progress is None and not sys.stderr.isatty():
        return nullcontext()
    from gilbench.terminal.status import doing

    return doing(progress or console(stderr=True), what)


def must_have_claims(folder: Path) -> None:
    """Refuse a run that is not about claims.

    Raises:
        InputError: It is a run of ``check``, which has findings and no verdicts.
    """
    from gilbench.model import InputError
    from gilbench.plan.call_plan import PROFILE
    from gilbench.plan.profiles import PROFILES
    from gilbench.results import folder as layout

    if layout.read_run(folder).profile not in (*PROFILES, PROFILE):
        findings = folder / layout.CHECK_MARKDOWN
        raise InputError(f"{folder} is a check and has no verdicts; its findings are in {findings}")


def open_page(page: Path) -> None:
    """Open a page in the user's browser, or say that there is none."""
    import webbrowser

    if not webbrowser.open(page.as_uri()):
        console().print(f"no browser was found; open {page}", soft_wrap=True)


def write_report(
    folder: Path,
    as_json: bool,
    progress: Console | None = None,
    *,
    verbose: bool = False,
    has_warned: bool = False,
) -> Sequence[Verdict]:
    """Judge a run, write its report, and print its last screen, the whole board or JSON.

    Args:
        folder: The run's folder.
        as_json: Print the verdicts and the advice as JSON.
        progress: The console to show progress on; None for standard error.
        verbose: Print every verdict.
        has_warned: Whether the host's warnings were shown before.

    Returns:
        The verdicts.
    """
    with waiting("judging the claims and drawing the report", progress):
        from gilbench.report.write import judged_and_written
        from gilbench.results.folder import read_advice
        from gilbench.terminal.boards import print_advice, print_board
        from gilbench.terminal.ending import print_ending

        tables, verdicts = judged_and_written(folder)
        answers = read_advice(folder)
    if as_json:
        print_json([*verdicts, *answers])
        return verdicts
    out = console()
    print_advice(out, answers)
    if not verbose:
        print_ending(out, tables, verdicts, folder, has_warned=has_warned)
        return verdicts
    if verdicts or not answers:
        print_board(out, verdicts)
    out.print(f"report: {folder / 'report.html'}", soft_wrap=True)
    return verdicts
