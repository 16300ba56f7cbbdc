"""Whether a glance would have decided A16 and A17 on hosts that were recorded, as a table for
docs/measurements/decisions-in-time.md.

Every window of consecutive launches of a recorded run is judged as if a glance had measured it: at the level of the
first of its claims, with its number of interim analyses.

Usage: ``python tools/glance_replays.py RUN [RUN ...]``; RUN is a folder.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from gilbench.claims import margins
from gilbench.claims.judging import RunClaims
from gilbench.plan.profiles import GLANCE_LOOKS, PROFILES
from gilbench.results import tables as loading
from gilbench.results.tables import Tables

CLAIMS = ("A16", "A17")
LEVEL = margins.ALPHA / 2 / len(PROFILES["glance"].claims) / len(GLANCE_LOOKS)  # one-sided


def table(folders: Sequence[Path]) -> Iterator[str]:
    """A row for each run: of how many windows of each length a claim is decided."""
    lengths = [f"{claim}, {launches}" for claim in CLAIMS for launches in GLANCE_LOOKS[:-1]]
    yield f"| run | {' | '.join(lengths)} |"
    yield "|---" * (len(lengths) + 1) + "|"
    for folder in folders:
        whole = loading.load(folder)
        cells = []
        for claim in CLAIMS:
            for launches in GLANCE_LOOKS[:-1]:
                decided = [is_decided(part, claim) for part in windows(whole, claim, launches)]
                cells.append(f"{sum(decided)} of {len(decided)}" if decided else "–")
        yield f"| {folder.name} | {' | '.join(cells)} |"


def windows(whole: Tables, claim: str, launches: int) -> Iterator[Tables]:
    """The tables of a run with so many consecutive launches of what a claim needs."""
    ids: set[str] = set()
    for entry, question in RunClaims(whole.run).questions:
        if entry.claim.id == claim:
            ids.update(item.id for item in question.required_items)
    frame = whole.launches
    is_needed = frame["item"].isin(ids)
    numbers = sorted(set(frame["launch"][is_needed]))
    for first in range(len(numbers) - launches + 1):
        chosen = numbers[first : first + launches]
        kept = frame[is_needed & frame["launch"].isin(chosen)]
        yield dataclasses.replace(whole, launches=kept)


def is_decided(part: Tables, claim: str) -> bool:
    """Whether a claim is decided at the level of a glance."""
    for standing in RunClaims(part.run).standings(part):
        if standing.entry.claim.id == claim and standing.is_decided:
            return standing.question.p_values(part).smaller <= LEVEL
    return False


def main(arguments: Sequence[str]) -> int:
    """Print the table; exit code 0."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    for line in table(parser.parse_args(arguments).runs):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
