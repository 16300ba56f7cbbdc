"""How a thread that ticks sees that another one holds the GIL, and for which share of the time.

It sleeps for short times and asks for the GIL after each sleep. If the GIL is free it has it at
once; if not, it waits once more, which the system counts as a voluntary switch of that thread.
"""

import os
from contextlib import contextmanager, suppress
from typing import Iterator, NamedTuple, Optional, Sequence

try:
    import resource

    THREAD = getattr(resource, "RUSAGE_THREAD", None)
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]
    THREAD = None

MEAN_SLEEP_S = 0.0003
USUAL_LATE_NS = 60_000  # by which a sleep is late where no tick shows it
ENOUGH_TICKS = 5  # for their median to be the usual
# Where switches are not counted, a tick that is later than this waited for the GIL
LATE_NS = 1_000_000
FORCED = 0.8  # of the switch interval: who waited for longer had the GIL given up for it
PR_SET_TIMERSLACK = 29  # of linux/prctl.h


class Tick(NamedTuple):
    """A sleep and what came of it: how long it was to be, and the time since the tick before."""

    sleep_ns: int
    gap_ns: int
    taken: bool


def share_held(ticks: Sequence[Tick], switch_interval_ns: float) -> float:
    """The share of the time for which others held the GIL.

    While a tick waits, the GIL is held. While the thread sleeps nothing is seen, but sleeps have
    exponentially distributed lengths, and what such sleeps find at their ends is on average what
    there was while they lasted (Wolff's "Poisson arrivals see time averages"). No sleep ends in its
    first moments, since every one is a little late: for these the mean of what there was at their
    start and of what ticks find is taken. A thread that is handed the GIL takes about as long to
    wake up as one whose sleep ends, and the GIL is free at the start of that time.

    Args:
        ticks: All of them, in order.
        switch_interval_ns: After which a thread that waits is given the GIL.
    """
    if not ticks:
        return 0.0
    usual_late_ns = _usual_late_ns(ticks)
    taken = sum(tick.taken for tick in ticks) / len(ticks)
    held_ns = total_ns = 0.0
    held_at_start = False  # of a sleep: whether who held the GIL takes it back at once
    for tick in ticks:
        after_sleep_ns = max(0, tick.gap_ns - tick.sleep_ns)
        # What a free tick is late beyond the usual it waited for a core, and nothing was seen.
        unseen_ns = min(usual_late_ns, after_sleep_ns)
        waited_ns = after_sleep_ns - unseen_ns if tick.taken else 0
        held_ns += taken * tick.sleep_ns + (held_at_start + taken) / 2 * unseen_ns
        total_ns += waited_ns + tick.sleep_ns + unseen_ns
        held_at_start = waited_ns > FORCED * switch_interval_ns
        waking_ns = 0 if held_at_start else min(usual_late_ns, waited_ns)
        held_ns += waited_ns - waking_ns + taken / 2 * waking_ns
    return held_ns / max(1.0, total_ns)


def _usual_late_ns(ticks: Sequence[Tick]) -> int:
    """By how much sleeps end late, as most ticks that found the GIL free show it."""
    late_ns = sorted(tick.gap_ns - tick.sleep_ns for tick in ticks if not tick.taken)
    middle_ns = late_ns[len(late_ns) // 2] if len(late_ns) >= ENOUGH_TICKS else USUAL_LATE_NS
    return min(middle_ns, LATE_NS)


def count_waits() -> int:
    """How often the calling thread has waited so far; 0 where the system does not count that."""
    if THREAD is None:
        return 0
    return int(resource.getrusage(THREAD).ru_nvcsw)


def count_waits_of_all() -> int:
    """How often the threads of this process have waited so far; 0 where that is not counted."""
    if resource is None:
        return 0
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw)


def found_taken(waits: int, late_ns: int) -> bool:
    """Whether the GIL was taken at the end of a sleep.

    Args:
        waits: How often the thread has waited since before that sleep, which is one wait itself.
        late_ns: How long after its end the thread had the GIL.
    """
    return waits > 1 if THREAD is not None else late_ns > LATE_NS


def run_only_on(core: Optional[int]) -> None:
    """Keep the calling thread on one core, where that can be; None leaves it as it is."""
    if core is not None:
        with suppress(OSError):
            os.sched_setaffinity(0, {core})


def end_sleeps_on_time() -> None:
    """Have the system end the sleeps of the calling thread when they are due.

    Linux may let them last 50 µs longer otherwise, to wake up less often.
    """
    with suppress(Exception):  # it is no Linux, or this Python has no ctypes
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, ctypes.c_ulong(1), 0, 0, 0)


@contextmanager
def one_core_left() -> Iterator[Optional[int]]:
    """Keep the calling thread from one core, which is left for the ticking one.

    A thread that wakes up may be put on the core where the calls run, and then runs when they
    wait: it would find the GIL free.

    Yields:
        That core; None where threads cannot be kept from cores or there is only one.
    """
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
    if len(cores) < 2:
        yield None
        return
    core = min(cores)
    try:
        os.sched_setaffinity(0, cores - {core})
    except OSError:
        yield None
        return
    try:
        yield core
    finally:
        os.sched_setaffinity(0, cores)
