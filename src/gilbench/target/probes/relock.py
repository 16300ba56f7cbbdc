"""A lock that its holder acquires again: a Lock and an RLock.

It also shows after which release the RLock is free.
"""

import threading
import time
from typing import Any, Dict

from gilbench.target.probes import _children


def take(lock: Any, timeout_s: float) -> bool:
    """Acquire and release a lock; whether it could be acquired."""
    acquired = bool(lock.acquire(timeout=timeout_s))
    if acquired:
        lock.release()
    return acquired


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Acquire a Lock and an RLock twice, the second time with a timeout of ``timeout_s`` seconds.

    Returns:
        Among others ``rlock_free_after``: for each release in turn, whether another thread could
        then acquire the RLock; None if that thread never returned.
    """
    timeout_s = params["timeout_s"]
    lock = threading.Lock()
    with lock:
        called_ns = time.perf_counter_ns()
        lock_second = lock.acquire(timeout=timeout_s)
        waited_ns = time.perf_counter_ns() - called_ns

    rlock = threading.RLock()
    rlock.acquire()
    rlock_second = rlock.acquire(timeout=timeout_s)
    free_after = []
    for _ in range(1 + rlock_second):
        rlock.release()
        free_after.append(_children.within(_children.PATIENCE_S, take, rlock, timeout_s).value)
    return {
        "lock_second_acquire": lock_second,
        "lock_second_waited_ns": waited_ns,
        "rlock_second_acquire": rlock_second,
        "rlock_free_after": free_after,
    }


PROBE = _children.probe_of("relock", "a Lock and an RLock acquired twice by one thread", trial)
