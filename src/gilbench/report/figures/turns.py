"""Who ran when: two workers in the same 60 ms.

They are threads that hold the GIL, threads that release it, and processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from gilbench.experiments import turns
from gilbench.experiments.turns import (
    CONDITIONS,
    Slices,
    hand_overs,
    overlap_ns,
    overlap_percent,
    slices_of,
)
from gilbench.model import Verdict
from gilbench.report.drawing import layout, style
from gilbench.report.drawing.launches import TargetLaunches, drawn_by_target
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary import formatting

HEIGHT_IN = 0.56
TITLES = ("pure Python, 2 threads", "hashlib over 256 KiB, 2 threads", "pure Python, 2 processes")
SHAPES = tuple(layout.Shape(title, 0.72, 2.5, 0.18) for title in TITLES)
COLOURS = {"thread": (style.BLUE, style.SKY), "process": (style.VERMILION, style.ORANGE)}


@dataclass(frozen=True)
class Spread:
    """The median, the least and the most over launches, too few of them for an interval."""

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        if self.least == self.most:
            return f"{self.middle:.0f}"
        return f"{self.middle:.0f} ({self.least:.0f} to {self.most:.0f})"


@dataclass(frozen=True)
class Turns:
    """One condition on one target.

    Attributes:
        condition: Its index.
        slices: When each worker ran, in the launch that is the median one by ``both``.
        both: The percentage of the window in which both ran at once, over launches.
        hand_overs: How often one worker took over from the other, over launches.
        launches: How many there are.
    """

    condition: int
    slices: Slices
    both: Spread
    hand_overs: Spread
    launches: int

    @property
    def worker(self) -> str:
        """The kind of worker: ``thread`` or ``process``."""
        return str(CONDITIONS[self.condition]["worker"])

    @property
    def window_ms(self) -> float:
        """How long the workers are watched, in milliseconds."""
        return 1000 * float(CONDITIONS[self.condition]["window_s"])


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Turns]], ...]:
    """The conditions that were observed, of each target that has any."""
    return drawn_by_target(tables, turns.experiment, _turns)


def _turns(launches: TargetLaunches) -> list[Turns]:
    conditions = []
    for index in range(len(CONDITIONS)):
        complete = []
        for seen in launches.launches:
            if slices := slices_of(seen, index):
                complete.append(slices)
        if not complete:
            continue
        complete.sort(key=lambda slices: overlap_ns(*slices))
        middle = complete[(len(complete) - 1) // 2]
        both = _spread([overlap_percent(slices) for slices in complete])
        taken_over = _spread([float(hand_overs(slices)) for slices in complete])
        conditions.append(Turns(index, middle, both, taken_over, len(complete)))
    return conditions


def _spread(values: Sequence[float]) -> Spread:
    return Spread(sorted(values)[(len(values) - 1) // 2], min(values), max(values))


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    measured = rows(tables)
    if not measured:
        return None
    targets = [target for target, _ in measured]
    figure, all_axes = layout.lay_out(targets, SHAPES, HEIGHT_IN, name_targets=False)
    for axes_row, (target, conditions) in zip(all_axes, measured, strict=True):
        by_index = {each.condition: each for each in conditions}
        label = f"{target}:  " if len(measured) > 1 else ""
        for index, axes in enumerate(axes_row):
            if index in by_index:
                _draw_lanes(axes, by_index[index], label)
            else:
                axes.set_axis_off()
    return figure


def _draw_lanes(axes: Axes, condition: Turns, label: str) -> None:
    """A lane for each worker, with a box for each slice in which it ran."""
    style.name_rows(axes, [f"{condition.worker} {number}" for number in (1, 2)])
    axes.set_xlim(0, condition.window_ms)
    ticks = [share * condition.window_ms / 4 for share in range(5)]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    style.below(axes, f"ms  ·  {label}both at once {condition.both.middle:.0f} % of it")
    colours = COLOURS[condition.worker]
    for lane, (slices, colour) in enumerate(zip(condition.slices, colours, strict=True)):
        boxes = [_box(start_ns / 1e6, end_ns / 1e6, lane) for start_ns, end_ns in slices]
        axes.add_collection(PolyCollection(boxes, facecolors=colour, linewidths=0), autolim=False)


def _box(left: float, right: float, lane: int) -> list[tuple[float, float]]:
    top, bottom = lane - 0.36, lane + 0.36
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = []
    for target, conditions in rows(tables):
        for each in conditions:
            both = f"both at once {each.both} % of {each.window_ms:g} ms"
            handed_over = f"handed over {each.hand_overs} times"
            sample = f"median and range of {formatting.plural(each.launches, 'launch')}"
            title = TITLES[each.condition]
            sentences.append(f"{title} on {target}: {both}, {handed_over}; {sample}.")
    return style.alt_text("When each of two workers ran.", sentences)


CHART = Chart(
    title="Who runs when",
    stem="turns",
    caption=(
        "Two workers begin at the same instant; a bar is a time in which one of them ran, in "
        "the median launch by how much both ran at once. Where the GIL is held, threads take "
        "turns of about one switch interval (5 ms) and never run together: two of them do the "
        "work of one. Where it is released, in processes or without a GIL, both run at once. A "
        "worker that does not run waits for the GIL or for a core. The bars come from the "
        "workers’ own readings of the clock, one after every block of about 20 µs of Python or "
        "one digest."
    ),
    draw=draw,
    alt=alt,
    order=5,
)
