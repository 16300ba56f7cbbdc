"""The same bytes hashed serially and by threads, in buffers of one size.

It shows from which size on threads help.

The serial side is one thread of the same code, so that the two sides differ only in how calls of
the hash function overlap.
"""

import hashlib
import random
import threading
import time
import zlib
from itertools import repeat
from typing import Any, Callable, Dict, List, Optional, Tuple

from gilbench.target.registry import Probe

FUNCTIONS: Dict[str, Callable[[bytes], Any]] = {"sha256": hashlib.sha256, "crc32": zlib.crc32}
PATIENCE_S = 10.0

Span = Tuple[int, int]


def work(
    barrier: threading.Barrier,
    function: Callable[[bytes], Any],
    buffer: bytes,
    calls: int,
    out: List[Span],
) -> None:
    """Wait for the other threads, then hash the buffer ``calls`` times.

    Nothing is reported if a thread never arrives.
    """
    try:
        barrier.wait(PATIENCE_S)
    except threading.BrokenBarrierError:
        return
    start_ns = time.perf_counter_ns()
    for _ in repeat(None, calls):
        function(buffer)
    out.append((start_ns, time.perf_counter_ns()))


def span_ns(
    function: Callable[[bytes], Any], buffer: bytes, calls: int, threads: int
) -> Optional[int]:
    """Time ``calls`` calls divided among threads; starting and joining the threads is not included.

    Returns:
        Nanoseconds from the first call of any thread to the last; None if a thread did not report.
    """
    barrier = threading.Barrier(threads)
    spans: List[Span] = []
    started = [
        threading.Thread(
            target=work, args=(barrier, function, buffer, calls // threads, spans), daemon=True
        )
        for _ in range(threads)
    ]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join(2 * PATIENCE_S)
    if len(spans) < threads:
        return None
    return max(end for _, end in spans) - min(start for start, _ in spans)


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Hash ``total_bytes`` with ``function`` in buffers of ``buffer_bytes``.

    This is done serially and in ``threads`` threads, ``repeats`` times in random order.

    The bytes are rounded down so that each thread makes the same number of calls.

    Returns:
        ``calls``, their number on each side; ``serial_ns`` and ``threads_ns``, lists of times. A
        side on which a thread did not report has None as its last time, and the run ends there.
    """
    function, threads = FUNCTIONS[params["function"]], params.get("threads", 2)
    buffer = bytes(params["buffer_bytes"])
    calls = max(1, params["total_bytes"] // (len(buffer) * threads)) * threads
    sides: Dict[str, List[Optional[int]]] = {"serial_ns": [], "threads_ns": []}
    workers = {"serial_ns": 1, "threads_ns": threads}
    for _ in range(params["repeats"]):
        for side in random.sample(list(sides), len(sides)):
            sides[side].append(span_ns(function, buffer, calls, workers[side]))
            if sides[side][-1] is None:
                return {"calls": calls, **sides}
    return {"calls": calls, **sides}


PROBE = Probe(
    name="release-sweep",
    summary="the same bytes hashed serially and by threads, in buffers of one size",
    run=run,
    limit_s=120,
)
