"""``gilbench advise``: whether and how to run a callable or statement in parallel."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._arguments import DEFAULT_OUT, STATEMENT_WITH_ARGUMENTS
from gilbench.commands._exit_codes import INTERRUPTED, OK, UNDECIDED
from gilbench.commands._printing import console, print_json, waiting
from gilbench.commands._streams import say

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands
    from gilbench.measure.targets.calls import CallSpec

DEFAULT_BUDGET_S = 10.0


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "advise", help="say whether a function holds the GIL, and how to run it in parallel"
    )
    called = (
        "PACKAGE.MODULE:FUNCTION, FILE.py:FUNCTION or FILE.py:CLASS.METHOD; with -s, a statement"
    )
    command.add_argument("call", metavar="TARGET", help=called)
    command.add_argument(
        "-s",
        "--statement-setup",
        metavar="SETUP",
        help="TARGET is a statement; run SETUP before it",
    )
    command.add_argument(
        "--args", default="[]", metavar="LIST", help="positional arguments, as a Python literal"
    )
    command.add_argument(
        "--kwargs", default="{}", metavar="DICT", help="arguments by keyword, as a Python literal"
    )
    setup = (
        "a function that returns the arguments (a tuple, a dict, or the only one); "
        "called once per worker"
    )
    command.add_argument("--setup", metavar="FILE.py:FUNCTION", help=setup)
    same = "compare every way's result with that of serial calls, outside the time that is measured"
    command.add_argument("--same-result", action="store_true", help=same)
    budget = "from the command to the page, measure for no longer (default: 10)"
    command.add_argument(
        "--budget", type=_budget, default=DEFAULT_BUDGET_S, metavar="SECONDS", help=budget
    )
    python = "an interpreter (default: that of the active environment); may be repeated"
    command.add_argument("--python", action="append", default=[], metavar="TARGET", help=python)
    command.add_argument(
        "--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where runs are kept"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def _budget(text: str) -> float:
    from gilbench.plan.call_plan import LONGEST_BUDGET_S, SHORTEST_BUDGET_S

    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not SHORTEST_BUDGET_S <= seconds <= LONGEST_BUDGET_S:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no budget; give {SHORTEST_BUDGET_S:g} seconds or more"
        )
    return seconds


def run(arguments: argparse.Namespace) -> int:
    from gilbench.measure.abilities import not_done
    from gilbench.measure.targets.calls import CallSpec
    from gilbench.run.advising import CallMeasurement, MeasuredCall
    from gilbench.summary.call_advice import advise_calls
    from gilbench.summary.call_lines import first_words

    spec = _spec(arguments)
    if arguments.same_result:
        spec = CallSpec(spec.text, {**spec.request, "same_result": True})
    progress = console(stderr=True)
    budget_s = arguments.budget - _age_s()

    def tell(what: str) -> None:
        progress.print(what, soft_wrap=not progress.is_terminal)

    measurement = CallMeasurement(spec, arguments.python, budget_s, tell)

    def tell_first(measured: MeasuredCall) -> None:
        for answer in advise_calls(measured.run, measured.observations)[:1]:
            tell(first_words(answer))

    for problem in measurement.problems:
        say(f"gilbench: {problem}; the other targets are measured")
    for line in not_done(of_calls=True):
        say(f"gilbench: {line}")
    measured = measurement.measure(arguments.out, ["gilbench", *sys.argv[1:]], tell_first)
    answers = advise_calls(measured.run, measured.observations)
    if arguments.json:
        print_json(answers)
    else:
        from gilbench.terminal.call_advice import print_calls

        print_calls(console(), answers[: _asked(arguments)])
    with waiting("writing the page", progress):
        from gilbench.report.write import write

        write(measured.folder)
    if not arguments.json:
        console().print(f"report: {measured.folder / 'report.html'}", soft_wrap=True)
    if measured.run.status == "interrupted":
        progress.print(
            f"interrupted; what was measured so far is kept in {measured.folder}", soft_wrap=True
        )
        return INTERRUPTED
    asked = answers[: _asked(arguments)]
    return UNDECIDED if any(answer.outcome == "undecided" for answer in asked) else OK


def _asked(arguments: argparse.Namespace) -> int:
    """How many targets were asked for; a free-threaded one that was found comes after them."""
    return len(arguments.python) or 1


def _age_s() -> float:
    """Seconds since the command began, a second at most."""
    import psutil

    age_s = time.time() - float(psutil.Process().create_time())
    return max(0.0, min(1.0, age_s))


def _spec(arguments: argparse.Namespace) -> CallSpec:
    """What is called.

    Raises:
        InputError: It is malformed.
    """
    from gilbench.measure.targets.calls import function_spec, statement_spec
    from gilbench.model import InputError

    if arguments.statement_setup is None:
        return function_spec(arguments.call, arguments.args, arguments.kwargs, arguments.setup)
    if arguments.args != "[]" or arguments.kwargs != "{}" or arguments.setup:
        raise InputError(STATEMENT_WITH_ARGUMENTS)
    return statement_spec(arguments.statement_setup, arguments.call)
