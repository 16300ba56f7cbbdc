"""The longest time for which another thread cannot run during one long call.

The other thread wants to run now and then.

The calls take equally long and differ only in whether they release the GIL.
"""

import hashlib
import threading
import time
from typing import Any, Callable, Dict, List

from gilbench.target.probes._switch_interval import switch_interval
from gilbench.target.registry import Probe

TICK_S = 0.0005
PATIENCE_S = 10.0
TRIALS = 3
SMALLEST = 1 << 12

Call = Callable[[], Any]


def held(size: int) -> Call:
    """A C loop over a C iterator.

    ``sum`` neither releases the GIL nor returns to the bytecode loop, the only place where requests
    to release it are checked. It takes no memory and is the same from 3.8 on.
    """
    return lambda: sum(range(size))


def bytecode(size: int) -> Call:
    """The same loop in bytecode, which checks for requests to release the GIL on every turn."""

    def loop() -> None:
        for _ in range(size):
            pass

    return loop


def released(size: int) -> Call:
    """One hash of one buffer: hashlib releases the GIL before and acquires it afterwards.

    SHA-3 is its slowest hash, so the buffer stays small.
    """
    buffer = bytes(size)
    return lambda: hashlib.sha3_512(buffer)


CALLS: Dict[str, Callable[[int], Call]] = {"held": held, "bytecode": bytecode, "released": released}


def time_ns(call: Call) -> int:
    """Nanoseconds that a call takes."""
    start_ns = time.perf_counter_ns()
    call()
    return time.perf_counter_ns() - start_ns


def sized_call(make: Callable[[int], Call], aim_ns: int) -> Call:
    """A call that takes about ``aim_ns`` alone.

    The fastest of a few trials counts, because noise only adds time.
    """
    size = SMALLEST
    while True:
        call = make(size)
        best_ns = max(1, min(time_ns(call) for _ in range(TRIALS)))
        if best_ns >= aim_ns // 16:
            return make(max(1, size * aim_ns // best_ns))
        size *= 4


def tick(ticking: threading.Event, done: threading.Event, gaps_ns: List[int]) -> None:
    """Read the clock between short sleeps until ``done`` is set.

    The last gap is the one in which it was set.
    """
    clock = time.perf_counter_ns
    last = clock()
    ticking.set()
    while not done.is_set():
        time.sleep(TICK_S)
        now = clock()
        gaps_ns.append(now - last)
        last = now


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Make one call of about ``call_s`` seconds under a switch interval of ``interval_s``.

    ``call`` is "held", "bytecode" or "released".

    Returns:
        ``call_ns``, how long it took; ``longest_gap_ns``, None if the ticking thread never ticked;
        and ``ticks``.
    """
    call = sized_call(CALLS[params["call"]], int(params["call_s"] * 1e9))
    ticking, done = threading.Event(), threading.Event()
    gaps_ns: List[int] = []
    ticker = threading.Thread(target=tick, args=(ticking, done, gaps_ns), daemon=True)
    with switch_interval(params["interval_s"]):
        ticker.start()
        try:
            ticking.wait(PATIENCE_S)
            call_ns = time_ns(call)
        finally:
            done.set()
        ticker.join(PATIENCE_S)
    return {"call_ns": call_ns, "longest_gap_ns": max(gaps_ns, default=None), "ticks": len(gaps_ns)}


PROBE = Probe(
    name="stall",
    summary="longest gap of a ticking thread while another is in one long call",
    run=run,
    limit_s=60,
)
