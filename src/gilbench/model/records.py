"""What was measured: a journal line is one of ``Record``."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from gilbench.model.base import Frozen


class WorkerLog(Frozen, frozen=True):
    """One worker in one round; ``start_ns`` and ``end_ns`` count from the start of the round. ``gil_before`` and
    ``gil`` say whether its interpreter had the GIL when it began and when it was done."""

    pid: int
    thread_id: int
    tasks: int
    start_ns: int
    end_ns: int
    cpu_ns: int
    gil: bool = True
    gil_before: bool = True


class HostUse(Frozen, frozen=True):
    """What the host's cores did over one round, by psutil, in seconds; kernels count in ticks of about 10 ms."""

    busy_s: tuple[float, ...]
    steal_s: float


class Round(Frozen, frozen=True, tag="round"):
    """One timed execution of a case. ``began_s`` is on the run's own clock, which ``cores.jsonl`` shares."""

    item: str
    role: str  # "case" or "reference"
    launch: int
    pair: int
    position: int  # 0: first of its pair, 1: second
    warmup: bool
    began_s: float
    wall_ns: int
    launch_ns: int
    compute_ns: int
    join_ns: int
    cpu_self_ns: int
    cpu_children_ns: int
    switches_voluntary: int
    switches_forced: int
    peak_rss_bytes: int
    gil_before: bool
    gil_after: bool
    tasks: int
    checksum: int
    workers: tuple[WorkerLog, ...]
    host: HostUse


class CeilingControl(Frozen, frozen=True, tag="control"):
    """One round of the ceiling control, in the launch whose number it bears: loops in each window, a tuple a process,
    alone and all of them together."""

    item: str
    launch: int
    workers: int
    began_s: float
    ceiling: float
    alone: tuple[tuple[int, ...], ...]
    together: tuple[tuple[int, ...], ...]


class Observation(Frozen, frozen=True, tag="observation"):
    """What a probe saw under one condition in one launch."""

    item: str
    launch: int
    condition: int
    began_s: float
    wall_ns: int
    observed: dict[str, Any]


class LaunchStart(Frozen, frozen=True, tag="launch"):
    """A fresh process of a target, ready after ``startup_ns``."""

    item: str
    launch: int
    pid: int
    began_s: float
    startup_ns: int


class Stop(StrEnum):
    """Why no further launch of an item was measured."""

    SETTLED = "settled"  # its claims are decided as far as this item goes
    TIME = "time"  # the run's budget is spent
    EFFORT = "effort"  # the planned launches are done


class HostDrift(Frozen, frozen=True, tag="stretch"):
    """How the host changed around one launch.

    Attributes:
        item: The item of the launch.
        launch: Its number, from 0.
        before_ns: A fixed loop, timed before the launch by a process that stays the same through the run.
        after_ns: The same loop after the launch.
        throttled_s: For how long a quota stopped the run's processes meanwhile.
    """

    item: str
    launch: int
    before_ns: int
    after_ns: int
    throttled_s: float


class ItemEnd(Frozen, frozen=True, tag="end"):
    """An item was measured to its end, after so many launches; ``because`` says why not more."""

    item: str
    launches: int
    because: Stop


class Failure(Frozen, frozen=True, tag="failure"):
    """An item could not be measured, or not to its end; ``message`` is one line."""

    item: str
    launch: int
    message: str


Record = Round | CeilingControl | Observation | LaunchStart | HostDrift | ItemEnd | Failure


class CoresSample(Frozen, frozen=True):
    """One line of ``cores.jsonl``: the share of each core that was busy since the sample before."""

    t_s: float
    busy: tuple[float, ...]
