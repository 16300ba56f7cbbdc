"""``python -m tools.selfbench``: measure for a while, and write the page of all that was measured so far."""

from __future__ import annotations

import argparse
import math
import signal
import sys
import time
from pathlib import Path

from tools.selfbench import page, registry
from tools.selfbench.bench import ROOT, Bench
from tools.selfbench.host import begin_session
from tools.selfbench.journal import Journal
from tools.selfbench.model import Row
from tools.selfbench.peers import Peers, cache_folder
from tools.selfbench.runner import Runner, say

DOCS = ROOT / "docs"
JOURNAL = DOCS / "selfbench.jsonl"
MINUTES, QUICK_MINUTES = 38.0, 5.0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.selfbench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short turns, for 5 minutes")
    parser.add_argument(
        "--minutes", type=float, metavar="M", help="measure for M minutes; 0: only write the page"
    )
    parser.add_argument(
        "--rows", nargs="+", default=[], metavar="ROW", help="these rows only; --list names them"
    )
    parser.add_argument("--list", action="store_true", help="name the rows")
    parser.add_argument(
        "--journal",
        type=Path,
        default=JOURNAL,
        help="continued if it exists (default: docs/selfbench.jsonl)",
    )
    parser.add_argument(
        "--out", type=Path, default=DOCS, metavar="DIR", help="where the page goes (default: docs)"
    )
    parser.add_argument(
        "--runs", type=Path, nargs="+", default=[], metavar="RUN", help="standard runs to count"
    )
    return parser.parse_args(arguments)


def minutes_of(options: argparse.Namespace) -> float:
    """For how long to measure.

    Raises:
        ValueError: It is no length of time.
    """
    minutes: float | None = options.minutes
    if minutes is None:
        return QUICK_MINUTES if options.quick else MINUTES
    if not 0 <= minutes < math.inf:
        raise ValueError(f"--minutes {minutes:g} is no length of time; give 0 or more")
    return minutes


def main(arguments: list[str] | None = None) -> int:
    """Measure and write; exit code 2 where the arguments cannot be used, 130 when interrupted."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        minutes = minutes_of(options)
        rows, journal = registry.choose(options.rows), Journal(options.journal)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if options.list:
        print("\n".join(f"{row.name:<14} {row.title}" for row in rows))
        return 0
    try:
        code = measure(rows, journal, minutes, options) if minutes > 0 else 0
        for path in page.write(registry.all_rows(), journal, options.out):
            print(path)
    except OSError as error:
        what = f"{error.filename} cannot be used ({error.strerror})"
        print(f"{what}; make room there, or give another --journal or --out", file=sys.stderr)
        return 2
    return code


def measure(rows: list[Row], journal: Journal, minutes: float, options: argparse.Namespace) -> int:
    """Measure rows for some minutes; 130 when interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing outlives this
    cache = cache_folder()
    peers = Peers(cache)
    began_s = time.monotonic()  # what it takes to install them counts
    try:
        say(f"peers in {cache}, versions as in tools/selfbench/peers.txt ...")
        session = begin_session(peers, minutes)
        say(
            f"{session.host}; {session.python}; "
            + ", ".join(map(" ".join, session.versions.items()))
        )
        journal.add(session)
        with Bench(peers, cache, is_quick=options.quick, runs=options.runs) as bench:
            left_minutes = minutes - (time.monotonic() - began_s) / 60
            Runner(rows, journal, bench, session.id, left_minutes).run()
    except KeyboardInterrupt:
        say("interrupted; what was measured is kept")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
