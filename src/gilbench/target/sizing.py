"""Finds the size at which a serial task of a CPU-bound workload lasts about a given time here."""

import time
from typing import Any, Dict

from gilbench.target import registry

TRIALS, MOST_TRIALS = 5, 1000
# A core that slows down does so for 20 to 30 ms; a size found in these alone would be too small.
LEAST_TRIED_NS = 60_000_000


def size_tasks(name: str, aim_ns: int) -> Dict[str, Any]:
    """Find the size of a workload's tasks.

    The fastest of many trials counts, since noise only ever adds time.

    Args:
        name: A workload that has a ``size_step``.
        aim_ns: How long a task should take serially, in nanoseconds.

    Returns:
        ``size``, in the workload's unit: a multiple of its step.
    """
    workload = registry.load("workload", name)
    size = workload.size_step
    while True:
        best_ns = min(_time_task(workload, size) for _ in range(TRIALS))
        if best_ns >= aim_ns // 8:
            break
        size *= 4
    tried_ns = TRIALS * best_ns
    trials = TRIALS
    while tried_ns < LEAST_TRIED_NS and trials < MOST_TRIALS:
        task_ns = _time_task(workload, size)
        best_ns = min(best_ns, task_ns)
        tried_ns += task_ns
        trials += 1
    steps = max(1, round(size * aim_ns / best_ns / workload.size_step))
    return {"size": steps * workload.size_step}


def _time_task(workload: registry.Workload, size: int) -> int:
    params = dict(workload.defaults, size=size)
    if workload.prepare is not None:
        workload.prepare(params)
    start_ns = time.perf_counter_ns()
    workload.task(0, params)
    return max(1, time.perf_counter_ns() - start_ns)
