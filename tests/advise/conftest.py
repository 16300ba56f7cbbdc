"""A folder with functions of all kinds, and launches that try them as ``gilbench advise`` does."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gilbench.measure.launches import Launch
from gilbench.measure.targets.calls import CallSpec, environment_of
from gilbench.model import Settings

LIMIT_S = 180.0
FUNCTIONS = """
import asyncio, functools, hashlib, multiprocessing, os, sqlite3, sys, threading, time

LOCK = threading.Lock()
BUFFER = bytes(1 << 20)

def pure():
    return sum(n * n % 7 for n in range(20_000))

def hashed():
    return hashlib.sha256(BUFFER).digest()

def sleeps():
    time.sleep(0.004)

def locked():
    with LOCK:
        time.sleep(0.004)

def part(share):
    \"\"\"Hold the GIL for a share of 8 ms, and wait for the rest.\"\"\"
    time.sleep(0.008 * (1 - share))
    end = time.perf_counter() + 0.008 * share
    while time.perf_counter() < end:
        pass

def add(left, right=2):
    return left + right

def prints():
    print("x" * 100)
    os.write(1, b"y")

def leaves():
    os._exit(3)

def leaves_in_children():
    if os.getpid() != int(os.environ["LAUNCH"]):
        os._exit(3)

LISTED = [(number, str(number)) for number in range(40_000)]

def listed():
    return LISTED

def hangs_in_threads():
    if threading.current_thread() is not threading.main_thread():
        time.sleep(600)

def pid():
    return os.urandom(8)

CONNECTION = sqlite3.connect(":memory:")
IMPORTED_IN = os.getpid()
CALLED_IN = []

def query():
    return CONNECTION.execute("select 1").fetchall()

def inherited():
    if os.getpid() != IMPORTED_IN and IMPORTED_IN in CALLED_IN:
        raise RuntimeError("called before the fork")
    if multiprocessing.parent_process() is not None and os.getpid() == IMPORTED_IN:
        raise RuntimeError("imported after the fork")
    CALLED_IN.append(os.getpid())

def raises():
    raise ValueError("no luck")

async def awaited(seconds=0.004):
    await asyncio.sleep(seconds)

async def blocks_its_loop():
    await asyncio.sleep(0.001)
    time.sleep(0.02)

def generated():
    for n in range(3):
        time.sleep(0.001)
        yield n

async def agenerated():
    for n in range(3):
        await asyncio.sleep(0.001)
        yield n

def rows():
    return [(n, str(n)) for n in range(20_000)]

@functools.lru_cache
def cached():
    return pure()

shout = functools.partial(add, 1)
join = ", ".join
nameless = lambda: pure()

class Parser:
    def __init__(self):
        self.lock = threading.Lock()

    def parse(self):
        with self.lock:
            return pure()

    @staticmethod
    def static():
        return pure()

    @classmethod
    def of_class(cls):
        return cls.__name__

class Connection:
    def __init__(self, name):
        self.thread = threading.get_ident()

    def query(self):
        if self.thread != threading.get_ident():
            raise RuntimeError("made in another thread")
        return pure()

def connect():
    return Connection("x")

def use(connection):
    return connection.query()

if __name__ == "__main__":
    sys.exit("the script ran")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with ``work.py`` in it."""
    (tmp_path / "work.py").write_text(textwrap.dedent(FUNCTIONS), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def launched(target_bundle: Path, folder: Path) -> Iterator[Ask]:
    """Ask a launch something about a call: ``launched(spec, op, **arguments)``; every question has its own launch."""
    settings = Settings(site=True)

    def ask(spec: CallSpec, op: str = "try call", **arguments: Any) -> dict[str, Any]:
        with contextlib.ExitStack() as stack:
            launch = stack.enter_context(
                Launch(sys.executable, target_bundle, settings, environment_of(0))
            )
            launch.set_up(LIMIT_S)
            if op == "try call":
                return launch.ask(op, LIMIT_S, limit_ns=10**9, **spec.request)
            return launch.ask(op, LIMIT_S, **arguments)

    yield ask


def advise(*words: str, **variables: str) -> tuple[dict[str, Any], str]:
    """Run ``gilbench advise --json`` in the current folder; returns the answer on the first target, and what it said
    meanwhile."""
    completed = subprocess.run(
        [sys.executable, "-m", "gilbench", "advise", *words, "--json", "--out", "runs"],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
        timeout=800,
        check=False,
    )
    if not completed.stdout:
        return {}, completed.stderr
    answer = json.loads(completed.stdout)[0]  # a free-threaded Python that was found comes after it
    return answer, completed.stderr


def ask_patiently(
    check: Callable[[dict[str, Any]], None],
    *words: str,
    budgets: tuple[str, ...] = ("6", "20", "60", "180"),
) -> None:
    """Ask with ever more time until an answer passes a check: a busy host gets through little in a few seconds."""
    for budget in budgets[:-1]:
        answer, _ = advise(*words, "--budget", budget)
        with contextlib.suppress(AssertionError, KeyError, TypeError, ValueError):
            check(answer)
            return
    check(advise(*words, "--budget", budgets[-1])[0])
