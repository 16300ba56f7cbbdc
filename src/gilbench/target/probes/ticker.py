"""How often a ticking thread finds the GIL taken while calls run in other threads.

It sleeps for short, random times and asks for the GIL after each. If the GIL is free it has it at
once; if not, it waits once more, which the system counts as a voluntary switch of that thread. The
time up to the ticks that had to wait, over the time up to all of them, is the share of time in
which the calls held the GIL: no two ways to run them are compared, and other programs on the host
make ticks later but no free GIL taken.
"""

import random
import threading
import time
from typing import Any, Callable, Dict, List

from gilbench.target.calls import calling, finding
from gilbench.target.calls_operations import output_caught
from gilbench.target.registry import Probe

try:
    import resource

    THREAD = getattr(resource, "RUSAGE_THREAD", None)
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]
    THREAD = None

SHORTEST_S, LONGEST_S = 0.0001, 0.0005
PATIENCE_S = 20.0
# Where switches are not counted, a tick that is later than this waited for the GIL
LATE_NS = 1_000_000


class Ticker:
    """A thread that ticks from ``start`` to ``stop``.

    Attributes:
        total_ns: From its first tick to its last.
        taken_ns: Those up to ticks that found the GIL taken.
        ticks: How many there were.
        stall_ns: The longest wait for the GIL.
    """

    def __init__(self) -> None:
        self.total_ns = self.taken_ns = self.ticks = self.stall_ns = 0
        self._done = False
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def start(self) -> None:
        """Start ticking; returns once the thread runs."""
        self._thread.start()
        self._begun.wait(PATIENCE_S)

    def stop(self) -> None:
        """Stop ticking, and wait for the thread to end."""
        self._done = True
        self._thread.join(PATIENCE_S)

    def _tick(self) -> None:
        draw = random.Random(0).uniform
        clock, sleep = time.perf_counter_ns, time.sleep
        self._begun.set()
        last_ns, last_waits = clock(), count_waits()
        while not self._done:
            pause_s = draw(SHORTEST_S, LONGEST_S)
            sleep(pause_s)
            now_ns, waits = clock(), count_waits()
            gap_ns = now_ns - last_ns
            late_ns = gap_ns - int(pause_s * 1e9)
            # The sleep itself is one wait.
            if waits - last_waits > 1 if THREAD is not None else late_ns > LATE_NS:
                self.taken_ns += gap_ns
                self.stall_ns = max(self.stall_ns, late_ns)
            self.total_ns += gap_ns
            self.ticks += 1
            last_ns, last_waits = now_ns, waits


def count_waits() -> int:
    """How often the calling thread has waited so far; 0 where the system does not count that."""
    if THREAD is None:
        return 0
    return int(resource.getrusage(THREAD).ru_nvcsw)


def together(work: Callable[[], None], count: int) -> None:
    """Work in several threads at once, until all are done."""
    threads: List[threading.Thread] = [
        threading.Thread(target=work, daemon=True) for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def spin() -> None:
    """Work that holds the GIL all the time, where no call is given."""
    for _ in range(1_000_000):
        pass


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """``calls`` calls of ``call`` in each of ``threads`` threads, next to a ticking one."""
    work: Callable[[], None] = spin
    if "call" in params:
        subject = finding.find(params["call"])

        def work() -> None:
            calling.call_repeatedly(subject, params["form"], params["calls"])

        if params["warm_up"]:
            with output_caught():
                calling.call_repeatedly(subject, params["form"], 1)
    workers = params.get("threads", 1)
    ticker = Ticker()
    with output_caught():
        ticker.start()
        cpu_ns, wall_ns = time.process_time_ns(), time.perf_counter_ns()
        if workers == 1:
            work()
        else:
            together(work, workers)
        wall_ns, cpu_ns = time.perf_counter_ns() - wall_ns, time.process_time_ns() - cpu_ns
        ticker.stop()
    return {
        "share": ticker.taken_ns / max(1, ticker.total_ns),
        "ticks": ticker.ticks,
        "stall_ns": ticker.stall_ns,
        "wall_ns": wall_ns,
        "cpu_ns": cpu_ns,
    }


PROBE = Probe(
    name="ticker",
    summary=(
        "share of the time in which a ticking thread finds the GIL taken by calls in other threads"
    ),
    run=run,
    limit_s=60,
)
