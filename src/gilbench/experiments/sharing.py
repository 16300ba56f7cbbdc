"""The probe ``sharing``: how fast two threads read an object, by how its references are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

OWN = "own"
KINDS = (OWN, "shared", "immortal", "deferred")
WORKERS, DURATION_S = 2, 0.02


def _condition(kind: str) -> dict[str, Any]:
    return {"kind": kind, "workers": WORKERS, "duration_s": DURATION_S}


CONDITIONS = tuple(map(_condition, KINDS))


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "sharing", CONDITIONS, launch_s=0.15)


def read_ns(seen: Seen, kind: str) -> float:
    """CPU time per read of both threads in one launch, in nanoseconds.

    CPU time, because two threads with one GIL share the time between them unequally.
    """
    observed = seen[KINDS.index(kind)]
    return float(observed["cpu_ns"] / sum(observed["reads"]))


def cost_ratio(seen: Seen, kind: str) -> float:
    """CPU time per read of a kind of object over that of one that each thread has for itself."""
    return read_ns(seen, kind) / read_ns(seen, OWN)


def cores_used(seen: Seen) -> float:
    """CPU seconds per wall-clock second, under the condition where they were fewest."""
    return min(float(observed["cpu_ns"] / observed["wall_ns"]) for observed in seen)
