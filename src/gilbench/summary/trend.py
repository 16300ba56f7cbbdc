"""Runs over time: every speedup, verdict and, within one host, time of a unit of work, with the steps that are certain.

Runs are held against each other only where they measured the same: target, profile and usable cores alike, and for
times the whole fingerprint of the host.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from gilbench.analysis import steps
from gilbench.model import Comparison, Outcome, Run
from gilbench.results import fingerprint
from gilbench.results.history import History, Past
from gilbench.summary import formatting

SPEEDUP, TIME = "speedup", "time"
ALPHA = 0.05  # of any false step among all series of one look; a reader looks at every one that is marked
MOST_RUNS = 60  # those before are left out: what a series was a year ago moves no one today
DECIDED = (Outcome.PROVED, Outcome.REFUTED)


@dataclass(frozen=True)
class Point:
    """What one run found; without an interval where it tells none."""

    run: str
    started_utc: str
    center: float
    lo: float | None = None
    hi: float | None = None


@dataclass(frozen=True)
class Mark:
    """From ``run`` on the series was at ``after`` (a median) instead of ``before``."""

    run: str
    before: float
    after: float
    p: float


@dataclass(frozen=True)
class Line:
    """One quantity over the runs that measured it, the oldest first. ``host`` is empty for what is portable."""

    target: str
    case: str
    quantity: str
    unit: str
    profile: str
    usable_cores: int
    host: str
    points: tuple[Point, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        return (self.target, self.case, self.quantity, self.profile, str(self.usable_cores), self.host)

    @property
    def name(self) -> str:
        """What it is, without what all runs here share."""
        return f"{self.case}@{self.target}" + ("" if self.quantity == SPEEDUP else ", time")

    @property
    def change(self) -> float:
        """The latest value over the first."""
        return self.points[-1].center / self.points[0].center


@dataclass(frozen=True)
class Flip:
    """A claim that ``run`` decided otherwise than the last run before it that decided it."""

    target: str
    claim: str
    run: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class Trend:
    """All of it; ``runs`` are the ids, the oldest first, ``unread`` a line for each that could not be read."""

    runs: tuple[str, ...]
    lines: tuple[Line, ...]
    flips: tuple[Flip, ...]
    unread: tuple[str, ...]

    @property
    def stepped(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.marks)


def over(history: History, only: Run | None = None) -> Trend:
    """The trend of a folder's runs; with ``only`` no more than what that run is the latest point of."""
    runs = history.runs[-MOST_RUNS:]
    lines = [line for line in _lines(runs) if only is None or line.points[-1].run == only.id]
    lines = [line for line in lines if len(line.points) > 1]
    marked = _mark(lines, [past.run.id for past in runs])
    marked.sort(key=lambda line: (line.quantity, not line.marks, -abs(math.log(line.change))))
    flips = [flip for flip in _flips(runs) if only is None or flip.run == only.id]
    return Trend(tuple(past.run.id for past in runs), tuple(marked), tuple(flips), history.unread)


def _lines(runs: Sequence[Past]) -> list[Line]:
    found: dict[tuple[str, ...], Line] = {}
    for past in runs:
        for line in _of_run(past):
            earlier = found.get(line.key)
            points = (*(earlier.points if earlier else ()), *line.points)
            found[line.key] = replace(line, points=points)
    return list(found.values())


def _of_run(past: Past) -> Iterable[Line]:
    """What one run has of each line: a point."""
    run = past.run
    comparisons = [one.item for one in run.plan if isinstance(one.item, Comparison)]
    for comparison in comparisons:
        row = past.cases.get(comparison.id)
        if row is None or not row["speedup"] or comparison.case == comparison.reference:
            continue
        shared = (comparison.case.target, comparison.name_on_target)
        place = (run.profile, run.host.usable_cores)
        interval = (_number(row[name]) for name in ("speedup_lo", "speedup_hi"))
        speedup = Point(run.id, run.started_utc, float(row["speedup"]), *interval)
        yield Line(*shared, SPEEDUP, "×", *place, "", (speedup,))
        unit, units = _work(run, comparison)
        prefix, scale = ("m", 1e3) if unit == "task" else ("n", 1e9)
        time = Point(run.id, run.started_utc, float(row["wall_s"]) * scale / units)
        yield Line(*shared, TIME, f" {prefix}s/{unit}", *place, fingerprint.in_words(run.host), (time,))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _work(run: Run, comparison: Comparison) -> tuple[str, int]:
    """What a round is made of, and how many of it: sizes are calibrated anew in every run."""
    target = next(target for target in run.targets if target.id == comparison.reference.target)
    size, unit = target.unit_of_work(comparison.case.workload)
    return unit.removesuffix("s"), comparison.tasks * size


def _mark(lines: Sequence[Line], runs: Sequence[str]) -> list[Line]:
    """The same lines with the steps that are certain among all of them."""
    by_run = [{point.run: math.log(point.center) for point in line.points} for line in lines]
    found = steps.find([[values.get(run) for run in runs] for values in by_run], ALPHA)
    marked = []
    for number, line in enumerate(lines):
        mine = [(runs[step.at], step.p) for step in found if step.series == number]
        marked.append(replace(line, marks=tuple(_marks(line, mine))))
    return marked


def _marks(line: Line, found: Sequence[tuple[str, float]]) -> Iterable[Mark]:
    """Each step with the medians of the stretches beside it."""
    ids = [point.run for point in line.points]
    bounds = [0, *(ids.index(run) for run, _ in found), len(ids)]
    levels = [median(point.center for point in line.points[start:end]) for start, end in pairwise(bounds)]
    for (run, p), (before, after) in zip(found, pairwise(levels), strict=True):
        yield Mark(run, before, after, p)


def _flips(runs: Sequence[Past]) -> Iterable[Flip]:
    last: dict[tuple[str, str, int], Outcome] = {}
    for past in runs:
        for (target, claim), outcome in past.verdicts.items():
            if outcome not in DECIDED:
                continue
            before = last.get((target, claim, past.run.host.usable_cores), outcome)
            if before != outcome:
                yield Flip(target, claim, past.run.id, before, outcome)
            last[target, claim, past.run.host.usable_cores] = outcome


def trend_in_words(trend: Trend) -> str:
    """What is certain, in a sentence."""
    runs = len({point.run for line in trend.lines for point in line.points})
    among = f"{formatting.plural(len(trend.lines), 'line')} over {formatting.plural(runs, 'run')}"
    if not trend.stepped:
        few = f"; steps are looked for from {steps.LEAST_RUNS} runs on" if runs < steps.LEAST_RUNS else ""
        return f"No step is certain among {among}{few}."
    return f"{len(trend.stepped)} of {among} certainly stepped."


def step_in_words(mark: Mark, unit: str) -> str:
    """``1.90× to 1.50× from run … on``."""
    before, after = (formatting.interval(level, None, None, unit) for level in (mark.before, mark.after))
    return f"{before} to {after} from {mark.run} on"
