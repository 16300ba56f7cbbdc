"""The strategies that may be recommended for a workload, each with what the rule tests of it.

A run's workers are handed names and hand nothing back. What it would cost to pickle a user's calls
and results, as a program with processes does, is counted here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gilbench.analysis.location import Location
from gilbench.claims.quantities import Quantity, speedup
from gilbench.model import Case, Target
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.cases import CaseRow
from gilbench.summary.evidence import WORTH_TELLING

# The simplest first: threads share everything, interpreters and processes must be handed their
# work.
SIMPLICITY = {"threads": 0, "caller": 1, "interpreters": 2, "processes": 3}
HANDED_WORK = ("interpreters", "processes")


@dataclass(frozen=True)
class Candidate:
    """A strategy with a number of workers, as measured over serial code.

    Attributes:
        row: Its comparison with serial code.
        speedup: The speedup that was measured.
        log_speedup: What the rule tests: the same on the log scale, located over launches, less
            the pickling of a user's calls and results where its workers must be handed them.
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

    def is_simpler_than(self, other: Candidate) -> bool:
        """Whether its workers share more; fewer workers of the same kind are no simpler."""
        return self.simplicity < other.simplicity


def named(case: Case) -> str:
    """A strategy with its workers: ``2 threads``, ``2 processes``, ``pool with 2 workers``."""
    if case.strategy in ("thread", "process"):
        return formatting.plural(case.workers, case.strategy)
    return f"{case.strategy} with {formatting.plural(case.workers, 'worker')}"


def is_eligible(row: CaseRow, target: Target) -> bool:
    """Whether the rule may choose a case: parallel, over serial code, not another's twin."""
    is_parallel = row.against_serial and row.case.workers > 1
    return is_parallel and not target.strategy(row.case.strategy).equivalent_to


def eligible_rows(tables: Tables, target: Target, workload: str) -> list[CaseRow]:
    """The cases of a workload on a target that the rule may choose."""
    of_workload = []
    for row in cases.rows(tables):
        if (row.case.target, row.case.workload) == (target.id, workload):
            of_workload.append(row)
    return [row for row in of_workload if is_eligible(row, target)]


def find_candidates(tables: Tables, target: Target, rows: Sequence[CaseRow]) -> list[Candidate]:
    """The cases that are known well enough: measured in two launches or more.

    Those whose workers cannot be handed the user's function are left out.
    """
    candidates = []
    for row in rows:
        workers_in = target.strategy(row.case.strategy).workers_in
        gain = speedup(row.comparison)
        location = gain.locate(tables)
        if not isinstance(location, Location):
            continue
        if workers_in in HANDED_WORK:
            if unpicklable(target, row.case.workload):
                continue
            location = _less_pickling(location, pickled_share(target, row.case.workload))
        candidates.append(Candidate(row, gain, location, SIMPLICITY[workers_in]))
    return candidates


def _less_pickling(log_speedup: Location, share: float) -> Location:
    """A speedup with a part of each call's serial time added, in which its parent pickles."""
    slowdown = 1 + share * math.exp(log_speedup.center)
    return replace(log_speedup, center=log_speedup.center - math.log(slowdown))


def pickled_share(target: Target, workload: str) -> float:
    """What pickling takes for each second of a user's call; 0 where nothing is known of it."""
    info = target.workload(workload)
    if info.own is None or not info.task_s:
        return 0.0
    return info.own.pickled_s / info.task_s


def unpicklable(target: Target, workload: str) -> str:
    """Why no other process can be handed a user's function or its result; "" where one can."""
    own = target.workload(workload).own
    return "" if own is None else own.unpicklable


def hand_over_in_words(target: Target, workload: str) -> str:
    """What keeps a user's function from processes, or makes it expensive there; "" for nothing."""
    if problem := unpicklable(target, workload):
        return f"processes cannot be handed it: {problem}"
    if pickled_share(target, workload) <= WORTH_TELLING:
        return ""
    info = target.workload(workload)
    assert info.own is not None and info.task_s is not None
    return (
        "processes would have to pickle every call and its result: "
        f"{formatting.short_duration(info.own.pickled_s)} for a call of "
        f"{formatting.short_duration(info.task_s)}, which is counted but not measured here; "
        "`gilbench advise` measures it"
    )


def output_in_words(target: Target, workload: str) -> str:
    """That a user's function writes output; "" where it does not."""
    own = target.workload(workload).own
    if own is None or not own.output_bytes:
        return ""
    return (
        f"its first call wrote {formatting.plural(own.output_bytes, 'byte')} of output, which "
        "takes time and a lock; it is caught here"
    )
