"""How busy the host's cores are: exactly over each round, and sampled over the whole run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import psutil

from gilbench.model import CoresSample, HostUse

TIMELINE_HZ = 20
NOT_BUSY = {"idle", "iowait", "steal", "guest", "guest_nice"}  # user time includes guest time


@dataclass(frozen=True)
class CoreTimes:
    """What the kernel has counted since boot.

    Attributes:
        busy_s: Seconds for which each core was busy.
        steal_s: Seconds that the hypervisor took from all cores together.
    """

    busy_s: tuple[float, ...]
    steal_s: float

    def since(self, earlier: CoreTimes) -> HostUse:
        """What was used between an earlier reading and this one."""
        busy_s = []
        for now_s, then_s in zip(self.busy_s, earlier.busy_s, strict=True):
            busy_s.append(round(max(0.0, now_s - then_s), 4))
        return HostUse(tuple(busy_s), round(max(0.0, self.steal_s - earlier.steal_s), 4))


def read() -> CoreTimes:
    """Read the counters of the kernel.

    Every reading has as many cores as the first one; one that was taken away since was not busy.
    """
    times = psutil.cpu_times(percpu=True)
    busy_s = []
    for core in times:
        by_state = core._asdict()
        busy_s.append(sum(s for state, s in by_state.items() if state not in NOT_BUSY))
    count = _counted_first()
    busy_s = [*busy_s, *[0.0] * count][:count]
    return CoreTimes(tuple(busy_s), sum(getattr(core, "steal", 0.0) for core in times))


@cache
def _counted_first() -> int:
    return len(psutil.cpu_times(percpu=True))


def logical() -> int:
    """How many cores the system counts."""
    return psutil.cpu_count() or 1


def usable() -> tuple[int, ...]:
    """The cores that this process may run on; empty where the system does not say."""
    try:
        return tuple(psutil.Process().cpu_affinity())
    except (AttributeError, psutil.Error):  # macOS has no affinity
        return ()


class Timeline:
    """Samples the cores in a thread of the parent, which is idle while launches run.

    Args:
        clock: The run's clock, in seconds.
        sink: Called with every sample.
    """

    def __init__(self, clock: Callable[[], float], sink: Callable[[CoresSample], None]) -> None:
        self._clock, self._sink = clock, sink
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        before, before_s = read(), time.monotonic()
        while not self._stop.wait(1 / TIMELINE_HZ):
            now, now_s = read(), time.monotonic()
            elapsed_s = now_s - before_s
            used_s = now.since(before).busy_s
            busy_shares = tuple(round(min(1.0, core_s / elapsed_s), 3) for core_s in used_s)
            self._sink(CoresSample(round(self._clock(), 4), busy_shares))
            before, before_s = now, now_s

    def close(self) -> None:
        """Stop sampling."""
        self._stop.set()
        self._thread.join()
