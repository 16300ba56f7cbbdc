"""What it costs two threads to read an object that both use, by how its references are counted."""

import threading
import time
from typing import Any, Callable, Dict, List, Tuple

from gilbench.target.probes import counting
from gilbench.target.registry import Probe

PATIENCE_S = 10.0
BATCH = 500  # loops between two readings of the clock
READS = 8  # of a loop

Count = Tuple[int, int]  # reads, ns


class Holder:
    """What a thread reads its object from; each thread has one."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing


def function() -> None:
    """An object whose references are counted only when its stack frames are looked at."""


# What the threads read: each an object of its kind alone, or all the same.
MAKE: Dict[str, Callable[[], Callable[[], Any]]] = {
    "own": lambda: list,
    "shared": lambda: _always(["shared"]),
    "immortal": lambda: _always(None),
    "deferred": lambda: _always(function),
}


def _always(thing: Any) -> Callable[[], Any]:
    return lambda: thing


def read(holder: Holder, end_ns: int) -> Count:
    """Read the object until the clock reads ``end_ns``."""
    clock = time.perf_counter_ns
    thing: Any = None
    loops, start_ns = 0, clock()
    while clock() < end_ns:
        for _ in range(BATCH):
            thing = holder.thing
            thing = holder.thing
            thing = holder.thing
            thing = holder.thing
            thing = holder.thing
            thing = holder.thing
            thing = holder.thing
            thing = holder.thing
        loops += BATCH
    del thing
    return READS * loops, clock() - start_ns


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Have ``workers`` threads read an object of a ``kind`` for ``duration_s`` seconds.

    Returns:
        ``reads`` and ``elapsed_ns``, lists with one entry per thread that ended; and ``cpu_ns`` and
        ``wall_ns`` of this process meanwhile.
    """
    make = MAKE[params["kind"]]()
    counts: List[Count] = []
    barrier = threading.Barrier(params["workers"])

    def work() -> None:
        holder = Holder(make())  # made here: a thread counts the references of its objects fastest
        barrier.wait(PATIENCE_S)
        end_ns = time.perf_counter_ns() + int(params["duration_s"] * 1e9)
        counts.append(read(holder, end_ns))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(params["workers"])]
    start_ns, start_cpu_ns = time.perf_counter_ns(), time.process_time_ns()
    for thread in threads:
        thread.start()
    counting.join(threads, PATIENCE_S)
    return {
        "reads": [reads for reads, _ in counts],
        "elapsed_ns": [elapsed_ns for _, elapsed_ns in counts],
        "cpu_ns": time.process_time_ns() - start_cpu_ns,
        "wall_ns": time.perf_counter_ns() - start_ns,
    }


PROBE = Probe(
    name="sharing",
    summary="how fast two threads read a private, a shared or an immortal object",
    run=run,
    limit_s=60,
)
