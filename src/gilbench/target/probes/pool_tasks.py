"""More tasks than a pool has workers: which processes served them, and how many were served at once."""

import multiprocessing
import os
import time
from typing import Any, Dict, List, Tuple

from gilbench.target.probes import _children

Served = Tuple[int, int, int]  # pid, start, end


def serve(task_s: float) -> Served:
    start_ns = time.perf_counter_ns()
    time.sleep(task_s)
    return os.getpid(), start_ns, time.perf_counter_ns()


def most_at_once(served: List[Served]) -> int:
    """The greatest number of tasks under way at one instant; one that ends as another starts makes room for it."""
    steps = sorted(step for _, start, end in served for step in ((start, 1), (end, -1)))
    now = most = 0
    for _, change in steps:
        now += change
        most = max(most, now)
    return most


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """``tasks`` tasks of ``task_s`` for a pool of ``size``; ``tasks_done`` counts those that came back in time."""
    patience = _children.Patience(_children.PATIENCE_S)
    served: List[Served] = []
    with _children.pool_of(params["size"]) as (pool, _):
        for result in [pool.apply_async(serve, (params["task_s"],)) for _ in range(params["tasks"])]:
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


PROBE = _children.probe_of("pool-tasks", "who serves the tasks of a pool, and how many at once", trial)
