"""Runs and displays an interleaved A/B measurement, for the commands that need one."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from gilbench.commands._arguments import CHECKS, add_workers
from gilbench.commands._printing import console

if TYPE_CHECKING:
    from gilbench.plan.matrix import Filters
    from gilbench.run.interleaved import Interleaving
    from gilbench.run.suite_run import SuiteRun


def add_filters(command: argparse.ArgumentParser) -> None:
    """Add the options that narrow the cases."""
    command.add_argument(
        "--workload", action="append", default=[], metavar="W", help="only this workload"
    )
    command.add_argument(
        "--strategy", action="append", default=[], metavar="S", help="this strategy, not the usual"
    )
    add_workers(command)


def filters(arguments: argparse.Namespace) -> Filters:
    """The cases to which the options narrow a check."""
    from gilbench.plan.matrix import Filters

    return Filters(
        tuple(arguments.workload),
        tuple(arguments.strategy),
        tuple(arguments.workers),
        force_workers=bool(arguments.force_workers),
        same_result=True,
    )


def measure(
    interleaving: Interleaving, arguments: argparse.Namespace, *, warns: bool
) -> SuiteRun | None:
    """Measure two sides with interleaved rounds.

    Args:
        interleaving: What is compared with what.
        arguments: The command's.
        warns: Whether to say what disturbs the host; False where the result says it.

    Returns:
        What was measured; None where it was interrupted, which keeps what was measured so far.
    """
    from gilbench.run import pytest_driver
    from gilbench.run.start import FreshStart
    from gilbench.run.suite_run import SuiteRun
    from gilbench.terminal.live import LiveView

    progress = console(stderr=True)
    progress.quiet = arguments.quiet
    command = ["gilbench", *sys.argv[1:]]
    with LiveView(progress, warns=warns) as view:
        start = FreshStart(
            interleaving.compose, arguments.out / CHECKS, command, arguments.seed, view.doing
        )
        suite_run = SuiteRun(start, interleaving.scheduler)
        suite_run.watchers.append(view)
        interrupted = pytest_driver.measure(suite_run)
    if interrupted:
        kept = "nothing was measured yet"
        if suite_run.folder:
            kept = f"what was measured so far is kept in {suite_run.folder}"
        progress.print(f"interrupted; {kept}", soft_wrap=True)
        return None
    return suite_run
