"""What two threads with a connection each gain in ``sqlite3``, with and without the count of allocated memory.

The query is that of the gallery. SQLite counts what it has allocated under one mutex of the process, unless it is
configured otherwise before its first use (``SQLITE_CONFIG_MEMSTATUS``), so that every launch is a process; pairs of both
threads and of one after the other take turns within it. Where Python's ``sqlite3`` has SQLite built in, there is no
library to configure.

Usage: ``python tools/sqlite_in_threads.py [PYTHON ...] [--launches 10]``
"""

from __future__ import annotations

import argparse
import math
import random
import subprocess
import sys
from collections.abc import Sequence

from gilbench.analysis.location import locate

LIBRARY = "libsqlite3.so.0"
KINDS = ("counted", "not counted")
CONFIDENCE = 0.95
PAIRS = 10
LAUNCH = """
import ctypes, math, random, sys, threading
from time import perf_counter
library, kind, pairs = sys.argv[1], sys.argv[2], int(sys.argv[3])
sqlite = ctypes.CDLL(library)
SQLITE_CONFIG_MEMSTATUS = 9
if kind == "not counted" and sqlite.sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0):
    sys.exit("SQLite takes no configuration")
import sqlite3
QUERY = '''with recursive n(i) as (select 1 union all select i + 1 from n where i < 50000)
select sum(i * i % 7) from n'''
connections = [sqlite3.connect(":memory:", check_same_thread=False) for _ in range(2)]

def ask(connection):
    for _ in range(2):
        connection.execute(QUERY).fetchall()

def one_after_the_other():
    for connection in connections:
        ask(connection)

def in_threads():
    threads = [threading.Thread(target=ask, args=(each,)) for each in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

def timed(way):
    began = perf_counter()
    way()
    return perf_counter() - began

one_after_the_other()  # a warm-up
if (sqlite.sqlite3_memory_used() == 0) != (kind == "not counted"):
    sys.exit("this Python has another SQLite built in")
total = 0.0
for _ in range(pairs):
    ways = random.sample([one_after_the_other, in_threads], 2)
    times = {way: timed(way) for way in ways}
    total += math.log(times[one_after_the_other] / times[in_threads])
print(total / pairs)
"""


def launch(python: str, kind: str, pairs: int = PAIRS) -> float:
    """The mean logarithm of the gain in one process.

    Raises:
        SystemExit: It cannot be measured there.
    """
    command = [python, "-c", LAUNCH, LIBRARY, kind, str(pairs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python}: {done.stderr.strip().splitlines()[-1]}")
    return float(done.stdout)


def main(arguments: Sequence[str]) -> int:
    """Print a row of a table for each interpreter and kind; exit code 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pythons", nargs="*", default=[sys.executable], metavar="PYTHON")
    parser.add_argument("--launches", type=int, default=10)
    options = parser.parse_args(arguments)
    print("| interpreter | memory | gain of two threads | launches |\n|---|---|---|---:|")
    for python in options.pythons:
        logs: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for _ in range(options.launches):
            for kind in random.sample(KINDS, len(KINDS)):
                logs[kind].append(launch(python, kind))
        for kind, values in logs.items():
            location = locate(values)
            if location is None:
                parser.error("an interval needs two launches or more")
            low, high = location.interval(CONFIDENCE)
            gain = f"{math.exp(location.center):.2f}× [{math.exp(low):.2f}, {math.exp(high):.2f}]"
            print(f"| {python} | {kind} | {gain} | {len(values)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
