"""More tasks than a pool has workers: which processes ran them, and how many ran at once."""

import multiprocessing
import os
import time
from typing import Any, Dict, List, Tuple

from gilbench.target.probes import _children

Served = Tuple[int, int, int]  # pid, start in ns, end in ns


def serve(task_s: float) -> Served:
    start_ns = time.perf_counter_ns()
    time.sleep(task_s)
    return os.getpid(), start_ns, time.perf_counter_ns()


def most_at_once(served: List[Served]) -> int:
    """The greatest number of tasks under way at one instant.

    One that ends as another starts is not counted with it.
    """
    changes = []
    for _, start_ns, end_ns in served:
        changes.append((start_ns, 1))
        changes.append((end_ns, -1))
    running = most = 0
    for _, change in sorted(changes):
        running += change
        most = max(most, running)
    return most


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Give ``tasks`` tasks of ``task_s`` seconds to a pool of ``size`` workers.

    Returns:
        Among others ``tasks_done``, the number of those that returned in time.
    """
    patience = _children.Patience(_children.PATIENCE_S)
    served: List[Served] = []
    with _children.pool_of(params["size"]) as (pool, _):
        results = [pool.apply_async(serve, (params["task_s"],)) for _ in range(params["tasks"])]
        for result in results:
            try:
                served.append(result.get(patience.left_s()))
            except multiprocessing.TimeoutError:
                continue
    return {
        "size": params["size"],
        "tasks": params["tasks"],
        "tasks_done": len(served),
        "pids": sorted({pid for pid, _, _ in served}),
        "most_at_once": most_at_once(served),
    }


PROBE = _children.probe_of(
    "pool-tasks", "which processes run the tasks of a pool, and how many at once", trial
)
