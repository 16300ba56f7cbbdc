"""``python -m tests.torture``: make the trials that are left, and say how they went.

It makes as many at a time as the machine has cores, and can be stopped and continued at any time.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

from tests.torture import RECORD, Entry, code, entries

MOST_PARTS = 4
MOST_KINDS = 24


class Record:
    """The trials made so far with one seed, a line each, in a file that survives an interruption.

    Several parts of a torture append to it at once, each line with one write.
    """

    def __init__(self, seed: int) -> None:
        RECORD.mkdir(parents=True, exist_ok=True)
        self.path = RECORD / f"seed-{seed}.jsonl"
        self.path.touch()

    @property
    def trials(self) -> list[dict]:
        """All of them, those of other parts among them."""
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def made(self, entry: Entry) -> set[int]:
        """Numbers of the trials of an entry that were made."""
        return {trial["number"] for trial in self.trials if trial["entry"] == entry.name}

    def add(self, trial: dict) -> None:
        """Keep a trial."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(trial) + "\n")


def parse_part(text: str) -> tuple[int, int]:
    """Parse ``2/3``, the second of three parts."""
    number, slash, parts = text.partition("/")
    if not (slash and number.isdigit() and parts.isdigit() and 1 <= int(number) <= int(parts)):
        raise argparse.ArgumentTypeError(f"{text!r} is no part such as 2/3")
    return int(number), int(parts)


def stop(number: int, _: object) -> NoReturn:
    """End by an exception, so that what the trial in progress started is ended with it."""
    raise SystemExit(128 + number)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make torture ARGS=...", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of all random choices")
    parser.add_argument("--minutes", type=float, default=60, help="begin no trial after these")
    parser.add_argument("--only", action="append", help="this entry")
    parser.add_argument("--trials", type=int, help="so many of each entry, instead of all")
    parser.add_argument(
        "--part",
        type=parse_part,
        help="such as 2/3: the second of three, a trial at a time (default: as many parts at once as cores, "
        f"at most {MOST_PARTS})",
    )
    parser.add_argument("--again", action="store_true", help="forget what was made before")
    return parser.parse_args()


def summary(entry: Entry, trials: list[dict]) -> list[str]:
    """How an entry's trials went, in a line, and how many of each kind there were, where that fits in another."""
    mine = [trial for trial in trials if trial["entry"] == entry.name]
    wrong = sum(bool(trial["wrong"]) for trial in mine)
    seconds = sum(trial["seconds"] for trial in mine)
    lines = [
        f"{entry.name}: {len(mine)} of {entry.trials} trials in {seconds:.0f} s, {wrong} wrong"
    ]
    kinds = Counter(trial["did"].split(",")[0] for trial in mine)
    if len(kinds) <= MOST_KINDS:
        counts = "; ".join(f"{kind}: {count}" for kind, count in sorted(kinds.items()))
        lines.append(f"    {counts}")
    return lines


def left(
    record: Record, asked: argparse.Namespace, part: tuple[int, int], chosen: list[Entry]
) -> list[tuple[Entry, int]]:
    """The trials of a part that were not made, the entries in turns, so that some of each are made first."""
    number_of_part, parts = part
    waiting = []
    for entry in chosen:
        wanted = entry.trials if asked.trials is None else asked.trials
        for number in sorted(set(range(wanted)) - record.made(entry)):
            if number % parts == number_of_part - 1:
                waiting.append(((number + 1) / wanted, number, entry))
    waiting.sort(key=lambda each: each[:2])
    return [(entry, number) for _, number, entry in waiting]


def make(entry: Entry, seed: int, number: int) -> dict:
    """Make one trial and print how it went; where something was wrong, its folder is kept."""
    place = Path(tempfile.mkdtemp(prefix="torture-"))
    began_s = time.monotonic()
    try:
        trial = entry.trial(seed, number, place)
        seconds = round(time.monotonic() - began_s, 2)
        print(
            f"{entry.name} {number} ({seconds} s): {trial.did}",
            *trial.wrong,
            sep="\n    WRONG: ",
            flush=True,
        )
        if trial.wrong:
            kept = RECORD / f"{entry.name}-{seed}-{number}"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(place, kept, symlinks=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return {
        "entry": entry.name,
        "number": number,
        "did": trial.did,
        "wrong": list(trial.wrong),
        "seconds": seconds,
        "code": code(),
    }


def make_part(
    asked: argparse.Namespace, part: tuple[int, int], record: Record, chosen: list[Entry]
) -> None:
    """Make the trials that are left of one part, one at a time."""
    end_s = time.monotonic() + 60 * asked.minutes
    for entry, number in left(record, asked, part, chosen):
        if time.monotonic() > end_s:
            break
        record.add(make(entry, asked.seed, number))


def make_in_parts(asked: argparse.Namespace, record: Record, chosen: list[Entry]) -> None:
    """Make as many parts as cores at once, each in a process; they end with this one."""
    parts = min(os.cpu_count() or 1, MOST_PARTS)
    processes = []
    for number in range(1, parts + 1):
        work = (asked, (number, parts), record, chosen)
        processes.append(get_context("fork").Process(target=make_part, args=work))
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    finally:
        for process in processes:
            if process.pid is not None:
                process.terminate()
                process.join()


def main() -> int:
    asked = options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    record = Record(asked.seed)
    if asked.again:
        record.path.unlink()
        record = Record(asked.seed)
    chosen = [entry for entry in entries() if not asked.only or entry.name in asked.only]
    if asked.part is None:
        make_in_parts(asked, record, chosen)
    else:
        make_part(asked, asked.part, record, chosen)
    trials = record.trials
    for entry in chosen:
        print(*summary(entry, trials), sep="\n")
    return int(any(trial["wrong"] for trial in trials))


if __name__ == "__main__":
    sys.exit(main())
