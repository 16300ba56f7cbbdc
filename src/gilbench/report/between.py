"""Two targets of a run side by side: how much faster one is, case by case, and from how many workers on that pays."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gilbench.analysis.location import locate
from gilbench.claims.claim import Setting
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import InputError
from gilbench.report import cases
from gilbench.report.cases import CaseRow, Measured, measured
from gilbench.results.tables import Tables


@dataclass(frozen=True)
class Row:
    """How one target does against another in one case: ``ratio`` is the speed of the one over that of the other where
    their rounds took turns, and otherwise its speedup over serial over that of the other."""

    case: str
    ratio: Measured
    interleaved: bool


def find(tables: Tables, name: str) -> str:
    """The target that a name means: its id, or the beginning of just one; InputError otherwise."""
    ids = [target.id for target in tables.run.targets]
    meant = [one for one in ids if one == name] or [one for one in ids if one.startswith(name)]
    if len(meant) != 1:
        which = "no target" if not meant else f"{len(meant)} targets"
        raise InputError(f"{which} of this run is called {name!r}; there are: {', '.join(ids)}")
    return meant[0]


def rows(tables: Tables, one: str, other: str) -> list[Row]:
    """Every case that both targets have, the largest difference first."""
    found = [*_interleaved(tables, one, other), *_gains(tables, one, other)]
    return sorted(found, key=lambda row: -abs(math.log(row.ratio.center)))


def _interleaved(tables: Tables, one: str, other: str) -> list[Row]:
    found = []
    for row in cases.rows(tables):
        direction = {(one, other): 1, (other, one): -1}.get((row.case.target, row.comparison.reference.target))
        ratio = measured(direction * row.launches["log_speedup"], "×", log=True) if direction else None
        if ratio is not None:
            found.append(Row(row.case.label, ratio, interleaved=True))
    return found


def _gains(tables: Tables, one: str, other: str) -> list[Row]:
    by_label = {row.case.label: row for row in _over_serial(tables, other)}
    pairs = [(mine, by_label[mine.case.label]) for mine in _over_serial(tables, one) if mine.case.label in by_label]
    return [Row(mine.case.label, ratio, interleaved=False) for mine, theirs in pairs if (ratio := _over(mine, theirs))]


def _over_serial(tables: Tables, target: str) -> list[CaseRow]:
    return [
        row
        for row in cases.rows(tables)
        if row.case.target == target and row.against_serial and row.case.strategy != "serial"
    ]


def _over(mine: CaseRow, theirs: CaseRow) -> Measured | None:
    """The ratio of two independent speedups."""
    above, below = (locate(row.launches["log_speedup"].dropna().tolist()) for row in (mine, theirs))
    if above is None or below is None:
        return None
    difference = above - below
    lo, hi = difference.interval(SHOWN_CONFIDENCE)
    return Measured(math.exp(difference.center), math.exp(lo), math.exp(min(hi, 700.0)), "×", difference.n)


@dataclass(frozen=True)
class Crossover:
    """From how many threads on a target beats serial code on another one, for a workload; None if at no level."""

    workload: str
    serial: Measured
    workers: int | None
    gain: float


def crossovers(tables: Tables, one: str, other: str) -> list[Crossover]:
    """For each workload whose serial rounds took turns on both: threads on the one against serial code on the other,
    which is the speed of its serial code times its own speedup."""
    serial = {row.case: row.ratio for row in _interleaved(tables, one, other) if row.case.endswith("-serial-w1")}
    found = []
    for label, ratio in serial.items():
        workload = label.removesuffix("-serial-w1")
        levels = sorted(
            (row.case.workers, ratio.center * row.speedup.center)
            for row in _over_serial(tables, one)
            if row.case.workload == workload and row.case.strategy == "thread" and row.speedup
        )
        pays = next((workers for workers, gain in levels if gain > 1), None)
        found.append(Crossover(workload, ratio, pays, max((gain for _, gain in levels), default=ratio.center)))
    return found


@dataclass(frozen=True)
class Side:
    """A target of a run held against another one: every case, the geometric mean of the serial speeds, and from how
    many threads on it pays."""

    one: str
    other: str
    rows: list[Row]
    serial: float | None
    crossovers: list[Crossover]


def sides(tables: Tables) -> list[Side]:
    """Every target after the first against the first, and each without the GIL against the one that has it."""
    targets = tables.run.targets
    pairs = [(target.id, targets[0].id) for target in targets[1:]]
    for target in targets:
        others = tuple(other for other in targets if other.id != target.id)
        counterpart = Setting(target, tables.run.host, others).with_gil
        if not target.gil_enabled and counterpart is not None:
            pairs.append((target.id, counterpart.id))
    return [side for one, other in dict.fromkeys(pairs) if (side := _side(tables, one, other)).rows]


def _side(tables: Tables, one: str, other: str) -> Side:
    found = crossovers(tables, one, other)
    speeds = [math.log(crossover.serial.center) for crossover in found]
    mean = math.exp(sum(speeds) / len(speeds)) if speeds else None
    return Side(one, other, rows(tables, one, other), mean, found)
