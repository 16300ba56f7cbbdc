"""What a launch may answer: its replies are decoded and checked here, before any other use."""

from __future__ import annotations

import math
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from gilbench.measure import cores
from gilbench.measure.launches import MeasurementError
from gilbench.model import (
    CeilingControl,
    Count,
    Duration,
    Nanoseconds,
    Positive,
    Round,
    Signed,
    one_line,
)
from gilbench.results.journal_rules import check_ceiling, check_times
from gilbench.results.observed import Unobservable, check_observed
from gilbench.results.possible import Impossible

Clock = Count  # a reading of the launch's clock, in nanoseconds


class WorkerAnswer(msgspec.Struct, frozen=True):
    """One worker of a round; its times are those of the launch's clock."""

    pid: Count
    thread_id: Count
    tasks: Count
    start_ns: Clock
    end_ns: Clock
    cpu_ns: Nanoseconds
    gil_before: bool
    gil: bool
    gil_culprit: str


class TimedAnswer(msgspec.Struct, frozen=True):
    """A round of which only the time counts."""

    wall_ns: Duration


class RoundAnswer(msgspec.Struct, frozen=True):
    """One round, with fields as in ``model.Round``; ``start_ns`` is of the launch's clock."""

    start_ns: Clock
    wall_ns: Duration
    launch_ns: Nanoseconds
    compute_ns: Nanoseconds
    join_ns: Nanoseconds
    cpu_self_ns: Nanoseconds
    cpu_children_ns: Nanoseconds
    switches_voluntary: Count
    switches_forced: Count
    peak_rss_bytes: Count
    gil_before: bool
    gil_after: bool
    tasks: Positive
    checksum: Signed
    workers: Annotated[tuple[WorkerAnswer, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        if any(worker.end_ns < worker.start_ns for worker in self.workers):
            raise ValueError("a worker ended before it started")


class CeilingAnswer(msgspec.Struct, frozen=True):
    """One round of the ceiling control, with fields as in ``model.CeilingControl``."""

    ceiling: Annotated[float, Meta(ge=0)]
    alone: tuple[tuple[Count, ...], ...]
    together: tuple[tuple[Count, ...], ...]

    def __post_init__(self) -> None:
        if not math.isfinite(self.ceiling):
            raise ValueError("its ceiling is not finite")


class SizeAnswer(msgspec.Struct, frozen=True):
    """The size of a workload's tasks, in its unit."""

    size: Positive


class TriedAnswer(msgspec.Struct, frozen=True):
    """What some calls of a user's workload showed; ``entry`` is its description."""

    entry: dict[str, Any]
    asynchronous: bool
    call_s: Annotated[float, Meta(gt=0)]
    cpu_share: Annotated[float, Meta(ge=0)]
    waits: bool
    result: int
    holds_gil: Annotated[float, Meta(ge=0)] | None
    pickled_s: Annotated[float, Meta(ge=0)] = 0.0
    unpicklable: str = ""
    output_bytes: Count = 0


class AddressAnswer(msgspec.Struct, frozen=True):
    """Where a server listens: its host and port."""

    address: tuple[str, Annotated[int, Meta(ge=1, le=65535)]]


Answer = TypeVar("Answer", bound=msgspec.Struct)


def decode(answer: dict[str, Any], kind: type[Answer], name: str = "the launch") -> Answer:
    """Decode an answer.

    Args:
        answer: What was answered.
        kind: What it must be.
        name: What messages call the process that answered.

    Raises:
        MeasurementError: It is something else; the message says where.
    """
    try:
        return msgspec.convert(answer, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise MeasurementError(f"{name} gave a malformed answer: {one_line(str(error))}") from None


def decode_observed(probe: str, observed: dict[str, Any]) -> dict[str, Any]:
    """What a probe observed, if it can have.

    Raises:
        MeasurementError: A value is of another kind, not finite, too large or nested too deeply.
    """
    try:
        check_observed(probe, observed)
    except Unobservable as error:
        raise MeasurementError(f"the launch {error}") from None
    return observed


def check_record(record: Round | CeilingControl) -> None:
    """Check what a launch answered by the rules with which a run is read.

    A function that is measured may have changed the launch's clocks.

    Raises:
        MeasurementError: It cannot be.
    """
    try:
        if isinstance(record, Round):
            check_times(record, cores=max(cores.logical(), len(record.host.busy_s)))
        else:
            check_ceiling(record)
    except Impossible as error:
        raise MeasurementError(f"the launch gave a malformed answer: {error}") from None
