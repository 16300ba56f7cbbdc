"""What it costs to start an executor of two workers, and to give it a task, by size of argument."""

import sys
import time
from statistics import median
from typing import Any, Callable, Dict, List, Optional

from gilbench.target.probes import _children
from gilbench.target.registry import Probe

WORKERS = 2


def executor_type(kind: str) -> Any:
    """A class of executor; the module that has it is imported."""
    import concurrent.futures

    name = {"thread": "Thread", "interpreter": "Interpreter", "process": "Process"}[kind]
    return getattr(concurrent.futures, name + "PoolExecutor")


def missing() -> Optional[str]:
    # The module is not asked: a launch that never uses it should not import it.
    if sys.version_info >= (3, 14):
        return None
    return "there is no InterpreterPoolExecutor before Python 3.14"


def make_payload(items: int) -> Any:
    """What a task is given: so many numbers, too large to be kept ready by the interpreter."""
    return [1_000_000 + number for number in range(items)]


def time_ns(call: Callable[[], Any]) -> int:
    """Nanoseconds that a call takes."""
    start_ns = time.perf_counter_ns()
    call()
    return time.perf_counter_ns() - start_ns


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Start an executor of a ``kind`` and give it ``tasks`` tasks with lists of each of ``items``.

    Returns:
        ``start_ns`` from making the executor, its module imported, to the result of the first
        task; and ``task_ns``, for each number of items the median time from submit() to result().
    """
    make = executor_type(params["kind"])
    payloads = [make_payload(items) for items in params["items"]]
    task_ns: List[float] = []
    start_ns = time.perf_counter_ns()
    with _children.own_fork_server(), make(WORKERS) as executor:
        executor.submit(len, []).result(_children.PATIENCE_S)
        started_ns = time.perf_counter_ns() - start_ns
        for payload in payloads:

            def hand_over(payload: Any = payload) -> None:
                executor.submit(len, payload).result(_children.PATIENCE_S)

            hand_over()
            task_ns.append(median(time_ns(hand_over) for _ in range(params["tasks"])))
    return {"start_ns": started_ns, "task_ns": task_ns}


PROBE = Probe(
    name="feeding",
    summary="what it costs to start an executor, and to give it a task, by size of argument",
    run=run,
    limit_s=60,
    missing=missing,
)
