"""How well does ``gilbench advise`` find the share of its time for which a function holds the GIL?

``python tools/held_share.py measure --trials 100 --minutes 9`` measures functions that hold it for a known share, each
trial in as many launches as ``advise`` has for a short call, and adds a line per trial to a journal (``--out``); called
again it continues where it stopped. ``... measure --by fixture`` measures them as ``gil.held`` of a test does, up to its first
analysis. ``... table`` counts: how far the share is off, and how often the interval has it. Measure on a host that
does nothing else.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from trials import Journal, TimeLeft, arguments_of

from gilbench.analysis.proportion import Proportion
from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.in_process.held_up import HeldSample
from gilbench.measure.in_process.samples import Sequential
from gilbench.measure.launches import Launch
from gilbench.measure.targets.calls import environment_of, function_spec
from gilbench.model import Settings
from gilbench.plan.call_plan import TICKER, CallPlan, Job
from gilbench.summary.call_gil_share import held_share
from gilbench.summary.formatting import percent

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


def note():
    Path(__file__).with_name(f"{os.getpid()}.json").write_text(json.dumps([sum(HELD), sum(FREE)]))


if __name__ != "in_process":
    atexit.register(note)


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


def by_advise(folder: Path, bundle: Path, kind: str, share: float) -> Trial:
    """One trial of ``advise``."""
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


def by_fixture(module: ModuleType, kind: str, share: float) -> Trial:
    """One trial of ``gil.held``, in this process."""
    module.HELD.clear()
    module.FREE.clear()
    sample = HeldSample(partial(getattr(module, kind), share))
    Sequential(sample, LIMIT_S).start()
    held, free = sum(module.HELD), sum(module.FREE)
    estimate = sample.interval()
    return Trial(kind, share, held / (held + free), estimate.center, estimate.lo, estimate.hi)


def loaded(folder: Path) -> ModuleType:
    """The functions in this process."""
    spec = importlib.util.spec_from_file_location("in_process", folder / "held.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def missing(trials: list[Trial], wanted: int) -> Iterator[tuple[str, float]]:
    """What is still to be measured, every function in turn."""
    for number in range(wanted):
        for kind in KINDS:
            for share in SHARES:
                done = sum((trial.kind, trial.share) == (kind, share) for trial in trials)
                if done <= number:
                    yield kind, share


def measure_all(journal: Journal, by: str, wanted: int, time_left: TimeLeft) -> None:
    with tempfile.TemporaryDirectory(prefix="gilbench-") as name:
        folder = Path(name)
        (folder / "held.py").write_text(FUNCTIONS, encoding="utf-8")
        measure: Callable[[str, float], Trial]
        if by == "advise":
            measure = partial(by_advise, folder, make_target_bundle(folder))
        else:
            measure = partial(by_fixture, loaded(folder))
        for kind, share in missing(read(journal), wanted):
            if not time_left.for_another():
                return
            journal.add(asdict(measure(kind, share)))


def read(journal: Journal) -> list[Trial]:
    """The trials of a journal."""
    return [Trial(**values) for values in journal.read()]


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
    shares = {trial.share for trial in trials}
    near = sum(abs(trial.found - trial.true) <= NEAR for trial in trials)
    covered = Proportion(sum(trial.covered for trial in trials), len(trials))
    lo, hi = covered.interval(0.95)
    error = statistics.mean(trial.found - trial.true for trial in trials)
    width = statistics.median(trial.hi - trial.lo for trial in trials)
    share = percent(shares.pop()) if len(shares) == 1 else ""
    print(
        f"| {name} | {share} | {len(trials)} | {error:+.3f} | {near} | ± {width / 2:.3f} | "
        f"{covered.held} [{percent(lo)} to {percent(hi)}] |"
    )


def main() -> None:
    parser = arguments_of(__doc__.splitlines()[0], Path("build/held-share.jsonl"))
    parser.add_argument("--trials", type=int, default=100, help="of every function")
    parser.add_argument("--by", choices=["advise", "fixture"], default="advise")
    arguments = parser.parse_args()
    journal = Journal(arguments.out)
    if arguments.what == "measure":
        measure_all(journal, arguments.by, arguments.trials, TimeLeft(arguments.minutes))
    print_table(read(journal))


if __name__ == "__main__":
    main()
