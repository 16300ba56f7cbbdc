"""How many workers a pool has that is made without a size.

It is made with all cores of this process, and with one.
"""

import os
from typing import Any, Dict, Optional

from gilbench.target.probes import _children


def usable() -> Optional[int]:
    """The number of cores that this thread may run on; None where the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def process_cpu_count() -> Optional[int]:
    count = getattr(os, "process_cpu_count", None)
    return None if count is None else int(count())


def default_size() -> int:
    with _children.pool_of(None) as (_, workers):
        return len(workers)


def narrowed() -> Dict[str, Any]:
    """The same numbers while the affinity is restricted to one core.

    None where that cannot be done.
    """
    if not hasattr(os, "sched_setaffinity"):
        return {"narrowed_size": None, "narrowed_usable": None, "narrowed_process_cpu_count": None}
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        return {
            "narrowed_usable": usable(),
            "narrowed_process_cpu_count": process_cpu_count(),
            "narrowed_size": default_size(),
        }
    finally:
        os.sched_setaffinity(0, cores)


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Count the workers of both pools.

    The pool of all cores comes first: a fork server that it starts stays, and its affinity with it.
    """
    return {
        "cpu_count": os.cpu_count(),
        "usable": usable(),
        "process_cpu_count": process_cpu_count(),
        "pool_size": default_size(),
        **narrowed(),
    }


PROBE = _children.probe_of("pool-size", "workers of a pool made without a size", trial)
