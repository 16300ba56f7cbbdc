"""The probe ``jit``: how long a loop of pure Python takes with the JIT compiler on and off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

CONDITIONS = ({"pairs": 2},)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under its only condition on one target."""
    return model.Experiment(target.id, "jit", CONDITIONS, launch_s=0.5)


def speedup(seen: Seen) -> float:
    """Time with the JIT compiler off over that with it on, the median of the pairs of one launch.

    nan unless it was off and on.
    """
    from statistics import median

    ratios = []
    for off, on in zip(seen[0]["off"], seen[0]["on"], strict=True):
        if off["enabled"] is not False or on["enabled"] is not True:
            return math.nan
        ratios.append(off["fastest_ns"] / on["fastest_ns"])
    return float(median(ratios))


def cores_used(seen: Seen) -> float:
    """CPU seconds per wall-clock second of all processes of one launch.

    nan of runs that did not record it.
    """
    processes = [*seen[0]["off"], *seen[0]["on"]]
    if any("cpu_ns" not in process for process in processes):
        return math.nan
    cpu_ns = sum(process["cpu_ns"] for process in processes)
    return float(cpu_ns / sum(process["wall_ns"] for process in processes))
