"""Which strategy to use for a workload, with how many workers: the only rule for that.

The terminal, the page, ``summary.md`` and ``advice.json`` all show what this module returns. Why
the rule is as it is: docs/decisions/0016-advice-asks-complexity-to-pay.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gilbench.analysis.location import Location
from gilbench.claims import margins
from gilbench.claims.quantities import Quantity, cores_used, speedup
from gilbench.model import Case, Comparison, Outcome, Target
from gilbench.results.tables import Tables
from gilbench.summary import cases, evidence, formatting
from gilbench.summary.cases import CaseRow, Measured

# A simpler strategy may be this much slower than the fastest: less than what counts as a gain.
AS_GOOD = 1.1

# The simplest first: threads share everything, interpreters and processes must be handed their
# work.
SIMPLICITY = {"threads": 0, "caller": 1, "interpreters": 2, "processes": 3}

RULE = (
    f"A strategy pays off where it is certainly more than {formatting.percent(margins.GAIN - 1)} "
    "faster than serial code. Of the strategies and numbers of workers that pay off and are not "
    f"certainly more than {formatting.percent(AS_GOOD - 1)} slower than the fastest of them, the "
    "simplest is recommended: threads before coroutines, interpreters and processes, then the "
    "fewest workers. A strategy that only writes another one differently, such as a subclass of "
    "Thread, is measured and never recommended. The intervals of all of them hold together at "
    f"{formatting.percent(evidence.CONFIDENCE)}."
)


@dataclass(frozen=True)
class Candidate:
    """A strategy with a number of workers, as measured over serial code.

    Attributes:
        row: Its comparison with serial code.
        speedup: The speedup that the rule tests.
        log_speedup: The same speedup, located over launches on the log scale.
        simplicity: Its place in SIMPLICITY; lower is simpler.
    """

    row: CaseRow
    speedup: Quantity
    log_speedup: Location
    simplicity: int

    @property
    def burden(self) -> tuple[int, int, float]:
        """Sorts the simplest first, then the fewest workers, then the fastest."""
        return self.simplicity, self.row.case.workers, -self.log_speedup.center

    @property
    def name(self) -> str:
        """The case in a reader's words."""
        return named(self.row.case)


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


def named(case: Case) -> str:
    """A strategy with its workers: ``2 threads``, ``2 processes``, ``pool with 2 workers``."""
    if case.strategy in ("thread", "process"):
        return formatting.plural(case.workers, case.strategy)
    return f"{case.strategy} with {formatting.plural(case.workers, 'worker')}"


@lru_cache(maxsize=1)
def recommendations(tables: Tables) -> tuple[Recommendation, ...]:
    """What to use for every workload that was measured with several workers.

    CPU-bound workloads come first, then I/O-bound ones; the targets of a workload are adjacent.
    """
    made = []
    for target in tables.run.targets:
        rows = [row for row in cases.rows(tables) if row.case.target == target.id]
        measured_here = dict.fromkeys(
            row.case.workload for row in rows if _is_eligible(row, target)
        )
        made += [recommend(tables, target, workload) for workload in measured_here]
    targets = {target.id: target for target in tables.run.targets}
    order = list(dict.fromkeys(recommended.workload for recommended in made))

    def place(recommended: Recommendation) -> tuple[bool, int]:
        waits = is_io_bound(targets[recommended.target], recommended.workload)
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
    rows = _eligible_rows(tables, target, workload)
    candidates = _candidates(tables, target, rows)
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
    failures = evidence.failures_in_words(
        tables, evidence.planned_in_parallel(tables, target, workload)
    )
    return replace(made, reason=f"{made.reason}; {failures}") if failures else made


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


def _is_eligible(row: CaseRow, target: Target) -> bool:
    """Whether the rule may choose a case: parallel, over serial code, not another's twin."""
    is_parallel = row.against_serial and row.case.workers > 1
    return is_parallel and not target.strategy(row.case.strategy).equivalent_to


def _eligible_rows(tables: Tables, target: Target, workload: str) -> list[CaseRow]:
    of_workload = []
    for row in cases.rows(tables):
        if (row.case.target, row.case.workload) == (target.id, workload):
            of_workload.append(row)
    return [row for row in of_workload if _is_eligible(row, target)]


def _candidates(tables: Tables, target: Target, rows: Sequence[CaseRow]) -> list[Candidate]:
    """The cases that are known well enough: measured in two launches or more."""
    candidates = []
    for row in rows:
        gain = speedup(row.comparison)
        location = gain.locate(tables)
        if isinstance(location, Location):
            workers_in = target.strategy(row.case.strategy).workers_in
            candidates.append(Candidate(row, gain, location, SIMPLICITY[workers_in]))
    return candidates


def _unmeasured(tables: Tables, target: Target, workload: str, rows: Sequence[CaseRow]) -> str:
    for row in rows:
        if (cause := evidence.disturbance(tables, row.comparison)) is not None:
            return cause
    remedy = evidence.remedy_for(tables, evidence.planned_in_parallel(tables, target, workload))
    return f"{workload} was not measured in parallel in two launches or more; {remedy}"


def _untried(tables: Tables, target: Target, candidates: Sequence[Candidate]) -> str:
    """Which workers were not tried, so that serial code cannot be advised; "" for none.

    What failed was tried.
    """
    tried = {each.simplicity for each in candidates}
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
    """What else a reader may consider: a simpler case that is not certain, or a faster one."""
    simpler = []
    for each in candidates:
        may_pay = each.log_speedup.center > math.log(margins.GAIN)
        if each.burden < chosen.burden and may_pay and not _is_slower(each, lead, level):
            simpler.append(each)
    if simpler:
        simplest = min(simpler, key=lambda each: each.burden)
        estimate = simplest.speedup.estimate(tables)
        as_well = f"{simplest.name}, which is simpler, may do as well ({estimate})"
        return f"; {as_well}, and {evidence.MORE_LAUNCHES}"
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
    return row.over_launches(1000 * (launches["launch_s"] + launches["join_s"]) / saved, " ms")


def _amount(tables: Tables, comparison: Comparison) -> str:
    """How long a round takes serial code: how much there is to do decides what pays off."""
    serial_s = float(tables.of(comparison.id)["reference_wall_s"].mean())
    length = f"{serial_s * 1e3:.0f} ms" if serial_s < 1 else f"{serial_s:.1f} s"
    return f"rounds of {length} of serial work"
