"""Tries whether a function of the user still works in a process that was forked after a call of it.

A fork has one thread of its parent's and all of its locks: where a library has threads, one of its
locks may be held for ever in the child.
"""

import multiprocessing
import os
import time
from typing import Any, Dict

from gilbench.target import registry

GRACE_S = 4.0  # for the child, besides what calls take
TRIES = 3  # forks that return; the first that hangs is enough
PAUSE_S = 0.02  # before each, in which threads of the libraries continue
CALLS = 5  # as long as so many calls took here


def check_fork(name: str) -> Dict[str, Any]:
    """Call a workload of the user here, and then in a fork of this process.

    Returns:
        ``hangs``, whether the call in the fork did not return, and ``threads``, how many threads
        the libraries of this process had at the fork; None where the system does not say.
    """
    entry = registry.load("workload", name)
    params = dict(entry.defaults)
    if entry.size_step:
        params["size"] = entry.size_step
    if entry.prepare is not None:
        entry.prepare(params)
    begin_s = time.monotonic()
    entry.task(0, params)
    limit_s = GRACE_S + CALLS * (time.monotonic() - begin_s)
    threads = _count_threads()
    hangs = False
    for _ in range(TRIES):
        hangs = hangs or _hangs(entry.task, params, limit_s)
    return {"hangs": hangs, "threads": threads}


def _hangs(task: Any, params: Dict[str, Any], limit_s: float) -> bool:
    """Whether a call in a fork of this process does not return in time; the fork is ended."""
    time.sleep(PAUSE_S)
    child: Any = multiprocessing.get_context("fork").Process(target=task, args=(0, params))
    child.start()
    child.join(limit_s)
    hangs = bool(child.is_alive())
    if hangs:
        child.kill()
    child.join()
    return hangs


def _count_threads() -> Any:
    """The threads of this process besides the one that runs."""
    try:
        return len(os.listdir("/proc/self/task")) - 1  # noqa: PTH208 - pathlib is too much to load
    except OSError:
        return None
