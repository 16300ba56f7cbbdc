"""The probe ``turns``: when each of two workers ran in the same window of time.

Its three conditions are threads that hold the GIL, threads that release it, and processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

WorkerSlices = Sequence[Sequence[int]]  # in order; each from and to, in ns since the common start
Slices = Sequence[WorkerSlices]  # those of each worker

INTERVAL_S = 0.005
WINDOW_S = 0.06  # room for a dozen turns of the usual switch interval
CONDITIONS: tuple[dict[str, Any], ...] = tuple(
    {"work": work, "worker": worker, "workers": 2, "interval_s": INTERVAL_S, "window_s": WINDOW_S}
    for work, worker in (("bytecode", "thread"), ("hashlib", "thread"), ("bytecode", "process"))
)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "turns", CONDITIONS, launch_s=0.45)


def slices_of(seen: Seen, condition: int) -> Slices | None:
    """The slices of one condition in one launch; None unless both workers reported some."""
    slices: Slices | None = seen[condition].get("slices")
    return slices if slices and len(slices) == 2 and all(slices) else None


def overlap_ns(slices: WorkerSlices, others: WorkerSlices) -> int:
    """How long two workers ran at the same time."""
    total_ns = index = other_index = 0
    while index < len(slices) and other_index < len(others):
        start, end = slices[index]
        other_start, other_end = others[other_index]
        total_ns += max(0, min(end, other_end) - max(start, other_start))
        if end < other_end:
            index += 1
        else:
            other_index += 1
    return total_ns


def overlap_percent(slices: Slices) -> float:
    """The share of the window in which both workers ran."""
    return overlap_ns(*slices) / (WINDOW_S * 1e7)


def hand_overs(slices: Slices) -> int:
    """How often the slice that began next was another worker's."""
    begins = []
    for worker, own in enumerate(slices):
        begins += [(start, worker) for start, _ in own]
    begins.sort()
    return sum(before != after for (_, before), (_, after) in pairwise(begins))
