"""Runs over time: speedups, verdicts and times of a unit of work, with the certain steps.

Runs are compared only where they measured the same: target, profile and usable cores must be equal,
and for times the whole fingerprint of the host.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from gilbench.analysis import steps
from gilbench.model import Comparison, Outcome, Run
from gilbench.results import fingerprint
from gilbench.results.history import History, Past
from gilbench.summary import formatting

SPEEDUP, TIME = "speedup", "time"
ALPHA = 0.05  # of any false step in all series together; a reader looks at every one that is marked
MOST_RUNS = 60  # the latest: what a series was a year ago decides nothing today


@dataclass(frozen=True)
class Point:
    """The value of one run, with its 95 % confidence interval where the run has one."""

    run: str
    started_utc: str
    center: float
    lo: float | None = None
    hi: float | None = None


@dataclass(frozen=True)
class Mark:
    """A step: from ``run`` on the series is at the median ``after`` instead of ``before``."""

    run: str
    before: float
    after: float
    p: float


@dataclass(frozen=True)
class Line:
    """One quantity over the runs that measured it, the oldest first.

    Attributes:
        host: The fingerprint of the host; empty for a quantity that is comparable across hosts.
        origin: The file or the module of a function of the user; empty for other workloads.
    """

    target: str
    case: str
    quantity: str
    unit: str
    profile: str
    usable_cores: int
    host: str
    points: tuple[Point, ...]
    marks: tuple[Mark, ...] = ()
    origin: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What runs must have in common to stand in one line."""
        cores = str(self.usable_cores)
        return (
            *(self.target, self.case, self.origin, self.quantity),
            *(self.profile, cores, self.host),
        )

    @property
    def name(self) -> str:
        """Case and target, the file of a user's function, and that it is a time where it is one."""
        name = f"{self.case}@{self.target}" + (f", {self.origin}" if self.origin else "")
        return name + ("" if self.quantity == SPEEDUP else ", time")

    @property
    def change(self) -> float:
        """The latest value over the first."""
        return self.points[-1].center / self.points[0].center


@dataclass(frozen=True)
class Flip:
    """A claim that ``run`` decided the other way than the last run before it that decided it."""

    target: str
    claim: str
    run: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class Trend:
    """The runs of a folder over time.

    Attributes:
        runs: Their ids, the oldest first.
        unread: One line for each run that could not be read.
    """

    runs: tuple[str, ...]
    lines: tuple[Line, ...]
    flips: tuple[Flip, ...]
    unread: tuple[str, ...]

    @property
    def stepped(self) -> tuple[Line, ...]:
        """The lines that have a mark."""
        return tuple(line for line in self.lines if line.marks)


def find_trend(history: History, only: Run | None = None) -> Trend:
    """The trend of a folder's runs, the most changed lines first.

    Args:
        history: The runs that were read, the oldest first.
        only: Keep no more than the lines and flips whose latest run this is.
    """
    runs = history.runs[-MOST_RUNS:]
    lines = []
    for line in _lines(runs):
        is_wanted = only is None or line.points[-1].run == only.id
        if is_wanted and len(line.points) > 1:
            lines.append(line)
    marked = _with_marks(lines, [past.run.id for past in runs])
    marked.sort(key=lambda line: (line.quantity, not line.marks, -abs(math.log(line.change))))
    flips = [flip for flip in _flips(runs) if only is None or flip.run == only.id]
    return Trend(tuple(past.run.id for past in runs), tuple(marked), tuple(flips), history.unread)


def _lines(runs: Sequence[Past]) -> list[Line]:
    lines: dict[tuple[str, ...], Line] = {}
    for past in runs:
        for line in _lines_of_run(past):
            earlier = lines.get(line.key)
            points = earlier.points if earlier is not None else ()
            lines[line.key] = replace(line, points=(*points, *line.points))
    return list(lines.values())


def _lines_of_run(past: Past) -> Iterator[Line]:
    """A line with one point for each speedup and time of a run."""
    run = past.run
    comparisons = [each.item for each in run.plan if isinstance(each.item, Comparison)]
    for comparison in comparisons:
        case = past.cases.get(comparison.id)
        if case is None or comparison.case == comparison.reference:
            continue
        shared = (comparison.case.target, comparison.name_on_target)
        setup = (run.profile, run.host.usable_cores)
        origin = _origin(run, comparison)
        speedup = Point(run.id, run.started_utc, case.speedup, case.lo, case.hi)
        yield Line(*shared, SPEEDUP, "×", *setup, "", (speedup,), origin=origin)
        unit, units = _work(run, comparison)
        prefix, scale = ("m", 1e3) if unit == "task" else ("n", 1e9)
        time = Point(run.id, run.started_utc, case.wall_s * scale / units)
        host = fingerprint.in_words(run.host)
        yield Line(*shared, TIME, f" {prefix}s/{unit}", *setup, host, (time,), origin=origin)


def _origin(run: Run, comparison: Comparison) -> str:
    """The file or the module of a function of the user; "" for a registered workload."""
    case = comparison.case
    function = run.target(case.target).workload(case.workload).own
    return "" if function is None else function.file or function.module


def _work(run: Run, comparison: Comparison) -> tuple[str, int]:
    """The unit of work of a round, and how many of it: every run calibrates sizes for itself."""
    target = run.target(comparison.reference.target)
    size = target.sizes.get(comparison.case.workload)
    if not size:
        return "task", comparison.tasks
    unit = target.workload(comparison.case.workload).size_unit or "task"
    return unit.removesuffix("s"), comparison.tasks * size


def _with_marks(lines: Sequence[Line], runs: Sequence[str]) -> list[Line]:
    """The same lines with the steps that are certain, tested in all of them together."""
    series = []
    for line in lines:
        by_run = {point.run: math.log(point.center) for point in line.points}
        series.append([by_run.get(run) for run in runs])
    certain = steps.find_steps(series, ALPHA)
    marked = []
    for number, line in enumerate(lines):
        of_line = [(runs[step.at], step.p) for step in certain if step.series == number]
        marked.append(replace(line, marks=tuple(_marks(line, of_line))))
    return marked


def _marks(line: Line, stepped_at: Sequence[tuple[str, float]]) -> Iterator[Mark]:
    """Each step with the medians of the runs before and after it, up to the next step."""
    ids = [point.run for point in line.points]
    bounds = [0, *(ids.index(run) for run, _ in stepped_at), len(ids)]
    levels = []
    for start, end in pairwise(bounds):
        levels.append(median(point.center for point in line.points[start:end]))
    for (run, p), (before, after) in zip(stepped_at, pairwise(levels), strict=True):
        yield Mark(run, before, after, p)


def _flips(runs: Sequence[Past]) -> Iterator[Flip]:
    latest: dict[tuple[str, str, int], Outcome] = {}
    for past in runs:
        for (target, claim), outcome in past.verdicts.items():
            if not outcome.is_decided:
                continue
            key = (target, claim, past.run.host.usable_cores)
            before = latest.get(key, outcome)
            if before != outcome:
                yield Flip(target, claim, past.run.id, before, outcome)
            latest[key] = outcome


def trend_in_words(trend: Trend) -> str:
    """What is certain, in a sentence."""
    runs = len({point.run for line in trend.lines for point in line.points})
    quantities = f"{len(trend.lines)} {'quantity' if len(trend.lines) == 1 else 'quantities'}"
    among = f"{quantities} over {formatting.plural(runs, 'run')}"
    if trend.stepped:
        return f"{len(trend.stepped)} of {among} certainly stepped."
    few = ""
    if runs < steps.LEAST_RUNS:
        few = f"; steps are looked for from {steps.LEAST_RUNS} runs on"
    return f"No step is certain in {among}{few}."


def value_in_words(line: Line, place: int) -> str:
    """The value of one run of a line: 0 for its first, -1 for its latest."""
    return formatting.interval(line.points[place].center, None, None, line.unit)


def step_in_words(mark: Mark, unit: str) -> str:
    """``1.90× to 1.50× from run … on``."""
    before = formatting.interval(mark.before, None, None, unit)
    after = formatting.interval(mark.after, None, None, unit)
    return f"{before} to {after} from {mark.run} on"
