"""How busy the host's cores are: exactly over each round, and sampled over the whole run."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import psutil

from gilbench.model import CoresSample, HostUse

TIMELINE_HZ = 20
WRITTEN_AT_ONCE = 40  # samples: only the first has to bring its code into the cache of the core
MOST_LINE_BYTES = 256  # of a core in the file: ten counts
TICKS_PER_S = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
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
    return _core_times([core._asdict() for core in times])


def _core_times(by_state: Sequence[Mapping[str, float]]) -> CoreTimes:
    """The times of cores from the seconds of each in each state."""
    busy_s = []
    for core in by_state:
        busy_s.append(sum(s for state, s in core.items() if state not in NOT_BUSY))
    count = _counted_first()
    busy_s = [*busy_s, *[0.0] * count][:count]
    return CoreTimes(tuple(busy_s), sum(core.get("steal", 0.0) for core in by_state))


Counts = bytes | CoreTimes  # as they were taken


class OpenCounters:
    """Takes the counters of the kernel often and with little time, and reads them later.

    Where every core is busy this time is taken from what is measured. On Linux the text of the
    kernel's file is taken, which stays open: to open it, as psutil does each time, is nearly half
    of a reading. With that, samples written many at a time and a plain sleep between them, the
    thread of a ``Timeline`` took 6.8 ms a second on two busy cores in place of 11.9 (medians of 12
    turns).
    """

    def __init__(self) -> None:
        self._states = psutil.cpu_times()._fields
        self._most_bytes = (1 + _counted_first()) * MOST_LINE_BYTES
        self._file: int | None = None
        with contextlib.suppress(AttributeError, OSError):  # psutil knows no such file, or no more
            self._file = os.open(f"{psutil.PROCFS_PATH}/stat", os.O_RDONLY)

    def take(self) -> Counts:
        """The counters as they are now, for ``core_times``."""
        if self._file is None:
            return read()
        return os.pread(self._file, self._most_bytes, 0)

    def core_times(self, counts: Counts) -> CoreTimes:
        """What was taken, as the function ``read`` has it."""
        if isinstance(counts, CoreTimes):
            return counts
        by_state = []
        for line in counts.splitlines()[1:]:  # the first is of all cores together
            name, *ticks = line.split()
            if not name.startswith(b"cpu"):
                break
            seconds = (int(count) / TICKS_PER_S for count in ticks)
            by_state.append(dict(zip(self._states, seconds, strict=False)))
        return _core_times(by_state)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


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
        sink: Called with every sample, with some at a time and with the rest when this is closed.
    """

    def __init__(self, clock: Callable[[], float], sink: Callable[[CoresSample], None]) -> None:
        self._clock, self._sink = clock, sink
        self._counters = OpenCounters()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        taken = [self._take()]
        while not self._is_closed:
            time.sleep(1 / TIMELINE_HZ)  # to wait for an event takes more: it is Python code
            taken.append(self._take())
            if len(taken) > WRITTEN_AT_ONCE:
                self._write(taken)
                del taken[:-1]
        self._write(taken)

    def _take(self) -> tuple[Counts, float, float]:
        """The counters, and when that was by the monotonic clock and by that of the run."""
        return self._counters.take(), time.monotonic(), self._clock()

    def _write(self, taken: Sequence[tuple[Counts, float, float]]) -> None:
        """Write a sample for each time but the first one, of what was used since the one before."""
        times = [self._counters.core_times(counts) for counts, _, _ in taken]
        for (earlier, now), (before, sampled) in zip(pairwise(times), pairwise(taken), strict=True):
            elapsed_s = sampled[1] - before[1]
            used_s = now.since(earlier).busy_s
            busy_shares = tuple(round(min(1.0, core_s / elapsed_s), 3) for core_s in used_s)
            self._sink(CoresSample(round(sampled[2], 4), busy_shares))

    def close(self) -> None:
        """Stop sampling."""
        self._is_closed = True
        self._thread.join()
        self._counters.close()
