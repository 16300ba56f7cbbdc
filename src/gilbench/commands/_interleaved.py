"""Has a gate's run measured and shown, for the verbs that need one. It judges nothing."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from gilbench.commands._common import add_workers, console

if TYPE_CHECKING:
    from gilbench.plan.matrix import Filters
    from gilbench.run.interleaved import InterleavedCheck
    from gilbench.run.suite_run import SuiteRun

FOLDER = "checks"  # of the results: these are no runs about claims, and never the latest of those


def add_filters(command: argparse.ArgumentParser) -> None:
    """What narrows the cases."""
    command.add_argument("--workload", action="append", default=[], metavar="W", help="only this workload")
    command.add_argument("--strategy", action="append", default=[], metavar="S", help="this strategy, not the usual")
    add_workers(command)


def filters(arguments: argparse.Namespace) -> Filters:
    from gilbench.plan.matrix import Filters

    return Filters(
        tuple(arguments.workload),
        tuple(arguments.strategy),
        tuple(arguments.workers),
        force_workers=bool(arguments.force_workers),
    )


def measure(gate: InterleavedCheck, arguments: argparse.Namespace) -> SuiteRun | None:
    """Measure what the gate composes; None where it was interrupted, with what was measured so far kept."""
    from gilbench.run import pytest_driver
    from gilbench.run.start import FreshStart
    from gilbench.run.suite_run import SuiteRun
    from gilbench.terminal.live import LiveView

    progress = console(stderr=True)
    progress.quiet = arguments.quiet
    command = ["gilbench", *sys.argv[1:]]
    with LiveView(progress) as view:
        start = FreshStart(gate.compose, arguments.out / FOLDER, command, arguments.seed, view.doing)
        measuring = SuiteRun(start)
        measuring.watchers.append(view)
        interrupted = pytest_driver.measure(measuring)
    if interrupted:
        kept = (
            f"what was measured so far is kept in {measuring.folder}"
            if measuring.folder
            else "nothing was measured yet"
        )
        progress.print(f"interrupted; {kept}", soft_wrap=True)
        return None
    return measuring
