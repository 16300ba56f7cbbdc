"""Which strategy for which work, with how many workers, by what was measured: a choice by rule, no opinion.

The choice is the case whose interval has the highest lower end, among those whose whole interval lies above 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gilbench.model import Target
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.cases import CaseRow, Measured, measured


@dataclass(frozen=True)
class Choice:
    """What to use for one workload on one target; ``choice`` is None where nothing beats serial code.

    ``as_good`` are other strategies whose intervals reach that of the choice. ``pays_from`` is how long the work takes
    serially, in ms, at which the choice takes as long, since starting and joining its workers is paid once.
    """

    target: str
    workload: str
    summary: str
    choice: CaseRow | None
    as_good: tuple[CaseRow, ...]
    pays_from: Measured | None
    threads: CaseRow | None


def of(tables: Tables) -> list[Choice]:
    """What to choose for every workload that was measured with several workers: what computes, then what waits; the
    targets of a workload beside each other."""
    found: dict[tuple[str, str], list[CaseRow]] = {}
    for row in cases.rows(tables):
        if (
            row.against_serial
            and row.case.strategy != "serial"
            and row.speedup is not None
            and row.speedup.lo is not None
        ):
            found.setdefault((row.case.target, row.case.workload), []).append(row)
    targets = {target.id: target for target in tables.run.targets}
    made = [_choice_of(targets[target], workload, rows) for (target, workload), rows in found.items()]
    order = {one.workload: index for index, one in enumerate(made)}
    return sorted(made, key=lambda one: (_waits(targets[one.target], one.workload), order[one.workload]))


def _waits(target: Target, workload: str) -> bool:
    return target.workload(workload).kind != "cpu"


def _choice_of(target: Target, workload: str, rows: Sequence[CaseRow]) -> Choice:
    gaining = [row for row in rows if _low(row) > 1]
    choice = max(gaining, key=_low, default=None)
    as_good = () if choice is None else _best_of_each(row for row in gaining if _high(row) >= _low(choice))
    return Choice(
        target.id,
        workload,
        target.workload(workload).summary,
        choice,
        tuple(row for row in as_good if choice is None or row.case.strategy != choice.case.strategy),
        None if choice is None else pays_from(choice),
        max((row for row in rows if row.case.strategy == "thread"), key=_low, default=None),
    )


def _low(row: CaseRow) -> float:
    return 0.0 if row.speedup is None or row.speedup.lo is None else row.speedup.lo


def _high(row: CaseRow) -> float:
    return 0.0 if row.speedup is None or row.speedup.hi is None else row.speedup.hi


def _best_of_each(rows: Iterable[CaseRow]) -> tuple[CaseRow, ...]:
    """Of each strategy the level with the highest lower end, the best first."""
    best: dict[str, CaseRow] = {}
    for row in sorted(rows, key=_low, reverse=True):
        best.setdefault(row.case.strategy, row)
    return tuple(best.values())


def pays_from(row: CaseRow) -> Measured | None:
    """Serial milliseconds at which the case breaks even: (launch + join) / (1 - compute / serial), a value a launch.
    None where computing takes no less than serial code in some launch."""
    launches = row.launches
    saved = 1 - launches["compute_s"] / launches["reference_wall_s"]
    if not len(saved) or (saved <= 0).any():
        return None
    return measured(1000 * (launches["launch_s"] + launches["join_s"]) / saved, " ms")


def sentences(tables: Tables, target: str) -> str:
    """The choices on a target in words: for work that computes, then for work that waits; empty without any."""
    by_id = {one.id: one for one in tables.run.targets}
    told = []
    for waits, work in ((False, "computing"), (True, "waiting")):
        mine = [one for one in of(tables) if one.target == target and _waits(by_id[target], one.workload) == waits]
        choices = [f"for {one.workload}, {_named(one.choice)}" for one in mine if one.choice is not None]
        stay = [one.workload for one in mine if one.choice is None]
        if choices:
            told.append(f"The best measured for {work}: {'; '.join(choices)}.")
        if stay:
            told.append(f"Nothing measured beat serial code for {formatting.listed(stay)}.")
    return " ".join(told)


def _named(row: CaseRow) -> str:
    found = pays_from(row)
    since = (
        f", from about {formatting.fixed(found.center, 0 if found.center >= 3 else 1)} ms of work on" if found else ""
    )
    return f"{row.case.strategy} × {row.case.workers}{since}"
