"""The ways to run a user's call: how each did, and which of them is advised."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any

from gilbench.analysis.location import locate
from gilbench.model import Estimate
from gilbench.model.base import Frozen
from gilbench.summary.call_gain import gain_of
from gilbench.summary.call_reasons import Facts, in_plain_words

CONFIDENCE = 0.95
GAIN = 1.15  # a way that gains less is not worth its trouble
AS_GOOD = 1.1
# Simplest first; of ways that are as good, the simplest is advised.
SIMPLICITY = {
    "thread-pool": 0,
    "asyncio": 0,
    "thread": 1,
    "to-thread": 2,
    "interpreter-pool": 3,
    "process-pool": 4,
    "pool": 5,
    "process": 6,
}
WRITTEN = {
    "thread": "Thread",
    "thread-pool": "ThreadPoolExecutor",
    "to-thread": "asyncio.to_thread",
    "asyncio": "asyncio.gather",
    "process": "Process",
    "pool": "Pool",
    "process-pool": "ProcessPoolExecutor",
    "interpreter-pool": "InterpreterPoolExecutor",
}


class WayRow(Frozen, frozen=True):
    """How one way to run the call did.

    Attributes:
        strategy: Its name.
        workers: How many workers it had.
        speed: How many times as fast as serial calls, as a point; None where it failed.
        gain: The same with its interval; None where it failed or was measured in one launch only.
        start_ms: What starting and ending its workers took.
        pays_from_ms: Of serial work, above which it takes less time than serial calls; None where
            it never does.
        failed: Why it could not run the call, in plain words; "" where it could.
    """

    strategy: str
    workers: int
    speed: float | None
    gain: Estimate | None
    start_ms: float | None
    pays_from_ms: float | None
    failed: str

    @property
    def result(self) -> str:
        """What it did, in words."""
        if self.gain is not None:
            return str(self.gain)
        return "not possible" if self.speed is None else f"{self.speed:.2f}× (one launch)"

    @property
    def name(self) -> str:
        """The strategy and its workers in a reader's words."""
        counted = "at a time" if self.strategy == "asyncio" else "workers"
        return f"{WRITTEN[self.strategy]}, {self.workers} {counted}"


def way_row(key: tuple[str, int], seen: Sequence[dict[str, Any]]) -> WayRow:
    """How a way did, from everything that was observed of it; one failure counts as failed."""
    strategy, workers = key
    failures = [each["failed"] for each in seen if "failed" in each]
    if failures:
        return WayRow(
            strategy, workers, None, None, None, None, in_plain_words(failures[0], strategy)
        )
    logs = [math.log(gain) for gain in map(gain_of, seen) if gain]
    speed, gain = math.exp(statistics.median(logs)), _gain(logs)
    starts_ms = [(each["start_ns"] + each["stop_ns"]) / 1e6 for each in seen]
    start_ms = statistics.median(starts_ms)
    pays_from_ms = start_ms / (1 - 1 / gain.center) if gain is not None and gain.lo > 1 else None
    return WayRow(strategy, workers, speed, gain, start_ms, pays_from_ms, "")


def _gain(logs: Sequence[float]) -> Estimate | None:
    """The gain over launches, from its logarithms."""
    location = locate(logs)
    if location is None:
        return None
    lo, hi = location.interval(CONFIDENCE)
    return Estimate(
        math.exp(location.center), math.exp(lo), math.exp(hi), "×", location.n, CONFIDENCE
    )


def choose_way(rows: Sequence[WayRow], facts: Facts) -> tuple[str, WayRow | None, str]:
    """Choose between the ways and serial calls.

    Args:
        rows: The ways, the fastest first.
        facts: What else was observed of the call.

    Returns:
        The outcome ("use", "serial" or "undecided"), the advised way if there is one, and the
        advice in a sentence.
    """
    worked = [row for row in rows if row.speed is not None]
    measured = [row for row in worked if row.gain is not None]
    if not worked:
        return "undecided", None, "no way to run it in parallel worked; the causes stand with them"
    if not measured:
        return (
            "undecided",
            None,
            (
                "not decided: there was time for one launch each, "
                f"in which {worked[0].name} ran it "
                f"{worked[0].speed:.2f}× as fast; give it more time: --budget"
            ),
        )
    paying = [row for row in measured if row.gain is not None and row.gain.lo > GAIN]
    if paying:
        lead = max(paying, key=lambda row: row.gain.center if row.gain else 0)
        assert lead.gain is not None
        near = [row for row in paying if row.gain and row.gain.center * AS_GOOD >= lead.gain.center]
        best = min(near, key=lambda row: (SIMPLICITY[row.strategy], row.workers))
        answer = f"use {best.name}: {best.gain} as fast as one call after another"
        if best.pays_from_ms is not None:
            answer += (
                f"; starting it takes {best.start_ms:.1f} ms, "
                f"which pays off above {best.pays_from_ms:.1f} ms of serial work"
            )
        fastest = worked[0]
        if fastest.gain is None and (fastest.speed or 0.0) > lead.gain.hi:
            answer += (
                f"; {fastest.name} ran it {fastest.speed:.2f}× as fast in its only launch, and a "
                "longer --budget would decide"
            )
        return "use", best, answer
    lead = measured[0]
    assert lead.gain is not None
    if all(row.gain is not None and row.gain.hi < GAIN for row in measured):
        if facts.cores_were_missing:
            problem = "nothing gained, but cores were missing: end other work and ask again"
            return "undecided", None, problem
        return (
            "serial",
            None,
            f"keep it serial: the best way, {lead.name}, ran it {lead.gain} as fast",
        )
    return (
        "undecided",
        None,
        f"not decided: the best way, {lead.name}, ran it {lead.gain} as fast; "
        "a longer --budget would decide",
    )
