"""What the host's cores do: exact deltas around each round, and a timeline of the whole run. psutil, parent side."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from gilbench.model import CoresSample, HostUse

TIMELINE_HZ = 20


@dataclass(frozen=True)
class CoreTimes:
    """Seconds since boot that each core was busy, and that all of them were stolen by the hypervisor."""

    busy_s: tuple[float, ...]
    steal_s: float

    def since(self, earlier: CoreTimes) -> HostUse:
        busy = tuple(round(max(0.0, now - then), 4) for now, then in zip(self.busy_s, earlier.busy_s, strict=True))
        return HostUse(busy, round(max(0.0, self.steal_s - earlier.steal_s), 4))


def read() -> CoreTimes:
    times = psutil.cpu_times(percpu=True)
    idle = ("idle", "iowait", "steal", "guest", "guest_nice")  # guest time is within user time already
    busy = tuple(
        sum(value for name, value in zip(core._fields, core, strict=True) if name not in idle) for core in times
    )
    return CoreTimes(busy, sum(getattr(core, "steal", 0.0) for core in times))


def usable() -> tuple[int, ...]:
    """The cores that this process may run on; none where the system does not say."""
    try:
        return tuple(psutil.Process().cpu_affinity())
    except (AttributeError, psutil.Error):  # macOS has no affinity
        return ()


class Timeline:
    """Samples the cores in a thread of the parent, which has nothing else to do, until it is closed."""

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
            busy = tuple(round(min(1.0, used / elapsed_s), 3) for used in now.since(before).busy_s)
            self._sink(CoresSample(round(self._clock(), 4), busy))
            before, before_s = now, now_s

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
