"""``gilbench run``: measure, judge and write the report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._common import (
    DEFAULT_OUT,
    DOES_NOT_HOLD,
    INTERRUPTED,
    OK,
    UNDECIDED,
    UNUSABLE,
    console,
    positive,
    write_report,
)

if TYPE_CHECKING:
    from gilbench.commands._common import Commands
    from gilbench.model import Verdict


def add(commands: Commands) -> None:
    command = commands.add_parser("run", help="measure, judge and write the report")
    workload = "only this workload, or one of your own: FILE.py, FILE.py:FUNCTION or PACKAGE.MODULE:FUNCTION"
    command.add_argument("--profile", default="standard", help="quick, standard (default) or full")
    command.add_argument("--python", action="append", default=[], metavar="TARGET", help="interpreter to measure")
    command.add_argument("--workload", action="append", default=[], metavar="W", help=workload)
    command.add_argument("--strategy", action="append", default=[], metavar="S", help="only this strategy")
    command.add_argument("--workers", action="append", default=[], type=positive, metavar="N", help="only this many")
    command.add_argument("--claim", action="append", default=[], metavar="ID", help="only what this claim needs")
    command.add_argument("--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where runs are kept")
    command.add_argument("--seed", type=int, default=0, help="seed of every random order (default: 0)")
    strict = "exit 1 if a claim turns out otherwise than expected, 3 if one stays undecided"
    command.add_argument("--strict", action="store_true", help=strict)
    command.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    command.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench import compose, plan, suite
    from gilbench.model import Failure
    from gilbench.report.live import LiveView

    progress = console(stderr=True)
    progress.quiet = arguments.quiet
    request = compose.Request(
        profile=arguments.profile,
        pythons=tuple(arguments.python),
        filters=plan.Filters(
            tuple(arguments.workload), tuple(arguments.strategy), tuple(arguments.workers), tuple(arguments.claim)
        ),
        seed=arguments.seed,
    )
    with LiveView(progress) as view:
        measuring = suite.SuiteRun(request, arguments.out, ["gilbench", *sys.argv[1:]], view.doing)
        for problem in measuring.composed.problems:
            print(f"gilbench: {problem}; the other targets are measured", file=sys.stderr)
        view.remaining_s = measuring.remaining_s
        measuring.watchers.append(view)
        interrupted = suite.measure(measuring)
    if measuring.folder is None:
        return INTERRUPTED
    if interrupted:
        progress.print(f"interrupted; what was measured so far is kept in {measuring.folder}")
    verdicts = write_report(measuring.folder, arguments.json, progress)
    failures = [record for record in measuring.records if isinstance(record, Failure)]
    for failure in failures:
        print(f"gilbench: {failure.item} could not be measured: {failure.message}", file=sys.stderr)
    if interrupted:
        return INTERRUPTED
    if failures or measuring.composed.problems:
        return UNUSABLE
    return _strict(verdicts) if arguments.strict else OK


def _strict(verdicts: Sequence[Verdict]) -> int:
    from gilbench.model import Outcome

    if any(verdict.as_expected is False for verdict in verdicts):
        return DOES_NOT_HOLD
    if any(verdict.verdict in (Outcome.INCONCLUSIVE, Outcome.VOID) for verdict in verdicts):
        return UNDECIDED
    return OK
