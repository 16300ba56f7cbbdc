"""What can be observed of a user's call: its trial, a way to run it, and the ticking thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from gilbench.model import Count, Positive
from gilbench.plan.call_plan import CEILING, MAP, PRIORITY, TICKER, TRY

LONGEST_NS = 10**15  # eleven days
SHORTEST_NS = 1e-3  # clocks count whole nanoseconds, which calls may share

Nanoseconds = Annotated[float, Meta(ge=0, le=LONGEST_NS)]
Duration = Annotated[float, Meta(ge=SHORTEST_NS, le=LONGEST_NS)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Problem(msgspec.Struct):
    """Why a call cannot be made, or cannot be pickled."""

    problem: str
    missing: str = ""


class Failed(msgspec.Struct):
    """Why something could not be measured."""

    failed: str


class Pickling(msgspec.Struct):
    """What it costs to hand a call and its result over."""

    args_ns: Nanoseconds
    args_bytes: Count
    result_ns: Nanoseconds
    result_bytes: Count


class Trial(msgspec.Struct):
    """A few calls: how the call is made, and what it takes."""

    call_ns: Duration
    first_ns: Nanoseconds
    found_ns: Nanoseconds
    wait_share: Share | None
    shown: str
    form: Literal["plain", "generator", "coroutine", "async generator"]
    findings: tuple[str, ...]
    output_bytes: Count
    pickling: dict[str, Any]
    gil_before: bool
    gil_after: bool
    gil_culprits: tuple[str, ...]

    def __post_init__(self) -> None:
        msgspec.convert(self.pickling, Problem if "problem" in self.pickling else Pickling)


class Half(msgspec.Struct):
    """The serial calls of a pair, or those by workers."""

    wall_ns: Duration
    cpu_ns: Nanoseconds
    idle_ns: Nanoseconds


class Pair(msgspec.Struct):
    """Calls one after another, and as many by workers."""

    serial: Half
    parallel: Half


class Way(msgspec.Struct):
    """One way to run calls, in pairs with serial calls."""

    pairs: Annotated[tuple[Pair, ...], Meta(min_length=1)]
    serial_calls: Positive
    parallel_calls: Positive
    start_ns: Nanoseconds
    stop_ns: Nanoseconds
    start_method: Literal["", "spawn"] = ""  # of processes; "" for that of the target


class Ticker(msgspec.Struct):
    """A thread that ticks next to calls."""

    share: Share
    ticks: Count
    stall_ns: Nanoseconds
    wall_ns: Duration
    cpu_ns: Nanoseconds
    waits: Count = 0
    loop_stall_ns: Nanoseconds = 0.0


class Ceiling(msgspec.Struct):
    """What spinning processes reached."""

    ceiling: Annotated[float, Meta(ge=0, le=1e9)]


class WayCondition(msgspec.Struct):
    """Which way, and with how many workers."""

    strategy: Literal[PRIORITY]  # type: ignore[valid-type]
    workers: Positive


class TickerCondition(msgspec.Struct):
    """How many threads call next to the ticking one."""

    threads: Positive


OBSERVED: Mapping[str, type[msgspec.Struct]] = {
    TRY: Trial,
    MAP: Way,
    TICKER: Ticker,
    CEILING: Ceiling,
}
CONDITIONS: Mapping[str, type[msgspec.Struct]] = {MAP: WayCondition, TICKER: TickerCondition}


def check_call(probe: str, observed: Mapping[str, Any]) -> None:
    """Check what was observed, where the probe is about a user's call.

    Raises:
        msgspec.ValidationError: It cannot be.
    """
    kind = OBSERVED.get(probe)
    if kind is None:
        return
    if "failed" in observed:
        kind = Failed
    elif "problem" in observed:
        kind = Problem
    msgspec.convert(observed, kind)


def check_condition(probe: str, condition: Mapping[str, Any]) -> None:
    """Check a condition of a probe about a user's call.

    Raises:
        msgspec.ValidationError: It cannot be.
    """
    if probe in CONDITIONS:
        msgspec.convert(condition, CONDITIONS[probe])
