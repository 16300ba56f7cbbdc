"""``python -m tests.torture``: make the trials that are left, and say how they went. It can be stopped and continued."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.torture import Entry, entries

RECORD = Path("build/torture")


class Record:
    """The trials made so far with one seed, a line each, in a file that survives an interruption."""

    def __init__(self, seed: int) -> None:
        RECORD.mkdir(parents=True, exist_ok=True)
        self.path = RECORD / f"seed-{seed}.jsonl"
        self.path.touch()
        self.trials = [json.loads(line) for line in self.path.read_text().splitlines()]

    def made(self, entry: Entry) -> set[int]:
        """Numbers of the trials of an entry that were made."""
        return {trial["number"] for trial in self.trials if trial["entry"] == entry.name}

    def add(self, trial: dict) -> None:
        """Keep a trial."""
        self.trials.append(trial)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(trial) + "\n")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make torture ARGS=...", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of all random choices")
    parser.add_argument("--minutes", type=float, default=60, help="begin no trial after these")
    parser.add_argument("--only", action="append", help="this entry")
    parser.add_argument("--trials", type=int, help="so many of each entry, instead of all")
    parser.add_argument("--again", action="store_true", help="forget what was made before")
    return parser.parse_args()


def summary(entry: Entry, trials: list[dict]) -> str:
    """How an entry's trials went, in a line."""
    mine = [trial for trial in trials if trial["entry"] == entry.name]
    wrong = sum(bool(trial["wrong"]) for trial in mine)
    seconds = sum(trial["seconds"] for trial in mine)
    return f"{entry.name}: {len(mine)} of {entry.trials} trials in {seconds:.0f} s, {wrong} wrong"


def main() -> int:
    asked = options()
    record = Record(asked.seed)
    if asked.again:
        record.path.unlink()
        record = Record(asked.seed)
    chosen = [entry for entry in entries() if not asked.only or entry.name in asked.only]
    end_s = time.monotonic() + 60 * asked.minutes
    # The entries take turns, so that an interrupted torture has some of each.
    left = []
    for entry in chosen:
        wanted = asked.trials or entry.trials
        numbers = sorted(set(range(wanted)) - record.made(entry))
        left += [((number + 1) / wanted, number, entry) for number in numbers]
    for _, number, entry in sorted(left, key=lambda each: each[:2]):
        if time.monotonic() > end_s:
            break
        place = Path(tempfile.mkdtemp(prefix="torture-"))
        began_s = time.monotonic()
        trial = entry.trial(asked.seed, number, place)
        seconds = round(time.monotonic() - began_s, 2)
        wrong = list(trial.wrong)
        record.add(
            {
                "entry": entry.name,
                "number": number,
                "did": trial.did,
                "wrong": wrong,
                "seconds": seconds,
            }
        )
        print(
            f"{entry.name} {number} ({seconds} s): {trial.did}",
            *wrong,
            sep="\n    WRONG: ",
            flush=True,
        )
        if wrong:
            kept = RECORD / f"{entry.name}-{asked.seed}-{number}"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(place, kept, symlinks=True)
        shutil.rmtree(place, ignore_errors=True)
    for entry in chosen:
        print(summary(entry, record.trials))
        kinds = Counter(
            trial["did"].split(",")[0] for trial in record.trials if trial["entry"] == entry.name
        )
        if len(kinds) <= 24:
            print("   ", "; ".join(f"{kind}: {count}" for kind, count in sorted(kinds.items())))
    return int(any(trial["wrong"] for trial in record.trials))


if __name__ == "__main__":
    sys.exit(main())
