"""Two targets of a run side by side: how much faster one is in each case, and where threads pay."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import Location, locate, mean
from gilbench.claims.claim import Setting
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import InputError, Target, unknown_name
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.cases import CaseRow, Measured

# What an estimate is the product of: items of summary.csv, and the power of the speedup of each.
Terms = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class PairedCase:
    """How one target does against another in one case.

    Attributes:
        ratio: The speed of the one over that of the other where their rounds were interleaved,
            otherwise its speedup over serial code over that of the other.
        interleaved: Which of the two it is.
        terms: What ``ratio`` is the product of.
    """

    case: str
    ratio: Measured
    interleaved: bool
    terms: Terms


@dataclass(frozen=True)
class Crossover:
    """Where threads on one target beat serial code on another one, for a workload.

    Attributes:
        serial: The speed of the one's serial code over that of the other.
        workers: From this number of threads on every interval measured lies above 1; None if there
            is no such level.
        best: The largest gain over the other's serial code, with ``at`` threads.
    """

    workload: str
    serial: Measured
    workers: int | None
    best: Measured
    at: int
    serial_terms: Terms
    best_terms: Terms


@dataclass(frozen=True)
class TargetPair:
    """One target compared with another one of the same run.

    Attributes:
        cases: Every case that both have, the largest difference first.
        serial: The geometric mean over workloads of the speed of serial code, or None.
    """

    target: str
    other: str
    cases: list[PairedCase]
    serial: Measured | None
    crossovers: list[Crossover]

    @property
    def serial_terms(self) -> Terms:
        """What the geometric mean is the product of."""
        terms = []
        for crossover in self.crossovers:
            for item, power in crossover.serial_terms:
                terms.append((item, power / len(self.crossovers)))
        return tuple(terms)


def find_target(tables: Tables, name: str) -> str:
    """The id of the target that a name means.

    Args:
        tables: The run's.
        name: An id, or the beginning of exactly one.

    Raises:
        InputError: No target of the run has such a name, or several have.
    """
    ids = [target.id for target in tables.run.targets]
    if name in ids:
        return name
    matches = [id for id in ids if id.startswith(name)]
    if not matches:
        raise unknown_name("target of this run", name, ids)
    if len(matches) > 1:
        raise InputError(f"{name!r} may be any of {', '.join(matches)}; give more of the name")
    return matches[0]


def target_pairs(tables: Tables) -> list[TargetPair]:
    """The targets that are compared: every other one with the first.

    A target without the GIL is also compared with the one that differs in nothing but that.
    """
    targets = tables.run.targets
    ids = [(target.id, targets[0].id) for target in targets[1:]]
    for target in targets:
        counterpart = gil_counterpart(tables, target)
        if counterpart is not None:
            ids.append((target.id, counterpart.id))
    pairs = [target_pair(tables, target, other) for target, other in dict.fromkeys(ids)]
    return [pair for pair in pairs if pair.cases]


def target_pair(tables: Tables, target: str, other: str) -> TargetPair:
    """One target compared with another one, by their ids."""
    return TargetPair(
        target,
        other,
        paired_cases(tables, target, other),
        serial_mean(tables, target, other),
        crossovers(tables, target, other),
    )


def gil_counterpart(tables: Tables, target: Target) -> Target | None:
    """Of a target without the GIL, the one of the run that differs in nothing but that."""
    if target.gil_enabled:
        return None
    others = tuple(other for other in tables.run.targets if other.id != target.id)
    return Setting(target, tables.run.host, others).with_gil


def paired_cases(tables: Tables, target: str, other: str) -> list[PairedCase]:
    """Every case that both targets have, each once, the largest difference first.

    Where the rounds of a case were interleaved, that is the nearer comparison, and its speedups on
    each target are left to the tables of cases.
    """
    pairs = _interleaved(tables, target, other)
    interleaved = {pair.case for pair in pairs}
    for pair in _speedup_ratios(tables, target, other):
        if pair.case not in interleaved:
            pairs.append(pair)
    return sorted(pairs, key=lambda pair: -abs(math.log(pair.ratio.center)))


def _interleaved(tables: Tables, target: str, other: str) -> list[PairedCase]:
    pairs = []
    for row, direction in _across(tables, target, other):
        ratio = row.over_launches(direction * row.launches["log_speedup"], "×", log=True)
        if ratio is not None:
            terms = ((row.comparison.id, direction),)
            pairs.append(PairedCase(row.case.label, ratio, interleaved=True, terms=terms))
    return pairs


def _across(tables: Tables, target: str, other: str) -> Iterator[tuple[CaseRow, int]]:
    """The cases whose rounds were interleaved with those of the other target.

    Each comes with 1, or with -1 where the other target's is the case and this one's the reference.
    """
    directions = {(target, other): 1, (other, target): -1}
    for row in cases.rows(tables):
        pair = (row.case.target, row.comparison.reference.target)
        if pair in directions:
            yield row, directions[pair]


def _speedup_ratios(tables: Tables, target: str, other: str) -> list[PairedCase]:
    of_other = {row.case.label: row for row in _over_serial(tables, other)}
    pairs = []
    for row in _over_serial(tables, target):
        other_row = of_other.get(row.case.label)
        if other_row is None:
            continue
        above, below = _log_speedup(row), _log_speedup(other_row)
        if above is not None and below is not None:
            terms = ((row.comparison.id, 1.0), (other_row.comparison.id, -1.0))
            ratio = _factor(above - below, tables)
            pairs.append(PairedCase(row.case.label, ratio, interleaved=False, terms=terms))
    return pairs


def _over_serial(tables: Tables, target: str) -> list[CaseRow]:
    of_target = [row for row in cases.rows(tables) if row.case.target == target]
    return [row for row in of_target if row.against_serial and row.case.strategy != "serial"]


def _log_speedup(row: CaseRow) -> Location | None:
    return locate(row.launches["log_speedup"].dropna().tolist())


def crossovers(tables: Tables, target: str, other: str) -> list[Crossover]:
    """Threads on one target against serial code on the other.

    It is computed for each CPU-bound workload whose serial rounds were interleaved, as the speed of
    its serial code times its own speedup.
    """
    return [
        _crossover(tables, target, workload, serial, term)
        for workload, (serial, term) in _serial_speeds(tables, target, other).items()
    ]


def _crossover(
    tables: Tables, target: str, workload: str, serial: Location, term: tuple[str, float]
) -> Crossover:
    levels: dict[int, Measured] = {}
    items: dict[int, str] = {}
    for row in _over_serial(tables, target):
        if (row.case.workload, row.case.strategy) != (workload, "thread"):
            continue
        speedup = _log_speedup(row)
        if speedup is not None:
            levels[row.case.workers] = _factor(serial + speedup, tables)
            items[row.case.workers] = row.comparison.id
    reached = levels or {1: _factor(serial, tables)}
    best = max(reached, key=lambda workers: reached[workers].center)
    best_terms = (term, (items[best], 1.0)) if best in items else (term,)
    return Crossover(
        workload,
        _factor(serial, tables),
        _pays_from(levels),
        reached[best],
        best,
        (term,),
        best_terms,
    )


def _pays_from(levels: dict[int, Measured]) -> int | None:
    """The lowest level from which on every interval lies above 1."""
    lowest = None
    for workers in sorted(levels, reverse=True):
        if levels[workers].span[0] <= 1:
            break
        lowest = workers
    return lowest


def _serial_speeds(
    tables: Tables, target: str, other: str
) -> dict[str, tuple[Location, tuple[str, float]]]:
    """CPU-bound workload → log speed of serial code on one target over the other, and its term."""
    described = {each.id: each for each in tables.run.targets}[target]
    speeds = {}
    for row, direction in _across(tables, target, other):
        if row.case.strategy != "serial" or described.workload(row.case.workload).kind != "cpu":
            continue
        location = locate((direction * row.launches["log_speedup"].dropna()).tolist())
        if location is not None:
            speeds[row.case.workload] = location, (row.comparison.id, float(direction))
    return speeds


def serial_mean(tables: Tables, target: str, other: str) -> Measured | None:
    """The geometric mean over workloads of the speed of serial code on one target over another."""
    speeds = [location for location, _ in _serial_speeds(tables, target, other).values()]
    return _factor(mean(speeds), tables) if speeds else None


def _factor(location: Location, tables: Tables) -> Measured:
    """A location on the log scale that several items contribute to, as a factor.

    The measuring of these might have stopped at as many analyses as that of any item.
    """
    analyses = max(row.analyses for row in cases.rows(tables))
    lo, hi = location.interval(nominal_confidence(SHOWN_CONFIDENCE, analyses))
    largest = 700.0  # beyond exp(700) there is no float
    return Measured(
        math.exp(location.center),
        math.exp(min(lo, largest)),
        math.exp(min(hi, largest)),
        "×",
        location.n,
    )
