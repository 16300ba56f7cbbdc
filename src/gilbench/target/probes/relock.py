"""A lock that its own holder acquires again: a Lock and an RLock, and after which release the RLock is free."""

import threading
import time
from typing import Any, Dict

from gilbench.target.probes import _children


def take(lock: Any, timeout_s: float) -> bool:
    """Acquire and release; whether it could be had."""
    had = bool(lock.acquire(timeout=timeout_s))
    if had:
        lock.release()
    return had


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """``timeout_s`` is given to every second acquire. ``rlock_free_after`` says, for each release in turn, whether
    another thread could then have the RLock: as many as it was acquired; None if that thread never came back."""
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
