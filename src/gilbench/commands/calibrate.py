"""``gilbench calibrate``: how small a change this host can see, from code compared with itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands import _interleaved
from gilbench.commands._arguments import DEFAULT_OUT, positive
from gilbench.commands._exit_codes import INTERRUPTED, OK, UNUSABLE
from gilbench.commands._printing import console, print_json
from gilbench.commands._streams import say

if TYPE_CHECKING:
    from gilbench.check.calibration import Calibration
    from gilbench.commands._arguments import Commands
    from gilbench.run.suite_run import SuiteRun

LAUNCHES = 32  # per case: some 5 s


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "calibrate", help="how small a change this host can see, and how often it errs"
    )
    command.add_argument(
        "--python", metavar="TARGET", help="what to compare with itself (default: this interpreter)"
    )
    _interleaved.add_filters(command)
    command.add_argument(
        "--launches", type=positive, default=LAUNCHES, metavar="N", help=f"per case ({LAUNCHES})"
    )
    command.add_argument(
        "--seed", type=int, default=0, help="seed of orders and replays (default: 0)"
    )
    command.add_argument(
        "--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where it is kept"
    )
    command.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.check import calibration, margins
    from gilbench.measure.host import inspect
    from gilbench.model import Failure, InputError
    from gilbench.run.interleaved import CalibrationRun

    if arguments.launches < calibration.FEWEST:
        raise InputError(
            f"--launches {arguments.launches} are too few to replay: "
            f"give {calibration.FEWEST} or more"
        )
    host, python, settings = inspect(), arguments.python or sys.executable, margins.read()
    calibration_run = CalibrationRun(
        host, python, python, _interleaved.filters(arguments), settings, launches=arguments.launches
    )
    measured = _interleaved.measure(calibration_run, arguments, warns=True)
    if measured is None:
        return INTERRUPTED
    failures = [record for record in measured.records if isinstance(record, Failure)]
    for failure in failures:
        say(f"gilbench: {failure.item} could not be measured: {failure.message}")
    if failures:
        return UNUSABLE
    calibrated = _calibration_of(measured, settings.margin, arguments.seed)
    path = calibration.path_of(arguments.out, host)
    calibration.write(path, calibrated)
    _show(calibrated, path, as_json=arguments.json)
    return OK


def _calibration_of(measured: SuiteRun, margin: float, seed: int) -> Calibration:
    """What the host can see, by the launches that were measured on it."""
    from datetime import UTC, datetime

    from gilbench.check import calibration, samples
    from gilbench.model import Comparison
    from gilbench.results.fingerprint import short
    from gilbench.run.interleaved import EFFORT

    tables = measured.tables()
    log_ratios = {}
    for planned in measured.plan.items:
        if isinstance(planned.item, Comparison):
            log_ratios[planned.item.case.label] = samples.take_sample(tables, planned.item).values
    false_alarms, resolutions = calibration.calibrate(log_ratios, margin, EFFORT, seed)
    return calibration.Calibration(
        host=short(measured.plan.host),
        python=measured.plan.targets[0].description.version,
        measured_utc=datetime.now(UTC).isoformat(timespec="minutes"),
        margin=margin,
        checks=calibration.REPLAYS,
        false_alarms=false_alarms,
        cases=resolutions,
    )


def _show(calibrated: Calibration, path: Path, *, as_json: bool) -> None:
    from gilbench.terminal.check import print_calibration

    if as_json:
        print_json(calibrated)
    else:
        print_calibration(console(), calibrated)
        console().print(f"kept in {path}, and used by every check on this host", soft_wrap=True)
