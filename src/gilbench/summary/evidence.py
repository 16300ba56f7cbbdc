"""What every answer about one workload rests on: its speedup, what disturbed it, and how to get what is missing.

Policy: CPU-bound work is judged in the launches in which the host's cores were free, by the ceiling
control that ran in them; the others tell nothing of what the work would gain from the cores.
"""

from __future__ import annotations

from collections.abc import Sequence

from gilbench.claims import margins
from gilbench.claims.quantities import Quantity, reference_cores_used, speedup
from gilbench.model import UNFINISHED, Comparison
from gilbench.results.tables import Tables

CONFIDENCE = 0.95  # of all intervals of one answer together
MORE_LAUNCHES = "more launches would decide (--profile full)"


def speedup_of(comparison: Comparison) -> Quantity:
    """The speedup of a comparison; of CPU-bound work in the launches with free cores."""
    if comparison.ceiling:
        return margins.when_cores_free(comparison).speedup
    return speedup(comparison)


def disturbance(tables: Tables, comparison: Comparison) -> str | None:
    """Why a missing speedup may have another cause than the GIL.

    Returns:
        The cause with its remedy, or None where nothing disturbed the comparison.
    """
    if not comparison.ceiling:
        return None
    if speedup_of(comparison).locate(tables) is None:
        launches_with_cores = margins.cores_were_free(comparison).test.in_words(tables)
        return f"{launches_with_cores}; {margins.BUSY_HOST}"
    serial_cores = reference_cores_used(comparison)
    estimate = serial_cores.estimate(tables)
    if estimate is not None and estimate.lo > margins.ONE_CORE_ONLY:
        return (
            f"serial calls already kept {estimate} busy, by threads that a library starts; limit "
            "those to one (OMP_NUM_THREADS=1 for many libraries) and measure again"
        )
    if estimate is None or estimate.center <= margins.UNDISTURBED:
        seen = estimate or "not measured"
        needed = f"needs > {margins.UNDISTURBED}"
        return f"{serial_cores.name} {seen} ({needed}); {margins.BUSY_HOST}"
    return None


def remedy_for(tables: Tables, comparisons: Sequence[Comparison]) -> str:
    """What to do about comparisons that were not measured: let the run finish, or ask for them."""
    planned_ids = {planned.item.id for planned in tables.run.plan}
    all_planned = all(comparison.id in planned_ids for comparison in comparisons)
    if comparisons and all_planned:
        return UNFINISHED
    return "leave out --strategy and --workers"
