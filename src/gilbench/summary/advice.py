"""Answers about one workload, a user's own above all: does it let go of the GIL, and how should it be run.

Advice is shaped like a verdict and rests on the same quantities and bounds, but is no claim of the ledger: its error is
its own, CONFIDENCE over all cases of the workload. The rule is told in words with every answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gilbench.analysis.location import Location
from gilbench.claims import margins
from gilbench.claims.quantities import Quantity, cores_used, reference_cores_used, speedup
from gilbench.model import UNFINISHED, Comparison, Estimate, Evidence, Outcome, Target, Verdict
from gilbench.plan.comparisons import compare
from gilbench.results.tables import Tables

CONFIDENCE = 0.95  # of every interval of one answer at once
AS_GOOD = 1.1  # a simpler way may be this much slower than the fastest: less than what counts as a gain
MORE = "more launches would decide (--profile full)"

# The simplest first: threads share everything, interpreters and processes must be handed what they work on.
SIMPLICITY = {"threads": 0, "caller": 1, "interpreters": 2, "processes": 3}

GIL_RULE = (
    f"A computing function lets go of the GIL where as many threads as cores reach more than "
    f"{margins.SHARE_OF_CEILING:.0%} of what spinning processes reached beside them, and holds it where they gain less "
    f"than {margins.GAIN - 1:.0%} and use less than {margins.ONE_CORE_ONLY:g} cores. A waiting one lets go of it where "
    f"each of its threads counts for more than {margins.SHARE_OF_CEILING:.0%}. The intervals hold together at "
    f"{CONFIDENCE:.0%}."
)
STRATEGY_RULE = (
    f"A way of running pays where it is certainly more than {margins.GAIN - 1:.0%} faster than serial code. Of those "
    f"that pay and are not certainly more than {AS_GOOD - 1:.0%} slower than the fastest of them, the simplest is "
    f"named: threads before coroutines, interpreters and processes, then the fewest workers. The intervals of all ways "
    f"hold together at {CONFIDENCE:.0%}."
)


@dataclass(frozen=True)
class Way:
    """One measured way of running a workload: its comparison with serial code and where its speedup lies (log)."""

    comparison: Comparison
    gain: Location
    simplicity: int

    @property
    def quantity(self) -> Quantity:
        return _gain_of(self.comparison)

    def burden(self) -> tuple[int, int, float]:
        """What to order ways by: the simplest first, then the fewest workers, then the fastest."""
        return self.simplicity, self.comparison.case.workers, -self.gain.center

    @property
    def named(self) -> str:
        case = self.comparison.case
        return f"{case.strategy} with {case.workers} worker{'s' if case.workers > 1 else ''}"


def _gain_of(comparison: Comparison) -> Quantity:
    """The speedup; of computing work in the launches in which the cores were there."""
    return margins.when_cores_free(comparison).speedup if comparison.ceiling else speedup(comparison)


def own_workloads(target: Target) -> list[str]:
    """The names of the workloads that are the user's own."""
    return [workload.name for workload in target.user_workloads]


def advise(tables: Tables) -> list[Verdict]:
    """Both answers for every workload of the user's own on every target of a run, as far as it was measured."""
    return [
        answer
        for target in tables.run.targets
        for workload in own_workloads(target)
        for answer in (lets_go(tables, target, workload), how_to_run(tables, target, workload))
    ]


def lets_go(tables: Tables, target: Target, workload: str) -> Verdict:
    """Whether the workload lets go of the GIL for most of its time: PROVED, REFUTED (then in part or not at all) or
    INCONCLUSIVE; NOT APPLICABLE without a GIL or on one core."""
    waits = target.workload(workload).kind == "io"
    statement = f"{workload} lets go of the GIL while it {'waits' if waits else 'computes'}"
    cores = tables.run.host.usable_cores
    if not target.gil_enabled:
        reason = "this target has no GIL; where threads do not scale on it, something else holds them up"
        return _answer("gil", target, workload, statement, Outcome.NOT_APPLICABLE, reason)
    if cores < 2 and not waits:
        reason = "one usable core: threads that let go of the GIL have nowhere to go; measure on two cores or more"
        return _answer("gil", target, workload, statement, Outcome.NOT_APPLICABLE, reason)
    threads = compare(target, workload, "thread", max(2, cores))
    if speedup(threads).locate(tables) is None:
        reason = f"{threads.label} was not measured in two launches or more; {_to_measure(tables, [threads])}"
        return _answer("gil", target, workload, statement, Outcome.INCONCLUSIVE, reason)
    outcome, reason = _waiting(tables, threads) if waits else _computing(tables, threads)
    shown = (_gain_of(threads), cores_used(threads) if waits else margins.when_cores_free(threads).cores_used)
    return _answer("gil", target, workload, statement, outcome, reason, shown, tables)


def _waiting(tables: Tables, threads: Comparison) -> tuple[Outcome, str]:
    gain, workers = speedup(threads), threads.case.workers
    shown = f"{workers} threads ran it {gain.estimate(tables)} as fast as serial code"
    if _certain(gain, tables, above=margins.SHARE_OF_CEILING * workers):
        return Outcome.PROVED, f"{shown}: their waits overlap"
    if _certain(gain, tables, below=margins.GAIN):
        return Outcome.REFUTED, f"{shown}: they wait one after the other"
    if _certain(gain, tables, above=margins.GAIN) and _certain(gain, tables, below=margins.SHARE_OF_CEILING * workers):
        return Outcome.REFUTED, f"{shown}: their waits overlap in part, the rest of it takes turns"
    return Outcome.INCONCLUSIVE, f"{shown}; {MORE}"


def _computing(tables: Tables, threads: Comparison) -> tuple[Outcome, str]:
    room = margins.when_cores_free(threads)
    gain, used, share = room.speedup, room.cores_used, room.of_ceiling
    if (why := _disturbed(tables, threads)) is not None:
        return Outcome.INCONCLUSIVE, why
    shown = (
        f"{threads.case.workers} threads ran it {gain.estimate(tables)} as fast as serial code, "
        f"on {used.estimate(tables)}"
    )
    if _certain(share, tables, above=margins.SHARE_OF_CEILING):
        return Outcome.PROVED, f"{shown}: they compute at the same time"
    if _certain(gain, tables, below=margins.GAIN) and _certain(used, tables, below=margins.ONE_CORE_ONLY):
        return Outcome.REFUTED, f"{shown}: they take turns, on one core"
    if _certain(gain, tables, above=margins.GAIN) and _certain(share, tables, below=margins.SHARE_OF_CEILING):
        return Outcome.REFUTED, f"{shown}: it lets go for a part of its time, and takes turns for the rest"
    if _certain(gain, tables, below=margins.GAIN) and _certain(used, tables, above=margins.ONE_CORE_ONLY):
        return Outcome.REFUTED, f"{shown}: threads keep more than one core busy and gain nothing by it"
    return Outcome.INCONCLUSIVE, f"{shown}; {MORE}"


def _planned(tables: Tables, target: Target, workload: str) -> list[Comparison]:
    items = (planned.item for planned in tables.run.plan)
    of_it = (target.id, workload)
    return [one for one in items if isinstance(one, Comparison) and (one.case.target, one.case.workload) == of_it]


def _to_measure(tables: Tables, wanted: Sequence[Comparison]) -> str:
    """What to do about something that was not measured: let the run finish, or ask for it."""
    ids = {planned.item.id for planned in tables.run.plan}
    planned = bool(wanted) and all(one.id in ids for one in wanted)
    return UNFINISHED if planned else "leave out --strategy and --workers"


def _certain(
    quantity: Quantity, tables: Tables, *, above: float | None = None, below: float | None = None, among: int = 2
) -> bool:
    """Whether a quantity lies on one side of a bound, as one of so many questions that are asked together."""
    location = quantity.locate(tables)
    if location is None:
        return False
    level = (1 - CONFIDENCE) / 2 / among
    if above is not None:
        return location.p_above(quantity.scaled(above)) <= level
    assert below is not None
    return location.p_below(quantity.scaled(below)) <= level


def how_to_run(tables: Tables, target: Target, workload: str) -> Verdict:
    """Whether any measured way pays against serial code: PROVED with the way to choose, REFUTED where serial code is
    best, INCONCLUSIVE where the intervals do not tell."""
    statement = f"{workload} gains from running in parallel"
    found = ways(tables, target, workload)
    if not found:
        tried = parallel(tables, target, workload)
        planned = [one for one in _planned(tables, target, workload) if one.case.workers > 1]
        remedy = _to_measure(tables, planned)
        reason = f"no way of running {workload} was measured in two launches or more; {remedy}"
        reason = next((why for one in tried if (why := _disturbed(tables, one))), reason)
        return _answer("strategy", target, workload, statement, Outcome.INCONCLUSIVE, reason)
    level = (1 - CONFIDENCE) / 2 / len(found)
    pays, fastest = math.log(margins.GAIN), max(found, key=lambda way: way.gain.center)
    paying = [way for way in found if way.gain.p_above(pays) <= level]
    if not paying:
        tried = parallel(tables, target, workload)
        outcome, reason = _nothing_pays(tables, tried, found, fastest, level)
        return _answer("strategy", target, workload, statement, outcome, reason, (fastest.quantity,), tables)
    lead = max(paying, key=lambda way: way.gain.center)
    chosen = min((way for way in paying if way is lead or not _slower(way, lead, level)), key=Way.burden)
    used = cores_used(chosen.comparison)
    reason = f"use {chosen.named}: {_gain(chosen, tables)} as fast as serial code, on {used.estimate(tables)}"
    simpler_ones = [way for way in found if way.burden() < chosen.burden() and way.gain.center > pays]
    maybe = [way for way in simpler_ones if not _slower(way, lead, level)]  # so they do not pay for certain
    if maybe:
        simpler = min(maybe, key=Way.burden)
        reason += f"; {simpler.named}, which is simpler, may do as well ({_gain(simpler, tables)}), and {MORE}"
    elif chosen is not lead:
        far = f"is no more than {AS_GOOD - 1:.0%} ahead" if _nearly(chosen, lead, level) else "may be ahead of it"
        reason += f"; {lead.named} came to {_gain(lead, tables)} and {far}"
    reason += f". Measured with jobs of {_amount(tables, chosen.comparison)}"
    if chosen.simplicity == SIMPLICITY["processes"]:
        reason += "; on shorter ones starting the processes weighs more"
    return _answer("strategy", target, workload, statement, Outcome.PROVED, reason, (chosen.quantity, used), tables)


def ways(tables: Tables, target: Target, workload: str) -> list[Way]:
    """The parallel ways that are known well enough: in two launches or more in which the cores were there."""
    found = []
    for comparison in parallel(tables, target, workload):
        gain = _gain_of(comparison).locate(tables)
        if isinstance(gain, Location):
            simplicity = SIMPLICITY[target.strategy(comparison.case.strategy).workers_in]
            found.append(Way(comparison, gain, simplicity))
    return found


def parallel(tables: Tables, target: Target, workload: str) -> list[Comparison]:
    """What was measured beside serial code on one target with several workers, but for twins: strategies that only
    write another one differently."""
    return [
        one
        for one in tables.comparisons
        if (one.case.target, one.case.workload) == (target.id, workload)
        and one.over_serial
        and one.case.workers > 1
        and not target.strategy(one.case.strategy).equivalent_to
    ]


def _nearly(way: Way, fastest: Way, level: float) -> bool:
    """Whether a way is certainly no more than AS_GOOD slower than the fastest."""
    return (fastest.gain - way.gain).p_below(math.log(AS_GOOD)) <= level


def _slower(way: Way, lead: Way, level: float) -> bool:
    """Whether a way is certainly more than AS_GOOD slower than the leading one."""
    return (lead.gain - way.gain).p_above(math.log(AS_GOOD)) <= level


def _nothing_pays(
    tables: Tables, tried: Sequence[Comparison], found: Sequence[Way], fastest: Way, level: float
) -> tuple[Outcome, str]:
    best = f"the best, {fastest.named}, ran it {_gain(fastest, tables)} as fast as serial code"
    if any(way.gain.p_below(math.log(margins.GAIN)) > level for way in found):
        return Outcome.INCONCLUSIVE, f"{best}; {MORE}"
    for comparison in tried:
        if (why := _disturbed(tables, comparison)) is not None:
            return Outcome.INCONCLUSIVE, f"{best}, but {why}"
    return Outcome.REFUTED, f"keep it serial: {best}, less than {margins.GAIN - 1:.0%} of gain"


def _disturbed(tables: Tables, comparison: Comparison) -> str | None:
    """Why a missing gain may not be the GIL's doing; None where it is."""
    if not comparison.ceiling:
        return None
    if margins.when_cores_free(comparison).speedup.locate(tables) is None:
        return f"{margins.cores_were_free(comparison).test.in_words(tables)}; {margins.BUSY_HOST}"
    alone = reference_cores_used(comparison)
    seen = alone.estimate(tables)
    if seen is not None and seen.lo > margins.ONE_CORE_ONLY:
        return (
            f"serial calls already kept {seen} busy, by threads of a library's own; limit those to one "
            "(OMP_NUM_THREADS=1 for many libraries) and measure again"
        )
    if seen is None or seen.center <= margins.UNDISTURBED:
        return f"{alone.name} {seen or 'not measured'} (needs > {margins.UNDISTURBED}); {margins.BUSY_HOST}"
    return None


def _gain(way: Way, tables: Tables) -> Estimate | None:
    return way.quantity.estimate(tables)


def _amount(tables: Tables, comparison: Comparison) -> str:
    """How much work a round was: serial seconds, for how much there is to do decides whether starting workers pays."""
    serial_s = float(tables.of(comparison.id)["reference_wall_s"].mean())
    return f"{serial_s * 1e3:.0f} ms of serial work" if serial_s < 1 else f"{serial_s:.1f} s of serial work"


def _answer(
    question: str,
    target: Target,
    workload: str,
    statement: str,
    outcome: Outcome,
    reason: str,
    shown: Iterable[Quantity] = (),
    tables: Tables | None = None,
) -> Verdict:
    shown = tuple(shown)
    estimates = [(one, one.estimate(tables)) for one in shown] if tables else []
    evidence = tuple(Evidence(one.name, found, one.items[0].id) for one, found in estimates if found is not None)
    return Verdict(
        id=f"{workload}/{question}",
        statement=statement,
        target=target.id,
        verdict=outcome,
        estimate=evidence[0].estimate if evidence else None,
        expected=None,
        reason=reason,
        evidence=evidence,
        explanation=GIL_RULE if question == "gil" else STRATEGY_RULE,
        source="measured on this host; no outcome is expected",
        figure="speedup",
    )
