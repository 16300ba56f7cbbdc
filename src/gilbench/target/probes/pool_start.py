"""Which processes a pool has before its first task, and which it has after its last."""

import multiprocessing
import os
from typing import Any, Dict, List

from gilbench.target.probes import _children


def serve(number: int) -> int:
    """A task that answers which process runs it."""
    return os.getpid()


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Make a pool of ``size`` workers, look at its processes, and give it ``tasks`` tasks.

    Returns:
        ``before``, how many of its processes ran before the first task; ``served``, how many tasks
        were done; ``newcomers``, how many pids served that were not among these processes.
    """
    patience = _children.Patience(_children.PATIENCE_S)
    served: List[int] = []
    with _children.pool_of(params["size"]) as (pool, workers):
        before = {worker.pid for worker in workers if worker.is_alive()}
        results = [pool.apply_async(serve, (number,)) for number in range(params["tasks"])]
        for result in results:
            try:
                served.append(result.get(patience.left_s()))
            except multiprocessing.TimeoutError:
                continue
    return {
        "size": params["size"],
        "before": len(before),
        "served": len(served),
        "newcomers": len(set(served) - before),
    }


PROBE = _children.probe_of(
    "pool-start", "the processes that a pool has before its first task and after its last", trial
)
