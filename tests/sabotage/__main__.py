"""Turns the verdicts that are left, in pieces: each break is a line of a journal, so that it can be stopped and continued.

``python -m tests.sabotage build/sabotage.jsonl --minutes 11`` makes what the journal lacks, the claims that were never
turned first; ``--claim B6`` names some, ``--python 3.14t=PATH`` says where an interpreter is. A break is made again when
it or the file that it breaks has changed, and when the host was too noisy for it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.sabotage.a_break import Break
from tests.sabotage.breaks import BREAKS
from tests.sabotage.turning import NOISY, NOT_HERE, STAYED, TURNED, turn

import gilbench

TARGET = Path(gilbench.__file__).parent / "target"
USUAL_S = 20.0  # of a break: none is begun that would hardly end in time


def digest(broken: Break) -> str:
    """Changes when the break or the file that it breaks does."""
    parts = (broken.old, broken.new, (TARGET / broken.file).read_text(encoding="utf-8"))
    return hashlib.blake2b("\0".join(parts).encode("utf-8"), digest_size=8).hexdigest()


def name_of(broken: Break) -> str:
    """``B6 REFUTED 0123456789abcdef``: what the journal knows a break by."""
    return f"{broken.claim} {broken.verdict.value} {digest(broken)}"


def made(journal: Path) -> dict[str, dict[str, str]]:
    """The latest line of each break."""
    if not journal.exists():
        return {}
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    return {line["name"]: line for line in lines}


def left(journal: Path, claims: Sequence[str]) -> list[Break]:
    """What is to be made: first what never was, then what a noisy host left open."""
    known = made(journal)
    wanted = [broken for broken in BREAKS if not claims or broken.claim in claims]
    new = [broken for broken in wanted if name_of(broken) not in known]
    noisy = [broken for broken in wanted if known.get(name_of(broken), {}).get("outcome") == NOISY]
    return [*new, *noisy]


def make(broken: Break, places: dict[str, str]) -> dict[str, str | float]:
    """Break a copy of the target package and measure; the line of the journal."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "target"
        shutil.copytree(TARGET, copy, ignore=shutil.ignore_patterns("__pycache__"))
        broken.apply(copy)
        turned = turn(broken, copy, places)
    return {
        "name": name_of(broken),
        "why": broken.why,
        **asdict(turned),
        "took_s": round(time.monotonic() - began_s, 1),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is left within the minutes; 0 if all turned that apply, 1 if one did not, 3 if some are left."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("journal", type=Path)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--claim", action="append", default=[])
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH")
    parsed = parser.parse_args(arguments)
    places = dict(named.split("=", 1) for named in parsed.python)
    end_s = time.monotonic() + 60 * parsed.minutes
    parsed.journal.parent.mkdir(parents=True, exist_ok=True)
    for broken in left(parsed.journal, parsed.claim):
        if time.monotonic() + USUAL_S > end_s:
            break
        line = make(broken, places)
        with parsed.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(f"{broken.claim} {broken.verdict.value}: {line['outcome']}", flush=True)
    return conclude(parsed.journal, parsed.claim)


def conclude(journal: Path, claims: Sequence[str]) -> int:
    """Print how many turned, and what did not or is left; the exit code."""
    known = made(journal)
    lines = [known[name_of(broken)] for broken in BREAKS if name_of(broken) in known]
    counts = Counter(line["outcome"] for line in lines)
    print(
        ", ".join(f"{counts[outcome]} {outcome}" for outcome in (TURNED, NOISY, NOT_HERE, STAYED))
    )
    for line in lines:
        if line["outcome"] == STAYED:
            print(f"{line['name']}: {line['reason']}")
    remaining = left(journal, claims)
    print(f"left: {', '.join(broken.claim for broken in remaining) or 'none'}")
    if counts[STAYED]:
        return 1
    return 3 if remaining else 0


if __name__ == "__main__":
    sys.exit(main())
