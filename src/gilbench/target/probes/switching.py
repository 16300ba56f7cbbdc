"""Two CPU-bound threads: how long each holds the GIL before the other acquires it.

A hold is measured in time and in operations.

A thread reads the clock after each short block of multiplications. A gap between two readings means
that it did not run; the time between two gaps is a hold. The holds of both threads are put in
order, and neighbours of the same thread are joined: a gap in which the other thread did not run
either is due to the operating system.
"""

import threading
import time
from typing import Any, Dict, List, Tuple

from gilbench.target.probes._switch_interval import switch_interval
from gilbench.target.registry import Probe

BLOCK_NS = 20_000
GAP_OF_INTERVAL = 0.25  # well over a block and well under the hold of the other thread

Hold = Tuple[int, int, int]  # start, end, operations


def multiply(operand: int, times: int) -> None:
    for _ in range(times):
        operand * operand


def record_holds(
    start_ns: int, end_ns: int, gap_ns: int, operand: int, block: int, holds: List[Hold]
) -> None:
    """Multiply between two instants in blocks of ``block`` operations, and append each hold."""
    clock = time.perf_counter_ns
    while clock() < start_ns:
        time.sleep(0)
    began = last = clock()
    operations = 0
    while last < end_ns:
        multiply(operand, block)
        now = clock()
        if now - last > gap_ns:
            holds.append((began, last, operations))
            began, operations = now, 0
        operations += block
        last = now
    holds.append((began, last, operations))


def join_neighbours(by_thread: List[List[Hold]]) -> List[Hold]:
    """Put the holds of all threads in order of time and join neighbours of one thread.

    The first and the last hold are left out, since the ends of the experiment cut them short.
    """
    ordered: List[Tuple[Hold, int]] = []
    for thread, holds in enumerate(by_thread):
        for hold in holds:
            _, _, operations = hold
            if operations:
                ordered.append((hold, thread))
    ordered.sort()
    joined: List[Tuple[Hold, int]] = []
    for hold, thread in ordered:
        if joined and joined[-1][1] == thread:
            (start, _, operations), _ = joined[-1]
            joined[-1] = ((start, hold[1], operations + hold[2]), thread)
        else:
            joined.append((hold, thread))
    return [hold for hold, _ in joined[1:-1]]


def time_operation_ns(operand: int) -> float:
    """Nanoseconds per multiplication, loop included; the fastest of a few trials."""
    times = 8
    while True:
        best_ns = min(_time_block_ns(operand, times) for _ in range(5))
        if best_ns >= BLOCK_NS:
            return best_ns / times
        times *= 2


def _time_block_ns(operand: int, times: int) -> int:
    start_ns = time.perf_counter_ns()
    multiply(operand, times)
    return time.perf_counter_ns() - start_ns


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Run two threads for ``duration_s`` seconds under a switch interval of ``interval_s``.

    ``operand_bits`` sets how long one operation takes.

    Returns:
        ``operation_ns``, the time of one operation alone; ``hold_ns`` and ``hold_operations``, the
        length of each hold. A hold that is shorter than one block lies between two gaps with a
        single reading of the clock, and reads 0 ns with the operations of that block.
    """
    operand = (1 << params["operand_bits"]) - 1
    operation_ns = time_operation_ns(operand)
    block = max(1, round(BLOCK_NS / operation_ns))
    interval_ns = params["interval_s"] * 1e9
    by_thread: List[List[Hold]] = [[], []]
    with switch_interval(params["interval_s"]):
        start_ns = time.perf_counter_ns() + 2_000_000
        end_ns = start_ns + int(params["duration_s"] * 1e9)
        gap_ns = int(interval_ns * GAP_OF_INTERVAL)
        threads = [
            threading.Thread(
                target=record_holds, args=(start_ns, end_ns, gap_ns, operand, block, holds)
            )
            for holds in by_thread
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    holds = join_neighbours(by_thread)
    return {
        "operation_ns": operation_ns,
        "hold_ns": [end - start for start, end, _ in holds],
        "hold_operations": [operations for _, _, operations in holds],
    }


PROBE = Probe(
    name="switching",
    summary="how long a thread holds the GIL while another waits for it",
    run=run,
    limit_s=20,
)
