"""``gilbench calibrate``: what this host can see, from code measured against itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands import _interleaved
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
    _interleaved.add_filters(command)
    command.add_argument("--launches", type=positive, default=LAUNCHES, metavar="N", help=f"of a case ({LAUNCHES})")
    command.add_argument("--seed", type=int, default=0, help="seed of orders and replays (default: 0)")
    command.add_argument("--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where it is kept")
    command.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from gilbench.check import calibration, margins, samples
    from gilbench.measure.host import inspect
    from gilbench.model import Comparison, Failure, InputError
    from gilbench.results.fingerprint import short
    from gilbench.run.interleaved import EFFORT, InterleavedCheck

    if arguments.launches < calibration.FEWEST:
        raise InputError(f"--launches {arguments.launches} are too few to replay: give {calibration.FEWEST} or more")
    host, python, settings = inspect(), arguments.python or sys.executable, margins.read()
    gate = InterleavedCheck(host, python, python, _interleaved.filters(arguments), settings, only=arguments.launches)
    measuring = _interleaved.measure(gate, arguments)
    if measuring is None:
        return INTERRUPTED
    failures = [record for record in measuring.records if isinstance(record, Failure)]
    for failure in failures:
        print(f"gilbench: {failure.item} could not be measured: {failure.message}", file=sys.stderr)
    if failures:
        return UNUSABLE
    tables = measuring.tables()
    items = [planned.item for planned in measuring.plan.items if isinstance(planned.item, Comparison)]
    measured = {item.case.label: samples.take_sample(tables, item).values for item in items}
    alarms, resolutions = calibration.calibrate(measured, settings.margin, EFFORT, arguments.seed)
    found = calibration.Calibration(
        host=short(host),
        python=measuring.plan.targets[0].description.version,
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
    from gilbench.terminal.check import print_calibration

    if as_json:
        print_json(found)
    else:
        print_calibration(console(), found)
        console().print(f"kept in {path}, and used by every check on this host", soft_wrap=True)
