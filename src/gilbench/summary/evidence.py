"""What every answer about one workload rests on: its speedup and what disturbed it.

It also says how to get what is missing.

Policy: CPU-bound work is judged only where the host had cores to gain from, by the ceiling control
of its launches.
"""

from __future__ import annotations

from collections.abc import Sequence

from gilbench.analysis.family import nominal_confidence
from gilbench.claims import margins
from gilbench.claims.quantities import reference_cores_used
from gilbench.model import UNFINISHED, Comparison, Target
from gilbench.results.tables import Tables
from gilbench.summary import formatting

CONFIDENCE = 0.95  # of all intervals of one answer together
# A simpler strategy may be this much slower than the fastest: less than what counts as a gain.
AS_GOOD = 1.1
WORTH_TELLING = 0.1  # of a call, that pickling takes
MORE_LAUNCHES = "more launches would decide (--profile full)"


def level_of(analyses: int) -> float:
    """The one-sided level of the tests of one answer together.

    Args:
        analyses: At how many analyses the measuring might have stopped.
    """
    return (1 - nominal_confidence(CONFIDENCE, analyses)) / 2


def disturbance(tables: Tables, comparison: Comparison) -> str | None:
    """Why a missing speedup may have another cause than the GIL.

    Returns:
        The cause with its remedy, or None where nothing disturbed the comparison.
    """
    if not comparison.ceiling:
        return None
    had_cores = margins.had_cores(comparison, margins.CEILING_TO_SCALE)
    ceiling = had_cores.test.quantity.estimate(tables)
    if ceiling is None or ceiling.center <= had_cores.test.bound:
        return f"{had_cores.test.in_words(tables)}; {margins.BUSY_HOST}"
    serial_cores = reference_cores_used(comparison)
    estimate = serial_cores.estimate(tables)
    if estimate is not None and estimate.lo > margins.ONE_CORE_ONLY:
        return (
            f"serial calls already kept {estimate} busy, by threads that a library starts; limit "
            "those to one (OMP_NUM_THREADS=1 for many libraries) and measure again"
        )
    undisturbed = _undisturbed_cores(tables, comparison)
    if estimate is None or estimate.center <= undisturbed:
        seen = estimate or "not measured"
        needed = f"needs > {undisturbed:.2g}"
        return f"{serial_cores.name} {seen} ({needed}); {margins.BUSY_HOST}"
    return None


def _undisturbed_cores(tables: Tables, comparison: Comparison) -> float:
    """Cores that undisturbed serial calls keep busy: fewer of a user's function that also waits."""
    case = comparison.case
    for target in tables.run.targets:
        own = target.workload(case.workload).own if target.id == case.target else None
        if own is not None:
            return margins.UNDISTURBED * min(1.0, own.cpu_share)
    return margins.UNDISTURBED


def planned_in_parallel(tables: Tables, target: Target, workload: str) -> list[Comparison]:
    """The comparisons of a workload under several workers."""
    comparisons = [each.item for each in tables.run.plan if isinstance(each.item, Comparison)]
    planned_here = []
    for item in comparisons:
        is_of_workload = (item.case.target, item.case.workload) == (target.id, workload)
        if is_of_workload and item.case.workers > 1:
            planned_here.append(item)
    return planned_here


def remedy_for(tables: Tables, comparisons: Sequence[Comparison]) -> str:
    """What to do about comparisons that were not measured: let the run finish, or ask for them.

    Where they failed, it is the cause.
    """
    if failures := failures_in_words(tables, comparisons):
        return failures
    planned_ids = {planned.item.id for planned in tables.run.plan}
    all_planned = all(comparison.id in planned_ids for comparison in comparisons)
    if comparisons and all_planned:
        return UNFINISHED
    return "leave out --strategy and --workers"


def failures_in_words(tables: Tables, comparisons: Sequence[Comparison]) -> str:
    """Which strategies failed among comparisons, and why; "" where none did."""
    failed: dict[str, list[str]] = {}  # cause -> strategies
    for comparison in comparisons:
        for failure in tables.failures:
            strategies = failed.setdefault(failure.message, [])
            if failure.item == comparison.id and comparison.case.strategy not in strategies:
                strategies.append(comparison.case.strategy)
    words = []
    for cause, strategies in failed.items():
        if strategies:
            words.append(f"{formatting.listed(strategies)} failed: {cause}")
    return "; ".join(words)
