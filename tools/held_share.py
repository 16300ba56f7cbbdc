"""How well does ``gilbench advise`` find the share of its time for which a function holds the GIL?

``python tools/held_share.py measure --out trials.jsonl --trials 100`` measures functions that hold it for a known share,
each trial in as many launches as ``advise`` has for a short call, and adds a line per trial to the file; called again it
continues where it stopped. ``--seconds 150`` ends it early. ``... table trials.jsonl`` counts: how far the share is off,
and how often the interval has it. Measure on a host that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gilbench.analysis.proportion import Proportion
from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.launches import Launch
from gilbench.measure.targets.calls import environment_of, function_spec
from gilbench.model import Settings
from gilbench.plan.call_plan import TICKER, CallPlan, Job
from gilbench.summary.own_call import held_share

# Each holds the GIL for a share of its time that follows from its own clock, whatever a sleep or a hash takes.
# It notes its times, because a host may take a core away during a call.
FUNCTIONS = """
import atexit
import hashlib
import json
import os
import time
from pathlib import Path

BUFFER = bytes(1 << 20)
CALL_S = 0.006
HELD, FREE = [], []


@atexit.register
def note():
    Path(__file__).with_name(f"{os.getpid()}.json").write_text(json.dumps([sum(HELD), sum(FREE)]))


def spin(seconds):
    began = now = time.perf_counter()
    while now < began + seconds:
        now = time.perf_counter()
    HELD.append(now - began)


def release(work, *args):
    began = time.perf_counter()
    work(*args)
    FREE.append(time.perf_counter() - began)
    return FREE[-1]


def digest():
    hashlib.sha256(BUFFER).digest()


def sleep_and_spin(share):
    if share == 1:
        return spin(CALL_S)
    free = release(time.sleep, CALL_S * (1 - share))
    if share:
        spin(free * share / (1 - share))


def hash_and_spin(share):
    if share == 1:
        return spin(CALL_S)
    free = release(digest)
    if share:
        spin(free * share / (1 - share))
"""
KINDS = {"sleep_and_spin": 0.006, "hash_and_spin": 0.002}  # and about how long a call takes
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
LAUNCHES = 5  # of a call of milliseconds, within ten seconds on two cores
LIMIT_S = 60.0
NEAR = 0.05


@dataclass(frozen=True)
class Trial:
    """One answer about a function that is to hold the GIL for a share of its time, and did for ``true`` of it."""

    kind: str
    share: float
    true: float
    found: float
    lo: float
    hi: float

    @property
    def covered(self) -> bool:
        return self.lo <= self.true <= self.hi


def read(path: Path) -> list[Trial]:
    """The trials of a file; a line that was cut off does not count."""
    trials = []
    with suppress(FileNotFoundError):
        for line in path.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError, TypeError):
                trials.append(Trial(**json.loads(line)))
    return trials


def measure(folder: Path, bundle: Path, kind: str, share: float) -> Trial:
    """One trial."""
    spec = function_spec(f"{folder / 'held.py'}:{kind}", f"[{share}]")
    plan = CallPlan(KINDS[kind], 0.0, False, 2, True, False, 0.0, 0.05, 10.0)
    params = {"call": dict(spec.request), "form": "plain", **plan.ticker_amounts(Job(TICKER))}
    observed: list[dict[str, Any]] = []
    for number in range(LAUNCHES):
        with Launch(sys.executable, bundle, Settings(site=True), environment_of(number)) as launch:
            launch.set_up(LIMIT_S)
            observed.append(launch.ask("probe", LIMIT_S, probe="ticker", params=params))
    estimate = held_share(observed)
    assert estimate is not None
    return Trial(kind, share, true_share(folder), estimate.center, estimate.lo, estimate.hi)


def true_share(folder: Path) -> float:
    """What the launches noted when they ended."""
    held = free = 0.0
    for path in folder.glob("*.json"):
        noted = json.loads(path.read_text(encoding="utf-8"))
        held, free = held + noted[0], free + noted[1]
        path.unlink()
    return held / (held + free)


def missing(trials: list[Trial], wanted: int) -> Iterator[tuple[str, float]]:
    """What is still to be measured, every function in turn."""
    for number in range(wanted):
        for kind in KINDS:
            for share in SHARES:
                done = sum((trial.kind, trial.share) == (kind, share) for trial in trials)
                if done <= number:
                    yield kind, share


def measure_all(path: Path, wanted: int, seconds: float) -> None:
    end_s = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="gilbench-") as name, path.open("a") as file:
        folder = Path(name)
        (folder / "held.py").write_text(FUNCTIONS, encoding="utf-8")
        bundle = make_target_bundle(folder)
        file.write("\n")  # after a line that was cut off
        for kind, share in missing(read(path), wanted):
            if time.monotonic() > end_s:
                return
            trial = measure(folder, bundle, kind, share)
            file.write(json.dumps(trial.__dict__) + "\n")
            file.flush()


def print_table(trials: list[Trial]) -> None:
    print("| function | holds the GIL | trials | error | within 5 points | interval | has it |")
    print("|---|---|---|---|---|---|---|")
    for kind in KINDS:
        for share in SHARES:
            print_row(f"`{kind}`", [t for t in trials if (t.kind, t.share) == (kind, share)])
    print_row("all", trials)


def print_row(name: str, trials: list[Trial]) -> None:
    if not trials:
        return
    one = {trial.share for trial in trials}
    near = sum(abs(trial.found - trial.true) <= NEAR for trial in trials)
    covered = Proportion(sum(trial.covered for trial in trials), len(trials))
    lo, hi = covered.interval(0.95)
    error = statistics.mean(trial.found - trial.true for trial in trials)
    width = statistics.median(trial.hi - trial.lo for trial in trials)
    share = f"{one.pop():.0%}" if len(one) == 1 else ""
    print(
        f"| {name} | {share} | {len(trials)} | {error:+.3f} | {near} | ± {width / 2:.3f} | "
        f"{covered.held} [{lo:.0%} to {hi:.0%}] |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("--out", type=Path, default=Path("held-share.jsonl"))
    measuring.add_argument("--trials", type=int, default=100, help="of every function")
    measuring.add_argument("--seconds", type=float, default=1e9, help="after which it stops")
    commands.add_parser("table").add_argument("file", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "measure":
        measure_all(arguments.out, arguments.trials, arguments.seconds)
    else:
        print_table(read(arguments.file))


if __name__ == "__main__":
    main()
