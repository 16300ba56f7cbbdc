"""The probe ``locking``: what an operation costs under a lock, by kind, module and workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

LOCKS = ("none", "lock", "rlock")
OWNERS = ("threading", "multiprocessing")
WORKERS = (1, 2, 4)
DURATION_S = 0.02

# With the GIL the second thread begins when the first one's switch interval is over, and it takes
# them some 20 ms more until they get in each other's way as much as they ever will.
CONTENDED_S = 0.1

# Threads that hardly met did not contend.
OVERLAP = 0.5


def _condition(owner: str, lock: str, workers: int) -> dict[str, Any]:
    contended = owner == "threading" and lock != "none" and workers > 1
    duration_s = CONTENDED_S if contended else DURATION_S
    return {"lock": lock, "of": owner, "workers": workers, "duration_s": duration_s}


CONDITIONS = tuple(
    _condition(owner, lock, workers) for owner in OWNERS for workers in WORKERS for lock in LOCKS
)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "locking", CONDITIONS, launch_s=1.0)


def operation_ns(seen: Seen, owner: str, lock: str, workers: int) -> float:
    """Wall time per operation of all workers together, in one launch.

    Args:
        seen: What the probe returned under each condition of a launch.
        owner: The module that workers and lock are of: "threading" or "multiprocessing".
        lock: The kind of lock; "none" for none.
        workers: How many workers compete.

    Returns:
        Nanoseconds from the common start to the last worker's end, by operation.
    """
    observed = seen[CONDITIONS.index(_condition(owner, lock, workers))]
    return float(max(observed["elapsed_ns"]) / max(1, sum(observed["operations"])))


def gain_of_processes(seen: Seen) -> float:
    """Loops of two processes together over those of one, in the same time and without a lock."""
    one, two = (operation_ns(seen, "multiprocessing", "none", workers) for workers in (1, 2))
    return one / two


def overlapped(seen: Seen, owner: str, lock: str, workers: int) -> bool:
    """Whether every worker was at it for OVERLAP of the time or more.

    False of runs that did not record when their workers began: they had 20 ms each.
    """
    observed = seen[CONDITIONS.index(_condition(owner, lock, workers))]
    if "late_ns" not in observed:
        return False
    most_ns = (1 - OVERLAP) * max(observed["elapsed_ns"])
    return all(late_ns <= most_ns for late_ns in observed["late_ns"])


def cost_ratio(seen: Seen, owner: str, lock: str, workers: int) -> float:
    """Wall time per operation under a lock over the same without one, in one launch."""
    return operation_ns(seen, owner, lock, workers) / operation_ns(seen, owner, "none", workers)
