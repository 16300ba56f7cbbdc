"""``gilbench advise``: whether and how to run a callable or statement in parallel."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._arguments import DEFAULT_OUT, STATEMENT_WITH_ARGUMENTS, number
from gilbench.commands._exit_codes import INTERRUPTED, OK, UNDECIDED
from gilbench.commands._printing import console, print_json
from gilbench.commands._reports import write_page
from gilbench.commands._streams import say, say_imports

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

    what = f"budget; give {SHORTEST_BUDGET_S:g} seconds or more"
    return number(text, SHORTEST_BUDGET_S, LONGEST_BUDGET_S, what)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.measure.abilities import not_done
    from gilbench.run.advising import CallMeasurement, MeasuredCall
    from gilbench.summary.call_advice import advise_calls
    from gilbench.summary.call_lines import first_words

    progress = console(stderr=True)

    def tell(what: str) -> None:
        progress.print(what, soft_wrap=not progress.is_terminal)

    def tell_first(measured: MeasuredCall) -> None:
        for answer in advise_calls(measured.run, measured.observations)[:1]:
            tell(first_words(answer))

    spec = _spec(arguments)
    say_imports(spec.imports)
    measurement = CallMeasurement(spec, arguments.python, arguments.budget - _age_s(), tell)
    for problem in measurement.problems:
        say(f"gilbench: {problem}; the other targets are measured")
    for line in not_done(of_calls=True):
        say(f"gilbench: {line}")
    measured = measurement.measure(arguments.out, ["gilbench", *sys.argv[1:]], tell_first)
    answers = advise_calls(measured.run, measured.observations)
    # A free-threaded target that was found comes after those that were asked for.
    asked_for = answers[: len(arguments.python) or 1]
    if arguments.json:
        print_json(answers)
    else:
        from gilbench.terminal.call_advice import print_calls

        print_calls(console(), asked_for)
    write_page(measured.folder, progress)
    if not arguments.json:
        console().print(f"report: {measured.folder / 'report.html'}", soft_wrap=True)
    if measured.run.status == "interrupted":
        kept = f"interrupted; what was measured so far is kept in {measured.folder}"
        progress.print(kept, soft_wrap=True)
        return INTERRUPTED
    return UNDECIDED if any(answer.outcome == "undecided" for answer in asked_for) else OK


def _age_s() -> float:
    """Seconds since the command began, a second at most."""
    import psutil

    age_s = time.time() - float(psutil.Process().create_time())
    return max(0.0, min(1.0, age_s))


def _spec(arguments: argparse.Namespace) -> CallSpec:
    """What is called, and whether results are compared.

    Raises:
        InputError: It is malformed.
    """
    from gilbench.measure.targets.calls import function_spec, statement_spec
    from gilbench.model import InputError

    if arguments.statement_setup is None:
        spec = function_spec(arguments.call, arguments.args, arguments.kwargs, arguments.setup)
    elif arguments.args != "[]" or arguments.kwargs != "{}" or arguments.setup:
        raise InputError(STATEMENT_WITH_ARGUMENTS)
    else:
        spec = statement_spec(arguments.statement_setup, arguments.call)
    if arguments.same_result:
        return replace(spec, request={**spec.request, "same_result": True})
    return spec
