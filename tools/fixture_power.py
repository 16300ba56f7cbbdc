"""Can the fixture ``gil`` be trusted? False failures of code that did not change, and changes that it finds.

``python tools/fixture_power.py identical --runs 40 --busy 2`` tests a function that releases the GIL, alongside two
busy processes: none of its tests may fail. ``... holds --runs 20`` tests the same assertions on the same function
after a change that has it hold the GIL: they should all fail. Every run is a separate session of pytest.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

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
OUTCOMES = ("passed", "failed", "skipped")
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
    for case in ElementTree.parse(report).iter("testcase"):
        ended = {child.tag for child in case}
        if ended & {"failure", "error"}:
            yield str(case.get("name")), "failed"
        else:
            yield str(case.get("name")), "skipped" if "skipped" in ended else "passed"


def main() -> None:
    """Count the outcomes of each test, and print them as they come."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("function", choices=FUNCTIONS)
    arguments.add_argument("--runs", type=int, default=200)
    arguments.add_argument("--busy", type=int, default=0, help="how many processes spin meanwhile")
    given = arguments.parse_args()
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as name, busy_processes(given.busy):
        folder = Path(name)
        (folder / "test_digest.py").write_text(
            HEAD + FUNCTIONS[given.function] + TESTS, encoding="utf-8"
        )
        for run in range(1, given.runs + 1):
            for test, outcome in outcomes(folder):
                counts.setdefault(test, Counter())[outcome] += 1
            line = "  ".join(
                f"{test} {[count[one] for one in OUTCOMES]}" for test, count in counts.items()
            )
            print(f"run {run}, {'/'.join(OUTCOMES)}: {line}", flush=True)
    for test, count in counts.items():
        failed, total = count["failed"], sum(count.values())
        lo, hi = Proportion(failed, total).interval(0.95)
        print(
            f"{test}: {failed} of {total} failed [{lo:.3f}, {hi:.3f}], {count['skipped']} undecided"
        )


if __name__ == "__main__":
    main()
