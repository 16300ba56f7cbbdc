"""The probe ``locking``: what an operation costs under a lock, by kind, module and workers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from gilbench.model import Experiment, Target
from gilbench.results.tables import Seen

LOCKS = ("none", "lock", "rlock")
OWNERS = ("threading", "multiprocessing")
WORKERS = (1, 2, 4)
DURATION_S = 0.02

# With the GIL the second thread begins when the first one's switch interval is over, a quarter of
# the duration later; threads that hardly met did not contend.
OVERLAP = 0.5


def _condition(owner: str, lock: str, workers: int) -> dict[str, Any]:
    return {"lock": lock, "of": owner, "workers": workers, "duration_s": DURATION_S}


CONDITIONS = tuple(
    _condition(owner, lock, workers) for owner in OWNERS for workers in WORKERS for lock in LOCKS
)


def experiment(target: Target) -> Experiment:
    """The probe under every condition on one target."""
    return Experiment(target.id, "locking", CONDITIONS, launch_s=0.7)


def operation_ns(seen: Seen, owner: str, lock: str, workers: int) -> float:
    """Wall time per operation of all workers together, in one launch.

    Args:
        seen: What the probe returned under each condition of a launch.
        owner: The module that workers and lock are of: "threading" or "multiprocessing".
        lock: The kind of lock; "none" for none.
        workers: How many workers compete.

    Returns:
        Nanoseconds from the first worker's start to the last one's end, by operation.
    """
    observed = seen[CONDITIONS.index(_condition(owner, lock, workers))]
    operations = max(1, sum(observed["operations"]))
    if "began_ns" not in observed:  # runs of before say only how long each worker took
        return float(max(observed["elapsed_ns"]) / operations)
    began_ns = observed["began_ns"]
    ended_ns = [began + took for began, took in zip(began_ns, observed["elapsed_ns"], strict=True)]
    return float((max(ended_ns) - min(began_ns)) / operations)


def overlapped(seen: Seen, owner: str, lock: str, workers: int) -> bool:
    """Whether each worker began before half of the time of the one before it was over.

    True of runs of before, which recorded no starts.
    """
    observed = seen[CONDITIONS.index(_condition(owner, lock, workers))]
    spans = sorted(zip(observed.get("began_ns", ()), observed["elapsed_ns"], strict=False))
    for (began, elapsed), (next_began, _) in pairwise(spans):
        if next_began - began > (1 - OVERLAP) * elapsed:
            return False
    return True


def cost_ratio(seen: Seen, owner: str, lock: str, workers: int) -> float:
    """Wall time per operation under a lock over the same without one, in one launch."""
    return operation_ns(seen, owner, lock, workers) / operation_ns(seen, owner, "none", workers)
