"""What was observed of a user's call on one target, and the facts that its advice rests on."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gilbench.model import Estimate, Experiment, Observation
from gilbench.plan.call_plan import ASYNCHRONOUS, CEILING, MAP, TICKER, TRY
from gilbench.summary.call_gain import (
    parallel_cores,
    serial_call_s,
    serial_share,
    waiting_share,
)
from gilbench.summary.call_gil_share import held_share, shares_by_scaling

BUSY_CEILING = 0.75  # of their number: spinning processes reach more where the cores are free
IO_BOUND, CPU_BOUND = 0.5, 0.1  # shares of its time that a call waits; one that waits needs no core
QUEUED = 0.1  # of the time of serial calls, for which other work may keep them from a core
GAINS_LITTLE = 1.5  # of two threads
UNFINISHED_WAY = "not done after"  # starts what is kept of a way that the end of the budget ended


@dataclass
class Observed:
    """The observations of one target, by what was asked.

    ``unfinished`` has, by strategy, how far a way came that the end of the budget ended.
    """

    trial: dict[str, Any] = field(default_factory=dict)
    ways: dict[tuple[str, int], list[dict[str, Any]]] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    tickers: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    ceilings: list[float] = field(default_factory=list)

    def add(self, experiment: Experiment, observation: Observation) -> None:
        """File an observation by what was measured; only of a way a failure says anything."""
        condition, seen = experiment.conditions[observation.condition], observation.observed
        if experiment.probe == TRY:
            self.trial = seen
        elif experiment.probe == MAP:
            self._add_way(condition["strategy"], condition["workers"], seen)
        elif "failed" in seen:
            return
        elif experiment.probe == TICKER:
            self.tickers.setdefault(condition["threads"], []).append(seen)
        elif experiment.probe == CEILING:
            self.ceilings.append(seen["ceiling"])

    def _add_way(self, strategy: str, workers: int, seen: dict[str, Any]) -> None:
        failure = str(seen.get("failed", ""))
        if failure.startswith(UNFINISHED_WAY):
            self.unfinished[strategy] = failure
        else:
            self.ways.setdefault((strategy, workers), []).append(seen)


@dataclass(frozen=True)
class SerialCalls:
    """What calls one after another did: medians over launches.

    Attributes:
        call_s: Seconds of a call.
        waits: Share of its time for which it waits.
        cores: Cores that the calls keep busy.
        queued: Share of their time for which they could run and no core was free.
    """

    call_s: float
    waits: float
    cores: float
    queued: float


def serial_calls(observed: Observed) -> SerialCalls:
    """Serial calls as the pairs of every way have them; without any, as the trial does."""
    measured = []
    for launches in observed.ways.values():
        measured += [seen for seen in launches if "pairs" in seen]
    if not measured:
        waits = observed.trial["wait_share"] or 0.0
        return SerialCalls(observed.trial["call_ns"] / 1e9, waits, 1 - waits, 0.0)
    cores = statistics.median([serial_share(seen, "cpu_ns") for seen in measured])
    idle = statistics.median([serial_share(seen, "idle_ns") for seen in measured])
    return SerialCalls(
        call_s=statistics.median(map(serial_call_s, measured)),
        waits=statistics.median(map(waiting_share, measured)),
        cores=cores,
        queued=max(0.0, 1 - idle - cores),
    )


@dataclass(frozen=True)
class Facts:
    """What the advice and its reasons follow from.

    Attributes:
        observed: Everything that was observed on the target.
        serial: What serial calls did.
        two_threads: The gain of two threads; None if not measured.
        enough_s: Seconds in which the answer can be found.
    """

    observed: Observed
    serial: SerialCalls
    two_threads: Estimate | None
    enough_s: float

    @property
    def trial(self) -> dict[str, Any]:
        """What was seen when the call was tried."""
        return self.observed.trial

    @property
    def has_gil(self) -> bool:
        """Whether it runs with the GIL."""
        return bool(self.trial["gil_after"])

    @property
    def is_asynchronous(self) -> bool:
        """Whether it has to be awaited."""
        return self.trial["form"] in ASYNCHRONOUS

    @property
    def bound(self) -> str:
        """What its time goes to, in a reader's words."""
        if self.trial.get("children_ns") and self.serial.waits > CPU_BOUND:
            return "waits for its processes"
        if self.serial.waits >= IO_BOUND:
            return "I/O-bound"
        return "CPU-bound" if self.serial.waits <= CPU_BOUND else "waits and computes"

    @cached_property
    def held(self) -> Estimate | None:
        """Share of its time for which it has the GIL; None without one, or not measured."""
        return held_share(self._alone) if self.has_gil else None

    @property
    def held_by_scaling(self) -> tuple[float, float] | None:
        """What the gain of two threads leaves for that share; None where it says nothing of it."""
        if not self.has_gil or self.is_asynchronous or self.cores_were_missing:
            return None
        return shares_by_scaling(self.two_threads, self.ceiling)

    @property
    def longest_stall_ms(self) -> float | None:
        """The longest time for which another thread did not get the GIL; None without one."""
        stalls_ms = [seen["stall_ns"] / 1e6 for seen in self._alone]
        return max(stalls_ms) if stalls_ms and self.has_gil else None

    @property
    def loop_stall_ms(self) -> float | None:
        """For how long an event loop stands still: for a whole call, unless that is awaited."""
        if not self.is_asynchronous:
            return 1e3 * self.serial.call_s
        stalls_ns = [seen["loop_stall_ns"] for seen in self._alone if "loop_stall_ns" in seen]
        return max(stalls_ns) / 1e6 if stalls_ns else None

    @property
    def _alone(self) -> list[dict[str, Any]]:
        """What the ticking thread observed next to one thread that calls."""
        return self.observed.tickers.get(1, [])

    @property
    def ceiling(self) -> float | None:
        """What two spinning processes reached, of two; None if not measured."""
        return statistics.median(self.observed.ceilings) or None if self.observed.ceilings else None

    @property
    def cores_were_missing(self) -> bool:
        """Whether a call that needs cores did not get them, so that no gain shows nothing."""
        return self.serial.waits < IO_BOUND and (self.ceiling_is_low or self.serial.queued > QUEUED)

    @property
    def ceiling_is_low(self) -> bool:
        """Whether spinning processes did not get the cores that there are."""
        return self.ceiling is not None and self.ceiling < 2 * BUSY_CEILING

    @property
    def cores_of_two_threads(self) -> float | None:
        """Cores that two threads keep busy; None where that was not measured."""
        seen = [seen for seen in self.observed.ways.get(("thread", 2), []) if "pairs" in seen]
        return statistics.median([parallel_cores(each) for each in seen]) if seen else None

    @property
    def waits_per_s(self) -> tuple[float, float] | None:
        """How often a thread that calls alone waits, and how often two do; None if not counted."""
        rates = []
        for threads in (1, 2):
            seen = [each for each in self.observed.tickers.get(threads, []) if "waits" in each]
            if not seen:
                return None
            rates.append(
                statistics.median([1e9 * each["waits"] / each["wall_ns"] for each in seen])
            )
        return rates[0], rates[1]

    @property
    def threads_are_stuck(self) -> bool:
        """Whether two threads certainly gain little."""
        gain = self.two_threads
        return gain is not None and gain.hi < GAINS_LITTLE
