"""Finds the task size at which one serial task of a CPU workload lasts about a set time on this interpreter."""

import time
from typing import Any, Dict

from gilbench.target import registry

TRIALS, MOST_TRIALS = 5, 1000
# A core that slows down does so for some 20 to 30 ms; a size found in these alone would be too small.
OUTLASTS_NS = 60000000


def calibrate(name: str, aim_ns: int) -> Dict[str, Any]:
    """Size, in the workload's own unit, of a task that takes about ``aim_ns``; the best of many trials, for noise only
    ever adds time."""
    workload = registry.load("workload", name)
    size = workload.size_step
    while True:
        best_ns = min(_time_task(workload, size) for _ in range(TRIALS))
        if best_ns >= aim_ns // 8:
            break
        size *= 4
    spent_ns, trials = TRIALS * best_ns, TRIALS
    while spent_ns < OUTLASTS_NS and trials < MOST_TRIALS:
        task_ns = _time_task(workload, size)
        best_ns, spent_ns, trials = min(best_ns, task_ns), spent_ns + task_ns, trials + 1
    steps = max(1, round(size * aim_ns / best_ns / workload.size_step))
    return {"size": steps * workload.size_step}


def _time_task(workload: registry.Workload, size: int) -> int:
    params = dict(workload.defaults, size=size)
    if workload.prepare is not None:
        workload.prepare(params)
    start_ns = time.perf_counter_ns()
    workload.task(0, params)
    return max(1, time.perf_counter_ns() - start_ns)
