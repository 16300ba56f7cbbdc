"""How many loops each of several CPU-bound threads completes in the same time."""

import threading
import time
from typing import Any, Dict, List, Optional

from gilbench.target.probes._switch_interval import switch_interval
from gilbench.target.registry import Probe

LEAD_NS = 5_000_000  # before the start, for the threads to leave the barrier
PATIENCE_S = 10.0


class Race:
    """The threads' common start and end, and what each of them did.

    Both are set when the last of them arrives.
    """

    def __init__(self, workers: int, duration_s: float) -> None:
        self.barrier = threading.Barrier(workers, self.agree)
        self.duration_ns = int(duration_s * 1e9)
        self.start_ns = self.end_ns = self.cpu_before_ns = 0
        self.loops: List[Optional[int]] = [None] * workers
        self.began_ns: List[Optional[int]] = [None] * workers
        self.ended_ns: List[Optional[int]] = [None] * workers

    def agree(self) -> None:
        """Set the common start and end, before which all threads sleep."""
        self.cpu_before_ns = time.process_time_ns()
        self.start_ns = time.perf_counter_ns() + LEAD_NS
        self.end_ns = self.start_ns + self.duration_ns

    def took(self) -> Dict[str, Optional[int]]:
        """CPU time of the process, and the time that passed, from the start to the last one's end.

        None unless every thread reported.
        """
        ends_ns = [end_ns for end_ns in self.ended_ns if end_ns is not None]
        if len(ends_ns) < len(self.ended_ns):
            return {"cpu_ns": None, "wall_ns": None}
        cpu_ns = time.process_time_ns() - self.cpu_before_ns
        return {"cpu_ns": cpu_ns, "wall_ns": max(ends_ns) - self.start_ns}


def compete(race: Race, worker: int) -> None:
    """Count loops from the common start to the common end.

    Nothing is reported if a thread never arrived.
    """
    try:
        race.barrier.wait(PATIENCE_S)
    except threading.BrokenBarrierError:
        return
    clock, end_ns, count = time.perf_counter_ns, race.end_ns, 0
    time.sleep(max(0, race.start_ns - clock()) / 1e9)
    now = began_ns = clock()
    while now < end_ns:
        count += 1
        now = clock()
    race.loops[worker], race.began_ns[worker], race.ended_ns[worker] = count, began_ns, now


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Run ``workers`` threads for ``duration_s`` seconds under a switch interval of ``interval_s``.

    Returns:
        ``loops``, ``began_ns`` and ``ended_ns``, lists with one entry per thread: its loops, and
        when the first began and the last ended; None for a thread that did not report. And
        ``cpu_ns`` and ``wall_ns`` of all of them together.
    """
    race = Race(params["workers"], params["duration_s"])
    threads = [
        threading.Thread(target=compete, args=(race, worker), daemon=True)
        for worker in range(params["workers"])
    ]
    with switch_interval(params["interval_s"]):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(2 * PATIENCE_S + params["duration_s"])
    took = race.took()
    return {
        "loops": race.loops[:],
        "began_ns": race.began_ns[:],
        "ended_ns": race.ended_ns[:],
        **took,
    }


PROBE = Probe(
    name="progress",
    summary="loops that each of several CPU-bound threads completes in the same time",
    run=run,
    limit_s=60,
)
