"""A pool used in the wrong order: joined before it is closed, given a task afterwards."""

import os
from typing import Any, Dict

from gilbench.target.probes import _children


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """The names of the exceptions that were raised."""
    with _children.pool_of(1) as (pool, _):
        join_before_close = _children.within(_children.PATIENCE_S, pool.join).raised
        pool.close()
        submit_after_close = _children.within(_children.PATIENCE_S, pool.apply_async, os.getpid).raised
    return {"join_before_close": join_before_close, "submit_after_close": submit_after_close}


PROBE = _children.probe_of("pool-order", "what join() before close() raises, and a task after close()", trial)
