"""Mutated files of every kind that is read from others, a thousand a trial, each through every reader of it."""

from pathlib import Path
from random import Random

from tests.faults.torture import Tally, torture
from tests.torture import Entry, Trial

FILES = 1000
MOST_MIB = 512
PATIENCE_S = 600.0


def run(random: Random, place: Path) -> Trial:
    """Read a thousand files; in the folder of the trial nothing is written."""
    first = random.randrange(10**9)
    tally = torture(Tally(next=first), until=first + FILES, seconds=PATIENCE_S)
    wrong = [f"file {each['number']}: {each['what']}" for each in tally.findings]
    if tally.most_mib > MOST_MIB:
        wrong.append(f"it took {tally.most_mib} MiB")
    return Trial(
        f"mutated files, {tally.refused} refused and {tally.accepted} accepted", tuple(wrong)
    )


ENTRY = Entry("mutated-files", trials=200, run=run, short=())
