"""Can the fixture ``gil`` be trusted? False failures of code that did not change, and changes that it finds.

``python tools/fixture_power.py identical --runs 200 --busy 2`` tests a function that releases the GIL, alongside two
busy processes: none of its tests may fail. ``... holds --runs 100 --busy 2`` tests the same assertions on the same function
after a change that has it hold the GIL: they should all fail. Every run is a separate session of pytest, and a line of a
journal; a later call adds the runs that are missing, ``--minutes 4`` measures a piece, and ``table`` prints the counts.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from trials import Journal, TimeLeft

from gilbench.analysis.proportion import Proportion

HEAD = """
import hashlib

BUFFER = bytes(1 << 20)

"""
FUNCTIONS = {
    "identical": "def digest(data):\n    return hashlib.sha256(data)\n",
    # The same work in small pieces, for which hashlib does not release the GIL.
    "holds": (
        "def digest(data):\n"
        "    total = hashlib.sha256()\n"
        "    for at in range(0, len(data), 1024):\n"
        "        total.update(data[at:at + 1024])\n"
        "    return total\n"
    ),
}
TESTS = """

def test_speedup(gil):
    assert gil.speedup(digest, BUFFER) > 1.5


def test_releases(gil):
    assert gil.releases(digest, BUFFER)


def test_held(gil):
    assert gil.held(digest, BUFFER) < 0.2


def test_stall(gil):
    assert gil.stall(digest, BUFFER) < 0.002
"""
JOURNAL = Path("build/fixture-power.jsonl")
BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"  # ends with the tool, however that ends


@contextmanager
def busy_processes(count: int) -> Iterator[None]:
    """Keep some processes spinning meanwhile."""
    processes = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def outcomes(folder: Path) -> Iterator[tuple[str, str]]:
    """Run the tests once; yields the name and the outcome of each."""
    report = folder / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--junitxml={report}",
        "test_digest.py",
    ]
    subprocess.run(command, cwd=folder, check=False, capture_output=True)
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by the pytest that this tool ran
        ended = {child.tag for child in case}
        if ended & {"failure", "error"}:
            yield str(case.get("name")), "failed"
        else:
            yield str(case.get("name")), "skipped" if "skipped" in ended else "passed"


def measure(function: str, runs: int, busy: int, journal: Journal, time_left: TimeLeft) -> None:
    """Add runs to the journal until it has as many of this kind, or the time is over."""
    kept = journal.read()
    done = sum(run["function"] == function and run["busy"] == busy for run in kept)
    with tempfile.TemporaryDirectory() as name, busy_processes(busy):
        folder = Path(name)
        (folder / "test_digest.py").write_text(HEAD + FUNCTIONS[function] + TESTS, encoding="utf-8")
        while done < runs and time_left.for_another():
            run = {"function": function, "busy": busy, "outcomes": dict(outcomes(folder))}
            journal.add(run)
            done += 1
            print(f"run {done}: {run['outcomes']}", flush=True)


def table(runs: list[dict[str, Any]]) -> Iterator[str]:
    """A line of Markdown for each test of each kind of run, with 95 % intervals of the failures."""
    yield "| function | busy processes | test | failed | 95 % | passed | undecided |"
    yield "|---|---:|---|---:|---:|---:|---:|"
    counts: dict[tuple[str, int, str], Counter[str]] = {}
    for run in runs:
        for test, outcome in run["outcomes"].items():
            kind = (run["function"], run["busy"], test)
            counts.setdefault(kind, Counter())[outcome] += 1
    for (function, busy, test), count in sorted(counts.items()):
        failed, total = count["failed"], count.total()
        lo, hi = Proportion(failed, total).interval(0.95)
        yield (
            f"| {function} | {busy} | {test} | {failed} of {total} | {lo:.1%} to {hi:.1%} "
            f"| {count['passed']} | {count['skipped']} |"
        )


def main() -> None:
    """Measure a piece of the runs, or print what the journal says."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("function", choices=[*FUNCTIONS, "table"])
    arguments.add_argument("--runs", type=int, default=200, help="of this kind in the journal")
    arguments.add_argument("--busy", type=int, default=0, help="how many processes spin meanwhile")
    arguments.add_argument("--journal", type=Path, default=JOURNAL)
    arguments.add_argument("--minutes", type=float, default=math.inf, help="of this piece")
    given = arguments.parse_args()
    journal = Journal(given.journal)
    if given.function != "table":
        measure(given.function, given.runs, given.busy, journal, TimeLeft(given.minutes))
    for line in table(journal.read()):
        print(line)


if __name__ == "__main__":
    main()
