"""Print the table of a study; with a journal, it can be simulated in parts."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from tests.simulations import coverage, errors, levels, whole_runs
from tests.simulations.study import Journal, run

STUDIES = whole_runs.STUDIES | coverage.STUDIES | {"levels": levels.LEVELS, "errors": errors.ERRORS}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.simulations", description=__doc__)
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--runs", type=int, default=10, help="for each kind of host")
    parser.add_argument("--journal", type=Path, help="where results are kept and continued")
    parser.add_argument(
        "--within",
        type=float,
        default=math.inf,
        metavar="SECONDS",
        help="begin no further part that would end later; the table is that of the parts so far",
    )
    options = parser.parse_args()
    study, journal = STUDIES[options.study], Journal(options.journal)
    is_complete = run(study, options.runs, journal, options.within)
    for line in study.table(journal.results):
        print(line, flush=True)
    print(f"commits: {', '.join(sorted(journal.commits))}")
    if not is_complete:
        print("there is more to simulate: call it again with the same journal")


if __name__ == "__main__":
    main()
