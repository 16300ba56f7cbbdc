"""Which strategy to use for a workload, with how many workers: the only rule for that.

The terminal, the page, ``summary.md`` and ``advice.json`` all show what this module returns. Why
the rule is as it is: docs/decisions/0016-advice-asks-complexity-to-pay.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gilbench.claims import margins
from gilbench.claims.quantities import Quantity, cores_used
from gilbench.model import Comparison, Outcome, Target
from gilbench.results.tables import Tables
from gilbench.summary import cases, evidence, formatting
from gilbench.summary.candidates import (
    SIMPLICITY,
    Candidate,
    eligible_rows,
    find_candidates,
    hand_over_in_words,
    is_eligible,
    output_in_words,
    unpicklable,
)
from gilbench.summary.cases import CaseRow, Measured
from gilbench.summary.evidence import AS_GOOD

RULE = (
    f"A strategy pays off where it is certainly more than {formatting.percent(margins.GAIN - 1)} "
    "faster than serial code. Of the strategies and numbers of workers that pay off and are not "
    f"certainly more than {formatting.percent(AS_GOOD - 1)} slower than the fastest of them, the "
    "simplest is recommended: threads before coroutines, interpreters and processes, then the "
    "fewest workers. A strategy that only writes another one differently, such as a subclass of "
    "Thread, is measured and never recommended. What it takes to pickle a user's calls and results "
    "is counted against interpreters and processes. The intervals of all of them hold together at "
    f"{formatting.percent(evidence.CONFIDENCE)}."
)


@dataclass(frozen=True)
class Recommendation:
    """What to use for one workload on one target, and why.

    Attributes:
        outcome: PROVED where ``choice`` pays off, REFUTED where serial code is best, otherwise
            INCONCLUSIVE.
        reason: What decided it, or what would decide it; a clause without a full stop.
        choice: The case to use; None unless ``outcome`` is PROVED.
        as_good: Of each other strategy that the rule could have chosen, its simplest case.
        pays_from: Serial milliseconds above which ``choice`` takes less time than serial code.
        threads: The case of the plain thread strategy with the highest lower end.
        evidence: The quantities that ``reason`` quotes, the most important first.
    """

    target: str
    workload: str
    outcome: Outcome
    reason: str
    choice: CaseRow | None = None
    as_good: tuple[CaseRow, ...] = ()
    pays_from: Measured | None = None
    threads: CaseRow | None = None
    evidence: tuple[Quantity, ...] = ()


@lru_cache(maxsize=1)
def recommendations(tables: Tables) -> tuple[Recommendation, ...]:
    """What to use for every workload that was measured with several workers.

    CPU-bound workloads come first, then I/O-bound ones; the targets of a workload are adjacent.
    """
    made = []
    for target in tables.run.targets:
        rows = [row for row in cases.rows(tables) if row.case.target == target.id]
        measured_here = dict.fromkeys(row.case.workload for row in rows if is_eligible(row, target))
        made += [recommend(tables, target, workload) for workload in measured_here]
    order = list(dict.fromkeys(recommended.workload for recommended in made))

    def place(recommended: Recommendation) -> tuple[bool, int]:
        waits = is_io_bound(tables.run.target(recommended.target), recommended.workload)
        return waits, order.index(recommended.workload)

    return tuple(sorted(made, key=place))


def is_io_bound(target: Target, workload: str) -> bool:
    """Whether a workload waits for most of its time instead of computing."""
    return target.workload(workload).kind != "cpu"


def recommend(tables: Tables, target: Target, workload: str) -> Recommendation:
    """Apply the rule to one workload on one target.

    Returns:
        The recommendation; INCONCLUSIVE with a remedy where too little was measured.
    """
    rows = eligible_rows(tables, target, workload)
    candidates = find_candidates(tables, target, rows)
    if not candidates:
        reason = _unmeasured(tables, target, workload, rows)
        return Recommendation(target.id, workload, Outcome.INCONCLUSIVE, reason)
    analyses = max(each.row.analyses for each in candidates)
    level = evidence.level_of(analyses) / len(candidates)
    gain = math.log(margins.GAIN)
    paying = [each for each in candidates if each.log_speedup.p_above(gain) <= level]
    if paying:
        made = _choose(tables, rows, candidates, paying, level)
    else:
        made = _without_choice(tables, target, rows, candidates, level)
    planned = evidence.planned_in_parallel(tables, target, workload)
    notes = [
        _more_workers(target, made, candidates),
        hand_over_in_words(target, workload),
        output_in_words(target, workload),
        evidence.failures_in_words(tables, planned),
    ]
    return replace(made, reason="; ".join([made.reason, *filter(None, notes)]))


def _more_workers(target: Target, made: Recommendation, candidates: Sequence[Candidate]) -> str:
    """That a user's function which waits was not tried with enough workers; "" where it was."""
    if made.choice is None or target.workload(made.workload).own is None:
        return ""
    most = max(each.row.case.workers for each in candidates)
    if made.choice.case.workers < most or not is_io_bound(target, made.workload):
        return ""
    return (
        f"more than {most} workers were not tried and may gain more: `gilbench advise` tries them"
    )


def _without_choice(
    tables: Tables,
    target: Target,
    rows: Sequence[CaseRow],
    candidates: Sequence[Candidate],
    level: float,
) -> Recommendation:
    """Serial code or no decision, where nothing certainly pays off."""
    fastest = max(candidates, key=lambda each: each.log_speedup.center)
    workload = fastest.row.case.workload
    outcome, reason = _nothing_pays(tables, rows, candidates, fastest, level)
    if outcome == Outcome.REFUTED and (untried := _untried(tables, target, candidates)):
        outcome, reason = Outcome.INCONCLUSIVE, f"{reason.partition(': ')[2]}; {untried}"
    return Recommendation(
        target.id,
        workload,
        outcome,
        reason,
        threads=_best_threads(rows),
        evidence=(fastest.speedup,),
    )


def _unmeasured(tables: Tables, target: Target, workload: str, rows: Sequence[CaseRow]) -> str:
    for row in rows:
        if (cause := evidence.disturbance(tables, row.comparison)) is not None:
            return cause
    if rows and unpicklable(target, workload):
        return f"threads were not measured, and {hand_over_in_words(target, workload)}"
    remedy = evidence.remedy_for(tables, evidence.planned_in_parallel(tables, target, workload))
    return f"{workload} was not measured in parallel in two launches or more; {remedy}"


def _untried(tables: Tables, target: Target, candidates: Sequence[Candidate]) -> str:
    """Which workers were not tried, so that serial code cannot be advised; "" for none.

    What failed was tried, and what cannot be handed the function need not be.
    """
    tried = {each.simplicity for each in candidates}
    if unpicklable(target, candidates[0].row.case.workload):
        tried.add(SIMPLICITY["processes"])
    failed = {failure.item for failure in tables.failures}
    for item in evidence.planned_in_parallel(tables, target, candidates[0].row.case.workload):
        if item.id in failed:
            tried.add(SIMPLICITY[target.strategy(item.case.strategy).workers_in])
    for kind in ("threads", "processes"):
        if SIMPLICITY[kind] not in tried:
            return f"{kind} were not measured: leave out --strategy and --workers"
    return ""


def _choose(
    tables: Tables,
    rows: Sequence[CaseRow],
    candidates: Sequence[Candidate],
    paying: Sequence[Candidate],
    level: float,
) -> Recommendation:
    lead = max(paying, key=lambda each: each.log_speedup.center)
    as_good = [each for each in paying if each is lead or not _is_slower(each, lead, level)]
    chosen = min(as_good, key=lambda each: each.burden)
    used = cores_used(chosen.row.comparison)
    pays_from = break_even(chosen.row)
    reason = (
        f"use {chosen.name}: {chosen.speedup.estimate(tables)} as fast as serial code, "
        f"on {used.estimate(tables)}"
        f"{_alternative(tables, candidates, chosen, lead, level)}"
        f". Measured with {_amount(tables, chosen.row.comparison)}"
    )
    if pays_from is not None:
        reason += f"; pays off above {formatting.milliseconds(pays_from.center)} of serial work"
    elif chosen.simplicity == SIMPLICITY["processes"]:
        reason += "; on less work the start of the processes weighs more"
    case = chosen.row.case
    return Recommendation(
        case.target,
        case.workload,
        Outcome.PROVED,
        reason,
        chosen.row,
        _simplest_of_others(as_good, chosen),
        pays_from,
        _best_threads(rows),
        (chosen.speedup, used),
    )


def _alternative(
    tables: Tables,
    candidates: Sequence[Candidate],
    chosen: Candidate,
    lead: Candidate,
    level: float,
) -> str:
    """What else a reader may consider: an easier case that is not certain, or a faster one."""
    easier = []
    for each in candidates:
        may_pay = each.log_speedup.center > math.log(margins.GAIN)
        if each.burden < chosen.burden and may_pay and not _is_slower(each, lead, level):
            easier.append(each)
    if easier:
        simplest = min(easier, key=lambda each: each.burden)
        simpler_by = ", which is simpler," if simplest.is_simpler_than(chosen) else ""
        as_well = f"{simplest.name}{simpler_by} may do as well"
        estimate = simplest.speedup.estimate(tables)
        return f"; {as_well} ({estimate}), and {evidence.MORE_LAUNCHES}"
    if chosen is lead:
        return ""
    behind = lead.log_speedup - chosen.log_speedup
    if behind.p_below(math.log(AS_GOOD)) <= level:
        distance = f"is no more than {formatting.percent(AS_GOOD - 1)} ahead"
    else:
        distance = "may be ahead of it"
    return f"; {lead.name} reached {lead.speedup.estimate(tables)} and {distance}"


def _is_slower(candidate: Candidate, lead: Candidate, level: float) -> bool:
    """Whether a candidate is certainly more than AS_GOOD slower than the leading one."""
    behind = lead.log_speedup - candidate.log_speedup
    return behind.p_above(math.log(AS_GOOD)) <= level


def _nothing_pays(
    tables: Tables,
    rows: Sequence[CaseRow],
    candidates: Sequence[Candidate],
    fastest: Candidate,
    level: float,
) -> tuple[Outcome, str]:
    speedup = fastest.speedup.estimate(tables)
    best = f"the best, {fastest.name}, ran it {speedup} as fast as serial code"
    gain = math.log(margins.GAIN)
    if any(each.log_speedup.p_below(gain) > level for each in candidates):
        return Outcome.INCONCLUSIVE, f"{best}; {evidence.MORE_LAUNCHES}"
    for row in rows:
        if (cause := evidence.disturbance(tables, row.comparison)) is not None:
            return Outcome.INCONCLUSIVE, f"{best}, but {cause}"
    no_gain = f"less than {formatting.percent(margins.GAIN - 1)} of gain"
    return Outcome.REFUTED, f"keep it serial: {best}, {no_gain}"


def _simplest_of_others(as_good: Sequence[Candidate], chosen: Candidate) -> tuple[CaseRow, ...]:
    simplest: dict[str, CaseRow] = {}
    for each in sorted(as_good, key=lambda each: each.burden):
        if each.row.case.strategy != chosen.row.case.strategy:
            simplest.setdefault(each.row.case.strategy, each.row)
    return tuple(simplest.values())


def _best_threads(rows: Sequence[CaseRow]) -> CaseRow | None:
    threads = [row for row in rows if row.case.strategy == "thread" and row.speedup is not None]

    def lower_end(row: CaseRow) -> float:
        return row.speedup.span[0] if row.speedup else 0.0

    return max(threads, key=lower_end, default=None)


def break_even(row: CaseRow) -> Measured | None:
    """The serial milliseconds above which a case takes less time than serial code.

    Each launch gives (start-up + join) / (1 - compute / serial): its workers are started and joined
    once, whatever the amount of work.

    Returns:
        None where computing takes no less time than serial code in some launch.
    """
    launches = row.launches
    saved = 1 - launches["compute_s"] / launches["reference_wall_s"]
    if not len(saved) or (saved <= 0).any():
        return None
    fixed_ms = 1000 * (launches["launch_s"] + launches["join_s"])
    threshold = row.over_launches(fixed_ms / saved, " ms")
    if threshold is None or threshold.lo is None:
        return threshold
    return replace(threshold, lo=max(0.0, threshold.lo))  # there is no negative amount of work


def _amount(tables: Tables, comparison: Comparison) -> str:
    """How long a round takes serial code: how much there is to do decides what pays off."""
    serial_s = float(tables.of(comparison.id)["reference_wall_s"].mean())
    length = f"{serial_s * 1e3:.0f} ms" if serial_s < 1 else f"{serial_s:.1f} s"
    return f"rounds of {length} of serial work"
