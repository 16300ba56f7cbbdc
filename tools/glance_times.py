"""How long a glance takes from the command: to the first verdict, to each of them, to the answer and to the page.

Each trial runs ``gilbench run --profile glance`` in a new process and reads its lines as they come; it is a
line of a journal, so ``measure`` can be stopped and continued:

    python tools/glance_times.py measure glances.jsonl --runs 10
    python tools/glance_times.py count glances.jsonl
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

# As the live view prints it where there is no picture
SETTLED = re.compile(r"^(PROVED|REFUTED) (\w+): ")
ANSWER, PAGE = "Speedup over serial code", "report: "
ASKED = ("first verdict", "A16", "A17", "A18", "B2", "answer", "page")
LIMITS_S = {"first verdict": 4.0, "A16": 10.0, "A17": 10.0, "A18": 10.0}


def trial() -> dict[str, Any]:
    """One glance: seconds from the command to what it prints, and its verdicts."""
    folder = tempfile.mkdtemp(prefix="glance-")
    command = [
        sys.executable,
        "-u",
        "-m",
        "gilbench",
        "run",
        "--profile",
        "glance",
        "--out",
        folder,
    ]
    times_s: dict[str, float] = {}
    verdicts: dict[str, str] = {}
    load = os.getloadavg()[0]
    began_s = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    for line in process.stdout:
        now_s = time.monotonic() - began_s
        settled = SETTLED.match(line)
        if settled:
            outcome, claim = settled.groups()
            verdicts[claim] = outcome
            times_s.setdefault("first verdict", now_s)
            times_s.setdefault(claim, now_s)
        elif line.startswith(ANSWER):
            times_s.setdefault("answer", now_s)
        elif line.startswith(PAGE):
            times_s.setdefault("page", now_s)
    exit_code = process.wait()
    shutil.rmtree(folder, ignore_errors=True)
    return {
        "began_utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "load_before": load,
        "exit": exit_code,
        "times_s": {name: round(seconds, 2) for name, seconds in times_s.items()},
        "verdicts": verdicts,
    }


def read(journal: Path) -> list[dict[str, Any]]:
    """The trials so far."""
    if not journal.exists():
        return []
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines() if line]


def measure(journal: Path, runs: int) -> None:
    """Measure what is missing of so many glances."""
    for number in range(len(read(journal)), runs):
        entry = trial()
        with journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        print(f"{number + 1} of {runs}: {entry['times_s']}", flush=True)


def count(journal: Path) -> None:
    """Print the times as a table; what a glance did not decide took for ever."""
    trials = read(journal)
    print("| from the command to | seen in | shortest | median | longest | in time |")
    print("|---|---|---|---|---|---|")
    for name in ASKED:
        times_s = sorted(entry["times_s"].get(name, math.inf) for entry in trials)
        seen = sum(map(math.isfinite, times_s))
        limit_s = LIMITS_S.get(name)
        in_time = "–"
        if limit_s is not None:
            in_time = f"{sum(seconds <= limit_s for seconds in times_s)} in {limit_s:g} s"
        median = statistics.median(times_s)
        print(
            f"| {name} | {seen} of {len(trials)} | {times_s[0]:.1f} s | {median:.1f} s | "
            f"{times_s[-1]:.1f} s | {in_time} |"
        )
    after = [
        entry["times_s"]["page"] - entry["times_s"]["answer"]
        for entry in trials
        if {"page", "answer"} <= set(entry["times_s"])
    ]
    if after:
        print(f"page after the answer: {min(after):.1f} to {max(after):.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=("measure", "count"))
    parser.add_argument("journal", type=Path)
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    if options.verb == "measure":
        measure(options.journal, options.runs)
    else:
        count(options.journal)


if __name__ == "__main__":
    main()
