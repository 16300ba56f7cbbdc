"""Every claim on several interpreters in one run, in pieces of a few minutes.

``python tools/side_by_side.py OUT --python 3.8 --python 3.14t --minutes 11`` starts a run in OUT, or resumes the one that is
there, and interrupts it when the minutes are over; the last piece ends it. ``python -m tools.facts keep RUN`` then keeps its
journal, and ``make facts`` writes the pages.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gilbench.claims.registry import all_claims
from gilbench.model import InputError
from gilbench.results import folder as layout

INTERRUPTED = 130
UNFINISHED, FINISHED = 3, 0  # exit codes of ``measure``
PATIENCE_S = 120.0  # for an interrupted run to close its files and write what there is


def run_of(out: Path) -> Path | None:
    """The one run in a folder; None where there is none yet."""
    runs = sorted(path.parent for path in out.glob("*/run.json"))
    return runs[-1] if runs else None


def command_of(out: Path, pythons: Sequence[str], profile: str) -> list[str]:
    """The command that starts the run of a folder, or resumes it; the targets are named either way."""
    begun = run_of(out)
    named = [f"--python={python}" for python in pythons]
    claims = [f"--claim={claim.id}" for claim in all_claims()]  # and no survey of further cases
    start = ["--profile", profile, "--out", str(out), *claims]
    own = start if begun is None else ["--resume", str(begun)]
    return [sys.executable, "-m", "gilbench", "run", "--quiet", *own, *named]


def measure(out: Path, pythons: Sequence[str], profile: str, minutes: float) -> int:
    """Measure for so many minutes; 0 where the run is complete, 3 where it is to be resumed."""
    out.mkdir(parents=True, exist_ok=True)
    begun = run_of(out)
    if begun is not None and layout.read_run(begun).status == "complete":
        print(f"{begun} is complete")
        return FINISHED
    measuring = subprocess.Popen(command_of(out, pythons, profile), stdout=subprocess.DEVNULL)
    try:
        code = measuring.wait(60 * minutes)
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as reason:
        if isinstance(reason, subprocess.TimeoutExpired):  # Ctrl-C reaches the run by itself
            measuring.send_signal(signal.SIGINT)
        try:
            code = measuring.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise InputError(
                f"process {measuring.pid} ignores the interrupt, as what a shell starts with & does; "
                "it measures until the run is complete: wait for it, or end it with kill"
            ) from None
    if code == INTERRUPTED:
        print("interrupted: call it again, and the run continues")
        return UNFINISHED
    return FINISHED if code in (0, 3) else code


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a piece; exit code 0 where the run is complete, 3 where it is to be resumed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--python", action="append", required=True)
    parser.add_argument("--profile", default="standard")
    parser.add_argument("--minutes", type=float, default=11.0)
    parsed = parser.parse_args(arguments)
    try:
        return measure(parsed.out, parsed.python, parsed.profile, parsed.minutes)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
