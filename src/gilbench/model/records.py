"""What was measured: a journal line is one of ``Record``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta

from gilbench.model.base import (
    LARGEST_INT,
    Count,
    Duration,
    Frozen,
    Nanoseconds,
    NonNegative,
    Positive,
    Seconds,
    Signed,
    SignedNanoseconds,
)


class WorkerLog(Frozen, frozen=True):
    """One worker in one round.

    Attributes:
        pid: Its process.
        thread_id: Its thread, as the operating system numbers it.
        tasks: How many tasks it performed.
        start_ns: When it started, from the start of the round.
        end_ns: When it was done, from the start of the round.
        cpu_ns: CPU time of its thread.
        gil: Whether the GIL of its interpreter was enabled when it was done.
        gil_before: Whether it was enabled when it started.
    """

    pid: Count
    thread_id: Count
    tasks: Count
    start_ns: SignedNanoseconds
    end_ns: SignedNanoseconds
    cpu_ns: Nanoseconds
    gil: bool = True
    gil_before: bool = True


class HostUse(Frozen, frozen=True):
    """What the host's cores did over one round, by psutil; kernels count in ticks of about 10 ms.

    Attributes:
        busy_s: Busy seconds of each core.
        steal_s: Seconds that the hypervisor gave to others.
    """

    busy_s: tuple[Seconds, ...]
    steal_s: Seconds


class Round(Frozen, frozen=True, tag="round"):
    """One timed execution of a case.

    Attributes:
        item: Id of the comparison.
        role: "case" or "reference".
        launch: Number of the launch, from 0.
        pair: Number of the pair in the launch; -1 for the warm-up.
        position: 0 for the first half of its pair, 1 for the second.
        warmup: Whether it is left out of every estimate.
        began_s: When it began, on the run's clock, which ``cores.jsonl`` shares.
        wall_ns: How long it took: the sum of the next three.
        launch_ns: From the start of the round to the first task: starting the workers.
        compute_ns: From the first task's start to the last task's end.
        join_ns: From there until the strategy returned.
        cpu_self_ns: CPU time of the launch's process.
        cpu_children_ns: CPU time of the processes that were its workers.
        switches_voluntary: Context switches of threads that waited.
        switches_forced: Context switches of threads that could have run.
        peak_rss_bytes: Largest resident memory so far of the process or of a child that it reaped.
        gil_before: Whether the GIL was enabled before the round.
        gil_after: Whether it was enabled after it.
        tasks: How many tasks were performed.
        checksum: Sum of their results; the same for every strategy.
        workers: What each worker did.
        host: What the host's cores did meanwhile.
    """

    item: str
    role: str
    launch: Count
    pair: Annotated[int, Meta(ge=-1, le=LARGEST_INT)]
    position: Count
    warmup: bool
    began_s: Seconds
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
    workers: tuple[WorkerLog, ...]
    host: HostUse


class CeilingControl(Frozen, frozen=True, tag="control"):
    """One round of the ceiling control: what spinning processes reach on this host at this moment.

    Attributes:
        item: Id of the comparison in whose launch it ran.
        launch: Number of that launch.
        workers: How many processes spin.
        began_s: When it began, on the run's clock.
        ceiling: Speedup that they reached together.
        alone: Loops of each process in each of its windows alone.
        together: Loops of each process in each window of all of them.
    """

    item: str
    launch: Count
    workers: Positive
    began_s: Seconds
    ceiling: NonNegative
    alone: tuple[tuple[Count, ...], ...]
    together: tuple[tuple[Count, ...], ...]


class Observation(Frozen, frozen=True, tag="observation"):
    """What a probe observed under one condition in one launch.

    Attributes:
        item: Id of the experiment.
        launch: Number of the launch, from 0.
        condition: Index of the condition in the experiment.
        began_s: When it began, on the run's clock.
        wall_ns: How long it took.
        observed: What the probe returned.
    """

    item: str
    launch: Count
    condition: Count
    began_s: Seconds
    wall_ns: Duration
    observed: dict[str, Any]


class LaunchStart(Frozen, frozen=True, tag="launch"):
    """A fresh process of a target.

    Attributes:
        item: Id of the item that it measures.
        launch: Its number, from 0.
        pid: The process; that of the case where there are two.
        began_s: When it was started, on the run's clock.
        startup_ns: How long it took until it was ready.
    """

    item: str
    launch: Count
    pid: Count
    began_s: Seconds
    startup_ns: Nanoseconds


class Stop(StrEnum):
    """Why no further launch of an item was measured."""

    SETTLED = "settled"  # its claims are decided as far as this item can decide them
    TIME = "time"  # the next launches would not fit into the run's budget
    EFFORT = "effort"  # the planned launches are done


class HostDrift(Frozen, frozen=True, tag="stretch"):
    """How the host changed around one launch.

    Attributes:
        item: The item of the launch.
        launch: Its number, from 0.
        before_ns: A fixed loop, timed before the launch by a process that stays the same through
            the run.
        after_ns: The same loop after the launch.
        throttled_s: For how long a quota stopped the run's processes meanwhile.
    """

    item: str
    launch: Count
    before_ns: Duration
    after_ns: Duration
    throttled_s: Seconds


class ItemEnd(Frozen, frozen=True, tag="end"):
    """An item was measured to its end.

    ``because`` says why there are no more than ``launches`` launches.
    """

    item: str
    launches: Count
    because: Stop


class Failure(Frozen, frozen=True, tag="failure"):
    """An item could not be measured, or not to its end; ``message`` is one line."""

    item: str
    launch: Count
    message: str


class LaunchLost(Frozen, frozen=True, tag="lost"):
    """A launch died and is measured again under its number; what was recorded of it is dropped.

    Attributes:
        item: The item of the launch.
        launch: Its number, from 0.
        message: How it died, in one line.
    """

    item: str
    launch: Count
    message: str


Record = (
    Round | CeilingControl | Observation | LaunchStart | HostDrift | LaunchLost | ItemEnd | Failure
)


class CoresSample(Frozen, frozen=True):
    """One line of ``cores.jsonl``: the share of each core that was busy since the sample before."""

    t_s: Seconds
    busy: tuple[NonNegative, ...]
