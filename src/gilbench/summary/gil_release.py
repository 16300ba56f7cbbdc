"""Whether a workload releases the GIL for most of its time, by what its threads gained."""

from __future__ import annotations

from dataclasses import dataclass

from gilbench.claims import margins
from gilbench.claims.quantities import Quantity, cores_used, over_ceiling, speedup
from gilbench.model import Comparison, Outcome, Target, UserFunction
from gilbench.plan.comparisons import compare
from gilbench.results.tables import Tables
from gilbench.summary import evidence
from gilbench.summary.formatting import percent
from gilbench.summary.recommendation import is_io_bound

RULE = (
    "A CPU-bound function releases the GIL where as many threads as cores reach more than "
    f"{percent(margins.SHARE_OF_CEILING)} of what spinning processes reached in the same launches, "
    f"and holds it where they gain less than {percent(margins.GAIN - 1)} and use less than "
    f"{margins.ONE_CORE_ONLY:g} cores. An I/O-bound one releases it where each of its threads "
    f"counts for more than {percent(margins.SHARE_OF_CEILING)}. The intervals hold together at "
    f"{percent(evidence.CONFIDENCE)}. Where threads gain nothing and a ticking thread found the "
    "GIL free for most of the time, something else holds them up, and it is not decided."
)
MOSTLY = 0.5  # of its time, or of that in which it computes
TESTS = 2  # bounds that are tested together: their error is shared


@dataclass(frozen=True)
class GilRelease:
    """The answer for one workload on one target.

    Attributes:
        outcome: PROVED where it releases the GIL, REFUTED where it does so in part or not at all,
            INCONCLUSIVE, or NOT APPLICABLE without a GIL or on one core.
        reason: What decided it, or what would decide it; a clause without a full stop.
        evidence: The quantities that ``reason`` quotes.
    """

    statement: str
    outcome: Outcome
    reason: str
    evidence: tuple[Quantity, ...] = ()


def gil_release(tables: Tables, target: Target, workload: str) -> GilRelease:
    """Answer for one workload on one target, by comparing its threads with serial code."""
    waits = is_io_bound(target, workload)
    statement = f"{workload} releases the GIL while it {'waits' if waits else 'computes'}"
    cores = tables.run.host.usable_cores
    if not target.gil_enabled:
        reason = "this target has no GIL; where its threads do not scale, the cause is another one"
        return GilRelease(statement, Outcome.NOT_APPLICABLE, reason)
    if cores < 2 and not waits:
        reason = "one usable core: threads cannot run at the same time; measure on two or more"
        return GilRelease(statement, Outcome.NOT_APPLICABLE, reason)
    threads = compare(target, workload, "thread", max(2, cores))
    if speedup(threads).locate(tables) is None:
        remedy = evidence.remedy_for(tables, [threads])
        reason = f"{threads.label} was not measured in two launches or more; {remedy}"
        return GilRelease(statement, Outcome.INCONCLUSIVE, reason)
    outcome, reason = (_io_bound if waits else _cpu_bound)(tables, threads)
    own = target.workload(workload).own
    if outcome == Outcome.PROVED and not waits and own is not None and _computes_with_gil(own):
        reason = (
            f"{reason.partition(': ')[0]}: its waits overlap, but it computes for "
            f"{percent(own.cpu_share)} of its time and holds the GIL for "
            f"{percent(own.holds_gil or 0.0)}"
        )
        outcome = Outcome.REFUTED
    elif outcome == Outcome.REFUTED and (cause := _other_lock(tables, target, threads)):
        outcome, reason = Outcome.INCONCLUSIVE, f"{reason.partition(': ')[0]}, but {cause}"
    return GilRelease(statement, outcome, reason, (speedup(threads), cores_used(threads)))


def _io_bound(tables: Tables, threads: Comparison) -> tuple[Outcome, str]:
    gain, full = speedup(threads), margins.SHARE_OF_CEILING * threads.case.workers
    seen = f"{threads.case.workers} threads ran it {gain.estimate(tables)} as fast as serial code"
    if _above(gain, full, tables):
        return Outcome.PROVED, f"{seen}: their waits overlap"
    if _below(gain, margins.GAIN, tables):
        return Outcome.REFUTED, f"{seen}: they wait one after the other"
    if _above(gain, margins.GAIN, tables) and _below(gain, full, tables):
        return Outcome.REFUTED, f"{seen}: their waits overlap in part"
    return Outcome.INCONCLUSIVE, f"{seen}; {evidence.MORE_LAUNCHES}"


def _computes_with_gil(own: UserFunction) -> bool:
    """Whether a function holds the GIL for most of the time in which it computes."""
    return own.holds_gil is not None and own.holds_gil > MOSTLY * own.cpu_share > 0


def _other_lock(tables: Tables, target: Target, threads: Comparison) -> str:
    """That threads gain nothing for another reason than the GIL; "" where it may be the GIL.

    Threads that hold the GIL for less than half of their time overlap for the rest of it.
    """
    own = target.workload(threads.case.workload).own
    if own is None or own.holds_gil is None or own.holds_gil >= MOSTLY:
        return ""
    if not _below(speedup(threads), margins.GAIN, tables):
        return ""
    return (
        f"a call holds the GIL for {percent(own.holds_gil)} of its time: a lock inside, or memory, "
        "holds the threads up; `gilbench advise` measures which"
    )


def _cpu_bound(tables: Tables, threads: Comparison) -> tuple[Outcome, str]:
    if (cause := evidence.disturbance(tables, threads)) is not None:
        return Outcome.INCONCLUSIVE, cause
    gain, used, share = speedup(threads), cores_used(threads), over_ceiling(threads)
    seen = (
        f"{threads.case.workers} threads ran it {gain.estimate(tables)} as fast as serial code, "
        f"on {used.estimate(tables)}"
    )
    gains_nothing = _below(gain, margins.GAIN, tables)
    if _above(share, margins.SHARE_OF_CEILING, tables):
        return Outcome.PROVED, f"{seen}: they compute at the same time"
    if gains_nothing and _below(used, margins.ONE_CORE_ONLY, tables):
        return Outcome.REFUTED, f"{seen}: they take turns, on one core"
    below_ceiling = _below(share, margins.SHARE_OF_CEILING, tables)
    if _above(gain, margins.GAIN, tables) and below_ceiling:
        return Outcome.REFUTED, f"{seen}: it releases the GIL for a part of its time only"
    if gains_nothing and _above(used, margins.ONE_CORE_ONLY, tables):
        return Outcome.REFUTED, f"{seen}: threads keep more than one core busy and gain nothing"
    return Outcome.INCONCLUSIVE, f"{seen}; {evidence.MORE_LAUNCHES}"


def _above(quantity: Quantity, bound: float, tables: Tables) -> bool:
    location = quantity.locate(tables)
    level = _level(quantity, tables)
    return location is not None and location.p_above(quantity.scaled(bound)) <= level


def _below(quantity: Quantity, bound: float, tables: Tables) -> bool:
    location = quantity.locate(tables)
    level = _level(quantity, tables)
    return location is not None and location.p_below(quantity.scaled(bound)) <= level


def _level(quantity: Quantity, tables: Tables) -> float:
    analyses = max(tables.analyses_of(item.id) for item in quantity.items)
    return evidence.level_of(analyses) / TESTS
