"""The ways to run a user's call: how each did, and which of them is advised."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence
from typing import Any

from gilbench.analysis.location import locate
from gilbench.claims import margins
from gilbench.model import Estimate
from gilbench.model.base import Frozen
from gilbench.plan.call_plan import IN_PROCESSES, LONGEST_BUDGET_S, enough_budget_s
from gilbench.summary.call_facts import Facts
from gilbench.summary.call_gain import CONFIDENCE, gain_of
from gilbench.summary.call_reasons import in_plain_words
from gilbench.summary.evidence import AS_GOOD

CORES_MISSING = "cores were missing: end other work and ask again"
NOT_TRIED = "not tried"  # starts the cause of a way that was left out after another one hung
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
    gain = gain_over_launches(logs)
    speed = math.exp(statistics.median(logs)) if gain is None else gain.center
    starts_ms = [(each["start_ns"] + each["stop_ns"]) / 1e6 for each in seen]
    start_ms = statistics.median(starts_ms)
    pays_from_ms = start_ms / (1 - 1 / gain.center) if gain is not None and gain.lo > 1 else None
    return WayRow(strategy, workers, speed, gain, start_ms, pays_from_ms, "")


def gain_over_launches(logs: Sequence[float]) -> Estimate | None:
    """The gain over launches, from the logarithm that each gave; None of fewer than two."""
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
    measured = [row for row in rows if row.gain is not None]
    if not measured:
        return "undecided", None, _nothing_known(rows, facts)
    paying = [row for row in measured if row.gain is not None and row.gain.lo > margins.GAIN]
    if paying:
        best = _simplest(paying)
        return "use", best, _use(best, paying, rows[0])
    lead = measured[0]
    ran = f"{lead.name}, ran it {lead.gain} as fast"
    if all(row.gain is not None and row.gain.hi < margins.GAIN for row in measured):
        if facts.cores_were_missing:
            return "undecided", None, f"nothing gained, but {CORES_MISSING}"
        if missing := _not_measured(rows):
            return "undecided", None, f"not decided: the best way, {ran}, but {missing}"
        return "serial", None, f"keep it serial: the best way, {ran}"
    fastest = rows[0]
    if fastest.gain is None and (fastest.speed or 0.0) > (lead.speed or 0.0):
        ran = f"{fastest.name}, ran it {fastest.speed:.2f}× as fast in its only launch"
    remedy = CORES_MISSING if facts.cores_were_missing else "a longer --budget would decide"
    return "undecided", None, f"not decided: the best way, {ran}; {remedy}"


def _nothing_known(rows: Sequence[WayRow], facts: Facts) -> str:
    """Why there is no advice where no way was measured in two launches."""
    worked = [row for row in rows if row.speed is not None]
    if not rows:
        return f"not decided: there was no time to run it in parallel; {_more_time(facts)}"
    if not worked:
        return "no way to run it in parallel worked; the causes stand with them"
    return (
        f"not decided: there was time for one launch each, in which {worked[0].name} ran it "
        f"{worked[0].speed:.2f}× as fast; {_more_time(facts)}"
    )


def _more_time(facts: Facts) -> str:
    """What to do where the time was not enough."""
    if facts.cores_were_missing:
        return CORES_MISSING
    budget_s = enough_budget_s(facts.enough_s)
    if budget_s > LONGEST_BUDGET_S:
        return "give it less to do, for no budget is long enough"
    return f"give it more: --budget {budget_s}"


def _simplest(paying: Sequence[WayRow]) -> WayRow:
    """Of ways that pay off, the simplest that is about as good as the fastest."""
    gains = [row.gain.center for row in paying if row.gain is not None]
    near = [row for row in paying if row.gain and row.gain.center * AS_GOOD >= max(gains)]
    return min(near, key=lambda row: (SIMPLICITY[row.strategy], row.workers))


def _use(best: WayRow, paying: Sequence[WayRow], fastest: WayRow) -> str:
    """The advice to use a way, with the work above which it pays off."""
    answer = f"use {best.name}: {best.gain} as fast as one call after another"
    if best.pays_from_ms is not None:
        answer += (
            f"; starting it takes {best.start_ms:.1f} ms, "
            f"so that it pays off above {best.pays_from_ms:.1f} ms of serial work"
        )
    lead = max(row.gain.center for row in paying if row.gain is not None)
    most = max(row.gain.hi for row in paying if row.gain and row.gain.center == lead)
    if fastest.gain is None and (fastest.speed or 0.0) > most:
        answer += (
            f"; {fastest.name} ran it {fastest.speed:.2f}× as fast in its only launch, and a "
            "longer --budget would decide"
        )
    return answer


def _not_measured(rows: Sequence[WayRow]) -> str:
    """What keeps serial calls from being advised though nothing gained; "" where nothing does.

    A way that may gain was measured in one launch only, or no way of a kind was measured at all.
    """
    for row in rows:
        if row.gain is None and (row.speed or 0.0) > margins.GAIN:
            return (
                f"{row.name} ran it {row.speed:.2f}× as fast in its only launch; "
                "a longer --budget would decide"
            )
    for kind, in_processes in (("threads", False), ("processes", True)):
        of_kind = [row for row in rows if (row.strategy in IN_PROCESSES) == in_processes]
        unknown = [row for row in of_kind if row.gain is None and not row.failed]
        if not of_kind or len(unknown) == len(of_kind):
            return f"{kind} were not measured well enough; measure them too, with more time"
    return ""


def failures_in_words(rows: Sequence[WayRow]) -> list[str]:
    """Which ways could not run the call, a sentence per cause."""
    failures: dict[str, tuple[str, list[str]]] = {}  # by the cause without its numbers
    for row in rows:
        if row.failed and not row.failed.startswith(NOT_TRIED):
            written = WRITTEN[row.strategy]
            _, ways = failures.setdefault(re.sub(r"\d+", "", row.failed), (row.failed, []))
            if written not in ways:
                ways.append(written)
    return [f"{', '.join(ways)} could not run it: {cause}" for cause, ways in failures.values()]
