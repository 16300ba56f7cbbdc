"""The probe ``progress``: how far each of two CPU-bound threads gets in the same time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

# A hundred intervals: of two threads that take turns one may have an interval more, which is 2 %.
INTERVAL_S, DURATION_S = 0.005, 0.5
CONDITIONS = ({"workers": 2, "interval_s": INTERVAL_S, "duration_s": DURATION_S},)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under its one condition on one target."""
    return model.Experiment(target.id, "progress", CONDITIONS, launch_s=0.55)


def slower_over_faster(seen: Seen) -> float:
    """Loops of the slower thread over loops of the faster one; 0 if one never ran."""
    loops = [count or 0 for count in seen[0]["loops"]]
    return min(loops) / max(1, *loops)


def cores_used(seen: Seen) -> float:
    """CPU seconds per wall-clock second of both threads; nan of runs that did not record it."""
    observed = seen[0]
    if "cpu_ns" not in observed:
        return math.nan
    return float(observed["cpu_ns"] / observed["wall_ns"])
