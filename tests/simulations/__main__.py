"""Print the table of a study; with a journal, it can be simulated in parts."""

from __future__ import annotations

import argparse
import math
from itertools import chain
from pathlib import Path

from tests.simulations import coverage, errors, levels, whole_runs
from tests.simulations.study import Journal, run

STUDIES = whole_runs.STUDIES | coverage.STUDIES | {"levels": levels.LEVELS, "errors": errors.ERRORS}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulations", description=__doc__)
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--runs", type=int, default=10, help="for each kind of host")
    parser.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="HOST",
        help="only this kind of host, by its whole name; several times for several",
    )
    parser.add_argument("--journal", type=Path, help="where results are kept and continued")
    parser.add_argument(
        "--within",
        type=float,
        default=math.inf,
        metavar="SECONDS",
        help="begin no further part that would end later",
    )
    parser.add_argument("--so-far", action="store_true", help="print the table of what is kept")
    options = parser.parse_args()
    study, journal = STUDIES[options.study], Journal(options.journal)
    known = set(chain.from_iterable(study.pieces(1)))
    for host in options.host:
        if host not in known:
            parser.error(f"{options.study} has no host {host!r}")
    hosts = frozenset(options.host)
    if not options.so_far and not run(study, options.runs, journal, options.within, hosts):
        print(f"{len(journal.results)} parts; there is more: call it again with the same journal")
        return
    for line in study.table(journal.results):
        print(line, flush=True)
    print(f"commits: {', '.join(sorted(journal.commits))}")


if __name__ == "__main__":
    main()
