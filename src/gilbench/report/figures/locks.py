"""What a lock costs by the number of workers, and how many updates are lost without one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.experiments import counting, locking
from gilbench.model import Verdict
from gilbench.report.drawing import layout, log_axes, panels, series, style
from gilbench.report.drawing.launches import TargetLaunches, launches_by_target
from gilbench.report.drawing.style import Mark
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import formatting
from gilbench.summary.cases import Measured

HEIGHT_IN = 1.9
COST_SHAPES = tuple(layout.Shape(owner, 0.6, 1.7, 0.55) for owner in locking.OWNERS)
LOST_SHAPE = layout.Shape("updates lost", 1.4, 2.0, 0.85)
MARKS = {
    "none": Mark(style.QUIET, "s"),
    "lock": Mark(style.BLUE, "o"),
    "rlock": Mark(style.ORANGE, "D"),
}
LOCK_NAMES = {"none": "no lock", "lock": "Lock", "rlock": "RLock"}
UPDATE_NAMES = {
    "bare": "n += 1",
    "property": "property",
    "subclass": "int subclass",
    "call": "n += f()",
    "read-modify-write": "read, add, write",
}
ByLock = dict[str, dict[int, Measured]]  # by lock, then by workers


@dataclass(frozen=True)
class Loss:
    """How many updates one kind of counting lost.

    Attributes:
        shares: The share lost in each trial.
        losing: How many trials lost any.
        of_launch: The share lost in a launch, over launches.
    """

    update: str
    lock: str
    shares: list[float]
    losing: int
    of_launch: Measured

    @property
    def name(self) -> str:
        """What is updated and which lock guards it, in a reader's words."""
        return f"{UPDATE_NAMES[self.update]}; {LOCK_NAMES[self.lock]}"


@dataclass(frozen=True)
class Row:
    """What was measured on one target; either is empty where it was not measured.

    Attributes:
        costs: Owner of the lock → lock → workers → nanoseconds per operation.
    """

    target: str
    costs: dict[str, ByLock]
    losses: list[Loss]


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[Row, ...]:
    """The costs and losses of each target that has either."""
    costs = {of.target: _costs(of) for of in launches_by_target(tables, locking.experiment)}
    losses = {of.target: _losses(of) for of in launches_by_target(tables, counting.experiment)}
    targets = dict.fromkeys([*costs, *losses])
    of_targets = [Row(target, costs.get(target, {}), losses.get(target, [])) for target in targets]
    return tuple(row for row in of_targets if row.costs or row.losses)


def _costs(launches: TargetLaunches) -> dict[str, ByLock]:
    """Owner of the lock → lock → workers → cost; nothing unless both owners have some."""

    def by_workers(owner: str, lock: str) -> dict[int, Measured]:
        return launches.by_last_argument(
            locking.WORKERS, locking.operation_ns, owner, lock, unit=" ns"
        )

    costs = {}
    for owner in locking.OWNERS:
        costs[owner] = {lock: by_workers(owner, lock) for lock in locking.LOCKS}
    return costs if all(any(of_locks.values()) for of_locks in costs.values()) else {}


def _losses(launches: TargetLaunches) -> list[Loss]:
    losses = []
    for update, lock in counting.KINDS:
        of_launch = launches.over_launches(counting.share_lost_in_launch, update, lock, log=False)
        if of_launch is None:
            continue
        counted = []
        for seen in launches.launches:
            trials = counting.trials_of(seen, update, lock)
            counted += [trial for trial in trials if trial.get("counted") is not None]
        shares = [counting.share_lost(trial) for trial in counted]
        losing = sum(map(counting.lost_updates, counted))
        losses.append(Loss(update, lock, shares, losing, of_launch))
    return losses


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    measured = rows(tables)
    if not measured:
        return None
    cost_shapes = COST_SHAPES if any(row.costs for row in measured) else ()
    lost_shapes = (LOST_SHAPE,) if any(row.losses for row in measured) else ()
    targets = [row.target for row in measured]
    figure, all_axes = layout.lay_out(targets, (*cost_shapes, *lost_shapes), HEIGHT_IN)
    limits = _cost_limits(measured)
    for row_axes, row in zip(all_axes, measured, strict=True):
        cost_axes, lost_axes = row_axes[: len(cost_shapes)], row_axes[len(cost_shapes) :]
        for axes, owner in zip(cost_axes, locking.OWNERS, strict=False):
            _cost(axes, row.costs.get(owner, {}), limits)
        for axes in lost_axes:
            _loss(axes, row.losses)
    return figure


def _cost_limits(measured: Sequence[Row]) -> tuple[float, float]:
    """The same for threads, processes and targets, so that they can be compared."""
    costs: list[Measured] = []
    for row in measured:
        for by_lock in row.costs.values():
            for by_workers in by_lock.values():
                costs += by_workers.values()
    return log_axes.log_limits(costs) if costs else (0, 1)


def _cost(axes: Axes, by_lock: ByLock, limits: tuple[float, float]) -> None:
    panels.worker_axis(axes, locking.WORKERS, "time of an operation, by workers")
    log_axes.log_axis(axes, limits, "s", 1e-9)
    lines = []
    for lock, by_workers in by_lock.items():
        points = [(math.log2(workers), cost) for workers, cost in by_workers.items()]
        lines.append(series.Line(LOCK_NAMES[lock], MARKS[lock], points))
    series.draw_lines(axes, lines, log_axes.log10)


def _loss(axes: Axes, losses: Sequence[Loss]) -> None:
    if not losses:
        axes.set_axis_off()
        return
    style.name_rows(axes, [loss.name for loss in losses])
    most = max(max(loss.shares, default=0.0) for loss in losses)
    axes.set_xlim(-0.02, max(0.1, most) + 0.03)
    ticks = [tick / 10 for tick in range(int(axes.get_xlim()[1] * 10) + 1)]
    step = 1 if len(ticks) < 7 else 2
    axes.set_xticks(ticks[::step], [*map(formatting.percent, ticks[::step])])
    style.below(axes, "of the updates of a run")
    colours = [MARKS[loss.lock].colour for loss in losses]
    for y, (loss, colour) in enumerate(zip(losses, colours, strict=True)):
        ys = [y + place for place in series.strewn(len(loss.shares), 0.5)]
        series.scatter(axes, loss.shares, ys, colour)
        lo, hi = loss.of_launch.span
        edge = style.darker(colour, 0.4)
        axes.plot((max(0, lo), min(1, hi)), (y, y), color=edge, linewidth=1.4)
        axes.plot(loss.of_launch.center, y, "o", markersize=4, color=edge)
    counts = [f"{loss.losing} of {len(loss.shares)}" for loss in losses]
    series.column(axes, 0.75, "runs that lost", counts, colours)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for row in rows(tables):
        for owner, of_locks in row.costs.items():
            for lock, costs in of_locks.items():
                parts = ", ".join(f"{cost} by {workers}" for workers, cost in costs.items())
                name = f"{owner}, {LOCK_NAMES[lock]} on {row.target}"
                sentences.append(f"{name}: {parts or 'nothing'}.")
        for loss in row.losses:
            losing = f"{loss.losing} of {len(loss.shares)} runs lost updates"
            average = f"{formatting.percent(loss.of_launch.center, 1)} of them on average"
            sentences.append(f"{loss.name} on {row.target}: {losing}, {average}.")
    return style.alt_text("Time of an operation by workers, and updates that were lost.", sentences)


CHART = Chart(
    title="Locks: what they cost and what they save",
    stem="locks",
    caption=(
        "Left and middle: wall-clock time per operation, over all workers together; an operation "
        "acquires the lock, adds one and releases it. Bars are 95 % intervals over launches. No "
        "lock is the cost of the loop alone. Right: two threads count together at a very short "
        "switch interval; each dot is a run, the filled mark the share of updates that a launch "
        "lost, with its interval. A dot away from zero is a wrong result."
    ),
    draw=draw,
    alt=alt,
    order=80,
)
