"""Functions, files, interpreters and plugins that misbehave, given to the verbs that run or list them."""

import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.torture import Entry, Trial
from tests.torture.disturbed import PATIENCE_S, Disturbed

LEFT_AFTER_S = 5.0
LONGEST_LINE = 5000
CODES = {0, 1, 2, 3}  # of the contract, but for interruptions

FUNCTIONS = """
import os, resource, signal, sys, threading, time

def plain():
    return 1

def exits():
    os._exit(3)

def forks_out_of_its_session():
    if os.fork() == 0:
        os.setsid()
        time.sleep(300)

def recurses():
    sys.setrecursionlimit(10**9)
    def deeper(n):
        return deeper(n + 1) + 1
    return deeper(0)

def takes_all_memory():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, resource.RLIM_INFINITY))
    kept = []
    while True:
        kept.append(bytearray(1 << 24))

def reads_input():
    return input("name? ")

def floods():
    while True:
        print("x" * 10_000)

def floods_errors():
    while True:
        os.write(2, b"x" * 100_000)

def never_ends():
    while True:
        pass

def stops_itself():
    os.kill(os.getpid(), signal.SIGSTOP)

def closes_everything():
    os.closerange(0, 200)

def interrupts():
    raise KeyboardInterrupt

def quits():
    sys.exit("bye")

def ends_its_group():
    os.kill(0, signal.SIGTERM)

def sets_an_alarm():
    signal.alarm(1)
    time.sleep(5)

def answers_for_the_launch():
    os.write(1, b'{"ok": {}}\\n')

def raises_much():
    raise ValueError("\\x1b[31m" + "y" * 5_000_000 + "\\nline")

def leaves_a_thread():
    threading.Thread(target=time.sleep, args=(300,)).start()

def returns_much():
    return b"x" * (1 << 26)

def moves():
    os.chdir("/")

def crashes():
    import ctypes
    ctypes.string_at(0)

class Hostile:
    def __repr__(self):
        raise RuntimeError("no repr")
    def __reduce__(self):
        raise RuntimeError("no pickle")
    def __eq__(self, other):
        os._exit(4)
    def __hash__(self):
        return 1

def returns_what_cannot_be_asked():
    return Hostile()

def is_no_longer_there():
    globals().pop("is_no_longer_there", None)

def closes_modules():
    sys.modules.clear()

def breaks_json():
    sys.modules["json"].dumps = None

def raises_what_cannot_be_told():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError
    raise Mute
"""
NAMES = [
    line.split()[1].partition("(")[0]
    for line in FUNCTIONS.splitlines()
    if line.startswith("def ") and "plain" not in line
]
MODULES = {
    "exits": "import os; os._exit(5)",
    "hangs": "while True: pass",
    "floods": "while True: print('x' * 10_000)",
    "raises": "raise SystemExit('no')",
    "recurses": "def f(n): return f(n + 1)\nf(0)",
    "nests": "x = " + "(" * 5000 + ")" * 5000,
    "is-no-python": "def f(:",
    "has-zeros": "\0",
}
INTERPRETERS = {
    "floods": "exec cat /dev/zero",
    "floods-errors": "exec cat /dev/zero >&2",
    "hangs": "exec sleep 300",
    "leaves-one-behind": "setsid sleep 300 & exit 0",
    "talks": "echo '{\"ok\": 7}'; echo '[]'; sleep 1",
    "nests": "head -c 100000 /dev/zero | tr '\\0' '['; echo",
    "fails": "echo 'no such thing' >&2; exit 42",
    "kills-itself": "kill -9 $$",
    "escapes": "printf '\\033[2J\\n::error::x\\n' >&2; exit 1",
}


def run(random: Random, place: Path) -> Trial:
    """Give one of them to a verb, and see that it ends in a result or in one line, with nothing left behind."""
    disturbed = Disturbed(place)
    kind = random.choice(list(KINDS))
    try:
        name, words = KINDS[kind](random, disturbed)
        return _judged(disturbed, f"{kind} {name}", words)
    finally:
        disturbed.end()


def _judged(disturbed: Disturbed, what: str, words: list[str]) -> Trial:
    began_s = time.monotonic()
    try:
        code = disturbed.finish(*words)
    except subprocess.TimeoutExpired:
        return Trial(what, (f"it did not end within {PATIENCE_S:.0f} s",))
    took_s = time.monotonic() - began_s
    told, wrong = disturbed.told, []
    if "Traceback" in told:
        wrong.append(f"a traceback: {told[-600:]!r}")
    if code not in CODES:
        wrong.append(f"exit code {code}: {told[-300:]!r}")
    lines = [line for line in told.splitlines() if line.startswith("gilbench: ")]
    if code == 2 and not lines:
        wrong.append(f"no line says why: {told[-300:]!r}")
    if any(len(line) > LONGEST_LINE or not line.isprintable() for line in told.splitlines()):
        wrong.append("a line is longer than it may be, or has control characters")
    end_s = time.monotonic() + LEFT_AFTER_S
    while time.monotonic() < end_s and disturbed.leftovers():
        time.sleep(0.05)
    wrong += [f"left behind: {left}" for left in disturbed.leftovers()]
    return Trial(f"{what}, {took_s:.1f} s: exit code {code}", tuple(wrong))


def _function(random: Random, disturbed: Disturbed) -> str:
    (disturbed.place / "hostile.py").write_text(FUNCTIONS)
    return random.choice(NAMES)


def _advise(random: Random, disturbed: Disturbed) -> tuple[str, list[str]]:
    name = _function(random, disturbed)
    words = ["advise", f"hostile.py:{name}", "--budget", "3", "--out", "results"]
    return name, words


def _set_up(random: Random, disturbed: Disturbed) -> tuple[str, list[str]]:
    name = _function(random, disturbed)
    words = ["advise", "hostile.py:plain", "--setup", f"hostile.py:{name}", "--budget", "3"]
    return name, [*words, "--out", "results"]


def _state(random: Random, disturbed: Disturbed) -> tuple[str, list[str]]:
    name = _function(random, disturbed)
    words = ["advise", "-s", "import hostile", f"hostile.{name}()", "--budget", "3"]
    return name, [*words, "--out", "results"]


def _measure(random: Random, disturbed: Disturbed) -> tuple[str, list[str]]:
    name = _function(random, disturbed)
    strategy = random.choice(["thread", "process", "pool", "process-pool"])
    words = ["run", "--profile", "torture", "--workload", f"hostile.py:{name}", "--quiet"]
    words += ["--strategy", strategy, "--workers", "2", "--out", "results"]
    return f"{name} ({strategy})", words


def _import(random: Random, disturbed: Disturbed) -> tuple[str, list[str]]:
    name = random.choice(list(MODULES))
    (disturbed.place / "hostile.py").write_text(f"{MODULES[name]}\n\ndef plain():\n    return 1\n")
    return name, ["advise", "hostile.py:plain", "--budget", "3", "--out", "results"]


def _open(random: Random, disturbed: Disturbed) -> tuple[str, list[str]]:
    file = disturbed.place / "hostile.py"
    places: dict[str, Callable[[], object]] = {
        "fifo": lambda: os.mkfifo(file),
        "zeros": lambda: file.symlink_to("/dev/zero"),
        "folder": file.mkdir,
        "loop": lambda: file.symlink_to(file),
        "sparse": lambda: (file.touch(), os.truncate(file, 8 << 30)),
        "bytes": lambda: file.write_bytes(b"\xff\xfe"),
        "secret": lambda: (file.write_text(FUNCTIONS), file.chmod(0)),
    }
    name = random.choice(list(places))
    places[name]()
    if random.random() < 0.5:
        return name, ["advise", "hostile.py:plain", "--budget", "3", "--out", "results"]
    words = ["run", "--profile", "torture", "--workload", "hostile.py:plain", "--strategy"]
    return f"{name} (run)", [*words, "thread", "--workers", "2", "--quiet", "--out", "results"]


def _interpret(random: Random, disturbed: Disturbed) -> tuple[str, list[str]]:
    name = random.choice(list(INTERPRETERS))
    folder = disturbed.place / "bin"
    folder.mkdir()
    script = folder / "python3.13"
    script.write_text(f"#!/bin/sh\n{INTERPRETERS[name]}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    disturbed.environment["PATH"] = f"{folder}:{os.environ['PATH']}"
    verbs = {
        "list": ["list", "targets"],
        "advise": ["advise", "math:sqrt", "--args", "[2]", "--python", str(script)],
        "run": ["run", "--profile", "torture", "--claim", "A14", "--python", str(script)],
    }
    verb = random.choice(list(verbs))
    out = [] if verb == "list" else ["--out", "results"]
    return f"{name} ({verb})", [*verbs[verb], *out]


def _plug_in(random: Random, disturbed: Disturbed) -> tuple[str, list[str]]:
    name = random.choice([name for name in MODULES if name != "exits"])
    kind = random.choice(["workloads", "claims", "figures", "exports"])
    site = disturbed.place / "site"
    info = site / "bad-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[gilbench.{kind}]\nmine = bad:MINE\n")
    (site / "bad.py").write_text(MODULES[name])
    disturbed.environment["PYTHONPATH"] += f"{os.pathsep}{site}"
    return f"{name} ({kind})", random.choice([["list"], ["list", kind], ["explain", "A16"]])


KINDS: dict[str, Callable[[Random, Disturbed], tuple[str, list[str]]]] = {
    "advise": _advise,
    "setup": _set_up,
    "statement": _state,
    "run": _measure,
    "module": _import,
    "file": _open,
    "interpreter": _interpret,
    "plugin": _plug_in,
}

ENTRY = Entry("hostile", 200, run, short=(1, 6))
