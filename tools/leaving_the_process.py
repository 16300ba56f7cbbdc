"""From which task size does leaving the process pay, and leaving the host? Pools that are already running.

``python tools/leaving_the_process.py [--scheduler tcp://HOST:8786]`` times rounds of tasks of pure Python in pairs with
serial code, on a process pool, on Dask's workers of this host, and on those of a scheduler.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from typing import Any

import distributed

from gilbench.analysis.location import locate
from gilbench.target.registry import load
from gilbench.target.strategies._crew import attempt_task

WORKERS, TASKS, PAIRS, LAUNCHES = 2, 16, 4, 5
TASK_S = (0.0001, 0.0003, 0.001, 0.003, 0.01)
WORKLOAD = "fnv1a"
Round = Callable[[dict[str, Any]], None]


def serial(params: dict[str, Any]) -> None:
    """All tasks in this thread."""
    for index in range(TASKS):
        attempt_task(WORKLOAD, params, index)


def on_executor(executor: ProcessPoolExecutor) -> Round:
    """All tasks on an executor, one submitted at a time."""

    def run(params: dict[str, Any]) -> None:
        for future in [
            executor.submit(attempt_task, WORKLOAD, params, index) for index in range(TASKS)
        ]:
            future.result()

    return run


def on_dask(client: distributed.Client) -> Round:
    """All tasks on workers of Dask, one submitted at a time."""

    def run(params: dict[str, Any]) -> None:
        client.gather(
            [
                client.submit(attempt_task, WORKLOAD, params, index, pure=False)
                for index in range(TASKS)
            ]
        )

    return run


def timed_s(run: Round, params: dict[str, Any]) -> float:
    """Seconds that a round takes."""
    began_s = time.perf_counter()
    run(params)
    return time.perf_counter() - began_s


def opened(stack: ExitStack, scheduler: str | None) -> dict[str, Round]:
    """Every way, with its workers running and warm."""
    local = {"n_workers": WORKERS, "threads_per_worker": 1, "processes": True, "silence_logs": 50}
    cluster = distributed.LocalCluster(
        **local, dashboard_address="127.0.0.1:0", worker_dashboard_address=None
    )
    stack.callback(cluster.close)
    ways = {
        "process-pool": on_executor(stack.enter_context(ProcessPoolExecutor(WORKERS))),
        "dask, this host": on_dask(
            stack.enter_context(distributed.Client(cluster, set_as_default=False))
        ),
    }
    if scheduler:
        ways["dask, other hosts"] = on_dask(
            stack.enter_context(distributed.Client(scheduler, set_as_default=False))
        )
    return ways


def main() -> None:
    """Print speedup over serial code by way and task size, with 95 % intervals over launches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scheduler")
    scheduler = parser.parse_args().scheduler
    workload = load("workload", WORKLOAD)
    probe = dict(workload.defaults)
    params_of = {}
    unit_s = min(timed_s(serial, probe) for _ in range(5)) / TASKS / probe["size"]
    for task_s in TASK_S:
        params_of[task_s] = probe | {"size": max(1, round(task_s / unit_s))}
    logs: dict[tuple[str, float], list[float]] = {}
    for _ in range(LAUNCHES):
        with ExitStack() as stack:
            ways = opened(stack, scheduler)
            for run in ways.values():
                run(params_of[TASK_S[0]])
            for task_s, params in params_of.items():
                for name, run in ways.items():
                    ratios = []
                    for _ in range(PAIRS):
                        pair = [(0, serial), (1, run)]
                        random.shuffle(pair)
                        spent = {place: timed_s(one, params) for place, one in pair}
                        ratios.append(math.log(spent[0] / spent[1]))
                    logs.setdefault((name, task_s), []).append(sum(ratios) / PAIRS)
    names = list(dict.fromkeys(name for name, _ in logs))
    print("| task | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for task_s in TASK_S:
        cells = []
        for name in names:
            location = locate(logs[name, task_s])
            assert location is not None
            lo, hi = location.interval(0.95)
            cells.append(
                f"{math.exp(location.center):.2f}× [{math.exp(lo):.2f}, {math.exp(hi):.2f}]"
            )
        print(f"| {task_s * 1e3:g} ms | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
