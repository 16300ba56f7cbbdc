"""Two targets of a run side by side: how much faster one is, case by case, and from how many workers on that pays."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gilbench.analysis.location import Location, locate, mean
from gilbench.claims.claim import Setting
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import InputError, Target, unknown_name
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.cases import CaseRow, Measured, measured

# What a middle is made of: items of ``summary.csv``, each with the power to which its speedup is taken.
Terms = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Row:
    """How one target does against another in one case: ``ratio`` is the speed of the one over that of the other where
    their rounds took turns, and otherwise its speedup over serial over that of the other."""

    case: str
    ratio: Measured
    interleaved: bool
    terms: Terms


def find(tables: Tables, name: str) -> str:
    """The target that a name means: its id, or the beginning of just one; InputError otherwise."""
    ids = [target.id for target in tables.run.targets]
    meant = [one for one in ids if one == name] or [one for one in ids if one.startswith(name)]
    if not meant:
        raise unknown_name("target of this run", name, ids)
    if len(meant) > 1:
        raise InputError(f"{name!r} may be any of {', '.join(meant)}; give more of the name")
    return meant[0]


def rows(tables: Tables, one: str, other: str) -> list[Row]:
    """Every case that both targets have, the largest difference first."""
    found = [*_interleaved(tables, one, other), *_gains(tables, one, other)]
    return sorted(found, key=lambda row: -abs(math.log(row.ratio.center)))


def _interleaved(tables: Tables, one: str, other: str) -> list[Row]:
    found = []
    for row in cases.rows(tables):
        direction = {(one, other): 1, (other, one): -1}.get((row.case.target, row.comparison.reference.target))
        if direction is None:
            continue
        ratio = measured(direction * row.launches["log_speedup"], "×", log=True)
        if ratio is not None:
            found.append(Row(row.case.label, ratio, interleaved=True, terms=((row.comparison.id, direction),)))
    return found


def _gains(tables: Tables, one: str, other: str) -> list[Row]:
    by_label = {row.case.label: row for row in _over_serial(tables, other)}
    pairs = [(mine, by_label[mine.case.label]) for mine in _over_serial(tables, one) if mine.case.label in by_label]
    return [
        Row(mine.case.label, ratio, interleaved=False, terms=((mine.comparison.id, 1.0), (theirs.comparison.id, -1.0)))
        for mine, theirs in pairs
        if (ratio := _over(mine, theirs))
    ]


def _over_serial(tables: Tables, target: str) -> list[CaseRow]:
    return [
        row
        for row in cases.rows(tables)
        if row.case.target == target and row.against_serial and row.case.strategy != "serial"
    ]


def _over(mine: CaseRow, theirs: CaseRow) -> Measured | None:
    """The ratio of two independent speedups."""
    above, below = (locate(row.launches["log_speedup"].dropna().tolist()) for row in (mine, theirs))
    return None if above is None or below is None else _factor(above - below)


@dataclass(frozen=True)
class Crossover:
    """From how many threads on a target beats serial code on another one, for a workload: ``workers``, from which on
    every interval measured lies above 1; None if there is no such level. ``best`` is the largest gain, at ``at``."""

    workload: str
    serial: Measured
    workers: int | None
    best: Measured
    at: int
    serial_terms: Terms
    best_terms: Terms


def crossovers(tables: Tables, one: str, other: str) -> list[Crossover]:
    """For each CPU-bound workload whose serial rounds took turns on both: threads on the one against serial code on the
    other, which is the speed of its serial code times its own speedup."""
    found = []
    for workload, (serial, term) in _serial(tables, one, other).items():
        levels: dict[int, Measured] = {}
        items: dict[int, str] = {}
        for row in _over_serial(tables, one):
            speedup = locate(row.launches["log_speedup"].dropna().tolist())
            if row.case.workload == workload and row.case.strategy == "thread" and speedup is not None:
                levels[row.case.workers] = _factor(serial + speedup)
                items[row.case.workers] = row.comparison.id
        reached = levels or {1: _factor(serial)}
        best = max(reached, key=lambda workers: reached[workers].center)
        terms = (term, (items[best], 1.0)) if best in items else (term,)
        found.append(Crossover(workload, _factor(serial), _pays_from(levels), reached[best], best, (term,), terms))
    return found


def _pays_from(levels: dict[int, Measured]) -> int | None:
    """The lowest level from which on every interval lies above 1."""
    pays = None
    for workers in sorted(levels, reverse=True):
        if levels[workers].span[0] <= 1:
            break
        pays = workers
    return pays


def _serial(tables: Tables, one: str, other: str) -> dict[str, tuple[Location, tuple[str, float]]]:
    """CPU-bound workload → log speed of serial code on one target over that on another, whose rounds took turns, and
    the item that it is of."""
    computing = {target.id: target for target in tables.run.targets}[one]
    found = {}
    for row in cases.rows(tables):
        if row.case.strategy != "serial" or computing.workload(row.case.workload).kind != "cpu":
            continue
        direction = {(one, other): 1, (other, one): -1}.get((row.case.target, row.comparison.reference.target))
        logs = row.launches["log_speedup"].dropna()
        if direction and (location := locate((direction * logs).tolist())) is not None:
            found[row.case.workload] = location, (row.comparison.id, float(direction))
    return found


def serial_mean(tables: Tables, one: str, other: str) -> Measured | None:
    """The geometric mean over workloads of the speed of serial code on one target over that on another."""
    serial = [location for location, _ in _serial(tables, one, other).values()]
    return _factor(mean(serial)) if serial else None


def _factor(location: Location) -> Measured:
    """A location on the log scale, as a factor."""
    lo, hi = location.interval(SHOWN_CONFIDENCE)
    return Measured(math.exp(location.center), math.exp(min(lo, 700.0)), math.exp(min(hi, 700.0)), "×", location.n)


@dataclass(frozen=True)
class Side:
    """A target of a run held against another one: every case, the serial speeds and their geometric mean, and from how
    many threads on it pays."""

    one: str
    other: str
    rows: list[Row]
    serial: Measured | None
    crossovers: list[Crossover]

    @property
    def serial_terms(self) -> Terms:
        """Those of the geometric mean."""
        return tuple(
            (item, power / len(self.crossovers)) for one in self.crossovers for item, power in one.serial_terms
        )


def sides(tables: Tables) -> list[Side]:
    """Every target after the first against the first, and each without the GIL against the one that has it."""
    targets = tables.run.targets
    pairs = [(target.id, targets[0].id) for target in targets[1:]]
    pairs += [(target.id, beside.id) for target in targets if (beside := counterpart(tables, target)) is not None]
    return [side for one, other in dict.fromkeys(pairs) if (side := side_of(tables, one, other)).rows]


def counterpart(tables: Tables, target: Target) -> Target | None:
    """Of a target without the GIL, the one of the run that differs in nothing but that."""
    others = tuple(other for other in tables.run.targets if other.id != target.id)
    return None if target.gil_enabled else Setting(target, tables.run.host, others).with_gil


def side_of(tables: Tables, one: str, other: str) -> Side:
    """One target held against another."""
    found = crossovers(tables, one, other)
    return Side(one, other, rows(tables, one, other), serial_mean(tables, one, other), found)
