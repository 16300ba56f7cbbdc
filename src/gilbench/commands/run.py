"""``gilbench run``: measure, judge and write the report."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gilbench.commands._arguments import DEFAULT_OUT, STATEMENT_WITH_ARGUMENTS, add_workers
from gilbench.commands._exit_codes import DOES_NOT_HOLD, INTERRUPTED, OK, UNDECIDED, UNUSABLE
from gilbench.commands._printing import console, open_page
from gilbench.commands._reports import write_page, write_report
from gilbench.commands._streams import say, say_imports

if TYPE_CHECKING:
    from rich.console import Console

    from gilbench.commands._arguments import Commands
    from gilbench.model import CallArguments, Verdict
    from gilbench.run.compose import Request
    from gilbench.run.suite_run import SuiteRun

GLANCE = "glance"  # the profile that answers in sentences
# What the plan of a run follows from: a run that is resumed has its plan. Its interpreters and its
# functions may be named again, which says that they are trusted.
PLANNING = (
    "profile",
    "strategy",
    "workers",
    "force_workers",
    "claim",
    "same_result",
    "seed",
)


def add(commands: Commands) -> None:
    command = commands.add_parser("run", help="measure, judge and write the report")
    add_request(command)
    command.add_argument(
        "--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where runs are kept"
    )
    resume = (
        "resume an interrupted run with its original plan; --python and --workload then name again "
        "what of it this host does not find by itself"
    )
    command.add_argument("--resume", type=Path, metavar="RUN", help=resume)
    strict = "exit 1 if a verdict is not the expected one, 3 if a claim stays undecided"
    command.add_argument("--strict", action="store_true", help=strict)
    command.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    command.add_argument("--verbose", action="store_true", help="print every verdict at the end")
    command.add_argument("--open", action="store_true", help="open the page in a browser")
    command.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    command.set_defaults(command=run)


def add_request(command: argparse.ArgumentParser) -> None:
    """Declare the options that say what is measured."""
    own = "FILE.py, FILE.py:FUNCTION or PACKAGE.MODULE:FUNCTION; with -s, a statement"
    workload = f"measure only this workload, or a function of yours: {own}"
    claim = "measure only what this claim needs"
    repeatable: dict[str, Any] = {"action": "append", "default": []}
    command.add_argument(
        "--profile", help="glance (ten seconds), quick, standard (default) or full"
    )
    repeated = "may be repeated, as may --workload, --strategy, --workers and --claim"
    python = f"interpreter to measure; {repeated}"
    command.add_argument("--python", **repeatable, metavar="TARGET", help=python)
    command.add_argument("--workload", **repeatable, metavar="W", help=workload)
    statement = "--workload is a statement; run SETUP before it"
    command.add_argument("-s", "--statement-setup", metavar="SETUP", help=statement)
    given = "arguments of your function, as a Python literal"
    command.add_argument("--args", metavar="LIST", help=f"positional {given}")
    command.add_argument("--kwargs", metavar="DICT", help=f"keyword {given}")
    setup = "a function that returns the arguments of yours; called once per process"
    command.add_argument("--setup", metavar="FILE.py:FUNCTION", help=setup)
    same = "results of your function have to match, whatever the strategy"
    command.add_argument("--same-result", action="store_true", default=None, help=same)
    command.add_argument("--strategy", **repeatable, metavar="S", help="measure only this strategy")
    add_workers(command)
    command.add_argument("--claim", **repeatable, metavar="ID", help=claim)
    command.add_argument("--seed", type=int, help="seed of every random order (default: 0)")


def run(arguments: argparse.Namespace) -> int:
    from gilbench.terminal.live import LiveView

    progress = console(stderr=True)
    progress.quiet = arguments.quiet
    measuring: SuiteRun | None = None
    try:
        with LiveView(progress) as view:
            measuring = (_new if arguments.resume is None else _resumed)(arguments, view.doing)
            for problem in measuring.plan.problems:
                say(f"gilbench: {problem}; the other targets are measured")
            for note in measuring.plan.notes:
                say(f"gilbench: {note}")
            measuring.watchers.append(view)
            interrupted = _measure(measuring)
        if interrupted:
            _say_how_to_resume(measuring)
            if measuring.folder is None:
                return INTERRUPTED
        return _outcome(measuring, interrupted, arguments, progress)
    except KeyboardInterrupt:  # before it was measured, or once more, or in the report
        return _cut_short(measuring)


def _measure(measuring: SuiteRun) -> bool:
    """Measure; returns whether that was interrupted. What broke off is reported if possible."""
    from gilbench.model import InputError
    from gilbench.run import pytest_driver

    try:
        return pytest_driver.measure(measuring)
    except KeyboardInterrupt:  # while it was closed
        return True
    except InputError:
        _report_what_there_is(measuring)
        raise


def _outcome(
    measuring: SuiteRun, interrupted: bool, arguments: argparse.Namespace, progress: Console
) -> int:
    """Judge a run, write its report, and print both; returns the exit code."""
    from gilbench.model import Failure

    assert measuring.folder is not None
    is_glance = measuring.run.profile == GLANCE and not arguments.json
    if is_glance and measuring.verdicts():  # a user's function alone has none
        verdicts = _glance(measuring, progress, has_warned=not arguments.quiet)
    else:
        verdicts = write_report(
            measuring.folder,
            arguments.json,
            progress,
            verbose=arguments.verbose,
            has_warned=not arguments.quiet,
        )
    if arguments.open:
        open_page(measuring.folder / "report.html")
    failures = [record for record in measuring.records if isinstance(record, Failure)]
    for failure in failures:
        say(f"gilbench: {failure.item} could not be measured: {failure.message}")
    if interrupted:
        return INTERRUPTED
    if failures or measuring.plan.problems:
        return UNUSABLE
    return _strict(verdicts) if arguments.strict else OK


def _cut_short(measuring: SuiteRun | None) -> int:
    """Close what an interrupt may have left open, and say how to resume; returns the exit code."""
    from gilbench.measure.interrupts import INTERRUPTS

    INTERRUPTS.ignore()  # nothing that takes long follows
    if measuring is not None:
        with suppress(OSError):
            measuring.close()
        if not measuring.has_begun:
            measuring.start.discard_folder()
    _say_how_to_resume(measuring)
    return INTERRUPTED


def _say_how_to_resume(measuring: SuiteRun | None) -> None:
    """Say on standard error what an interrupted run can be resumed by, even with ``--quiet``."""
    from gilbench.run.trust import resume_command

    if measuring is None or measuring.folder is None or not measuring.has_begun:
        say("interrupted before anything was measured; nothing is kept")
    elif measuring.is_complete:
        folder = shlex.quote(str(measuring.folder))
        say(f"interrupted; make the report of the run: gilbench report {folder}")
    else:
        say(f"interrupted; what was measured so far is kept in {measuring.folder}")
        say(f"resume it: {resume_command(measuring.folder, measuring.run)}")


def _report_what_there_is(measuring: SuiteRun) -> None:
    """Write the report of a run that broke off, if possible; why it broke off comes first."""
    from gilbench.model import InputError
    from gilbench.report.write import write

    if measuring.folder is None or not measuring.has_begun:
        return
    with suppress(InputError, OSError):
        write(measuring.folder)


def _glance(measured: SuiteRun, progress: Console, *, has_warned: bool) -> Sequence[Verdict]:
    """Print the answer at once, then write the report, which takes longer than reading it."""
    from gilbench.terminal.ending import print_warnings
    from gilbench.terminal.glance import print_glance

    out = console()
    print_glance(out, measured.verdicts())
    print_warnings(out, measured.run.host.warnings, has_warned=has_warned)
    assert measured.folder is not None
    verdicts = write_page(measured.folder, progress)
    out.print(f"report: {measured.folder / 'report.html'}", soft_wrap=True)
    return verdicts


def _new(arguments: argparse.Namespace, doing: Callable[[str], None]) -> SuiteRun:
    from gilbench.run.start import FreshStart
    from gilbench.run.suite_run import SuiteRun

    request = request_of(arguments)
    command = ["gilbench", *sys.argv[1:]]
    return SuiteRun(FreshStart.on_claims(request, arguments.out, command, doing))


def request_of(arguments: argparse.Namespace) -> Request:
    """What the options of ``add_request`` ask for."""
    from gilbench.plan.matrix import Filters
    from gilbench.run.compose import Request

    return Request(
        profile=arguments.profile or "standard",
        pythons=tuple(arguments.python),
        filters=Filters(
            tuple(arguments.workload),
            tuple(arguments.strategy),
            tuple(arguments.workers),
            tuple(arguments.claim),
            bool(arguments.force_workers),
            _call(arguments),
            bool(arguments.same_result),
        ),
        seed=arguments.seed or 0,
    )


def _call(arguments: argparse.Namespace) -> CallArguments | None:
    """With what a function of the user is called; None where no option says so.

    Raises:
        InputError: A statement is given arguments.
    """
    from gilbench.measure.targets.statements import missing_imports
    from gilbench.model import CallArguments, InputError

    has_arguments = not (arguments.args is arguments.kwargs is arguments.setup is None)
    if arguments.statement_setup is not None:
        if has_arguments:
            raise InputError(STATEMENT_WITH_ARGUMENTS)
        for statement in arguments.workload:
            say_imports(missing_imports(arguments.statement_setup, statement))
        return CallArguments(statement_setup=arguments.statement_setup)
    if not has_arguments:
        return None
    return CallArguments(arguments.args or "[]", arguments.kwargs or "{}", arguments.setup or "")


def _resumed(arguments: argparse.Namespace, doing: Callable[[str], None]) -> SuiteRun:
    """The run to resume.

    Raises:
        InputError: Options would change its plan, or it cannot be resumed.
    """
    from gilbench.model import InputError
    from gilbench.run.interrupted_run import find_run, open_interrupted
    from gilbench.run.resume import ResumedStart
    from gilbench.run.suite_run import SuiteRun
    from gilbench.run.trust import NamedAgain

    for name in PLANNING:
        if getattr(arguments, name) not in (None, []):
            option = f"--{name.replace('_', '-')}"
            raise InputError(
                f"a run is resumed with its original plan; leave out {option}, "
                "or start a new run without --resume"
            )
    named = NamedAgain(tuple(arguments.python), tuple(arguments.workload), _call(arguments))
    interrupted = open_interrupted(find_run(arguments.resume, arguments.out))
    return SuiteRun(ResumedStart(interrupted, doing, named))


def _strict(verdicts: Sequence[Verdict]) -> int:
    """The exit code under ``--strict``."""
    if any(verdict.as_expected is False for verdict in verdicts):
        return DOES_NOT_HOLD
    if any(verdict.verdict.is_open for verdict in verdicts):
        return UNDECIDED
    return OK
