"""A pool used in the wrong order: joined before it is closed, given a task afterwards."""

import os
import time
from typing import Any, Dict

from gilbench.target.probes import _children


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Use a pool in this order, with a task of ``task_s`` seconds, and terminate another.

    Returns:
        The names of the exceptions that were raised, and whether the task was done after join().
    """
    with _children.pool_of(1) as (pool, _):
        join_before_close = _children.within(_children.PATIENCE_S, pool.join).raised
        task = pool.apply_async(time.sleep, (params["task_s"],))
        pool.close()
        submit_after_close = _children.within(
            _children.PATIENCE_S, pool.apply_async, os.getpid
        ).raised
        _children.within(_children.PATIENCE_S, pool.join)
        ready_after_join = task.ready()
    with _children.pool_of(1) as (pool, _):
        _children.within(_children.PATIENCE_S, pool.terminate)
        join_after_terminate = _children.within(_children.PATIENCE_S, pool.join).raised
    return {
        "join_before_close": join_before_close,
        "submit_after_close": submit_after_close,
        "ready_after_join": ready_after_join,
        "join_after_terminate": join_after_terminate,
    }


PROBE = _children.probe_of(
    "pool-order", "what join() before close() raises, and a task after close()", trial
)
