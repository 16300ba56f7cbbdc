"""``gilbench calibrate``: what this host can see, from code measured against itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._common import DEFAULT_OUT, INTERRUPTED, OK, UNUSABLE, console, positive, print_json

if TYPE_CHECKING:
    from gilbench.check.calibration import Calibration
    from gilbench.commands._common import Commands

LAUNCHES = 32  # a case: some 5 s


def add(commands: Commands) -> None:
    command = commands.add_parser("calibrate", help="how small a change this host can see, and how often it errs")
    command.add_argument(
        "--python", metavar="TARGET", help="what to measure against itself (default: this interpreter)"
    )
    command.add_argument("--workload", action="append", default=[], metavar="W", help="only this workload")
    command.add_argument("--strategy", action="append", default=[], metavar="S", help="this strategy, not the usual")
    command.add_argument("--workers", action="append", default=[], type=positive, metavar="N", help="this many workers")
    command.add_argument("--launches", type=positive, default=LAUNCHES, metavar="N", help=f"of a case ({LAUNCHES})")
    command.add_argument("--seed", type=int, default=0, help="seed of orders and replays (default: 0)")
    command.add_argument("--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where it is kept")
    command.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from gilbench import compose, plan, suite
    from gilbench.check import calibration, margins, samples
    from gilbench.check.fingerprint import short
    from gilbench.gate import EFFORT, Gate
    from gilbench.measure.host import inspect
    from gilbench.model import Comparison, Failure
    from gilbench.report.live import LiveView

    progress = console(stderr=True)
    progress.quiet = arguments.quiet
    host, python = inspect(), arguments.python or sys.executable
    filters = plan.Filters(tuple(arguments.workload), tuple(arguments.strategy), tuple(arguments.workers))
    settings = margins.read()
    gate = Gate(host, python, python, filters, settings, only=arguments.launches)
    request = compose.Request(filters=filters, seed=arguments.seed)
    measuring = suite.SuiteRun(request, arguments.out / "checks", ["gilbench", *sys.argv[1:]], gate)
    with LiveView(progress, measuring.remaining_s) as view:
        measuring.watchers.append(view)
        if suite.measure(measuring):
            return INTERRUPTED
    failures = [record for record in measuring.records if isinstance(record, Failure)]
    for failure in failures:
        print(f"gilbench: {failure.item} could not be measured: {failure.message}", file=sys.stderr)
    if failures:
        return UNUSABLE
    tables = measuring.tables()
    items = [planned.item for planned in measuring.composed.plan if isinstance(planned.item, Comparison)]
    measured = {item.case.label: samples.take(tables, item).values for item in items}
    alarms, resolutions = calibration.calibrate(measured, settings.margin, EFFORT, arguments.seed)
    found = calibration.Calibration(
        host=short(host),
        python=str(measuring.composed.targets[0].description["version"]),
        measured_utc=datetime.now(UTC).isoformat(timespec="minutes"),
        margin=settings.margin,
        checks=calibration.REPLAYS,
        false_alarms=alarms,
        cases=resolutions,
    )
    path = calibration.path_of(arguments.out, host)
    calibration.write(path, found)
    _show(found, path, as_json=arguments.json)
    return OK


def _show(found: Calibration, path: Path, *, as_json: bool) -> None:
    from gilbench.report import moves

    if as_json:
        print_json(found)
    else:
        moves.print_calibration(console(), found)
        console().print(f"kept in {path}, and used by every check on this host", soft_wrap=True)
