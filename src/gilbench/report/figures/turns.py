"""Who ran when: two workers in the same 60 ms, as threads that hold the GIL or release it, and as processes."""

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
from gilbench.report.drawing import series, style
from gilbench.report.figures import Chart
from gilbench.results.tables import Seen, Tables
from gilbench.summary import formatting

HEIGHT_IN = 0.56
TITLES = ("pure Python, 2 threads", "hashlib over 256 KiB, 2 threads", "pure Python, 2 processes")
SHAPES = tuple(series.Shape(title, 0.72, 2.5, 0.18) for title in TITLES)
COLOURS = {"thread": (style.BLUE, style.SKY), "process": (style.VERMILION, style.ORANGE)}


@dataclass(frozen=True)
class Spread:
    """The median over launches, the least and the most: of a handful, of which no interval could be had."""

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        return (
            f"{self.middle:.0f}"
            if self.least == self.most
            else f"{self.middle:.0f} ({self.least:.0f} to {self.most:.0f})"
        )


@dataclass(frozen=True)
class Turns:
    """One condition on one target: the slices of the launch that is the middle one by how much both ran at once, and
    over all launches the percentage of the window in which they did, and how often the one took over."""

    condition: int
    slices: Slices
    both: Spread
    hand_overs: Spread
    launches: int

    @property
    def worker(self) -> str:
        return str(CONDITIONS[self.condition]["worker"])

    @property
    def window_ms(self) -> float:
        return 1000 * float(CONDITIONS[self.condition]["window_s"])


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Turns]], ...]:
    """What was seen on each target that has any."""
    found = [
        (of.target, _turns(of.launches))
        for of in series.launches_by_target(tables, turns.experiment)
    ]
    return tuple(row for row in found if row[1])


def _turns(launches: Sequence[Seen]) -> list[Turns]:
    found = []
    for index in range(len(CONDITIONS)):
        complete = [slices for seen in launches if (slices := slices_of(seen, index))]
        if not complete:
            continue
        complete.sort(key=lambda slices: overlap_ns(*slices))
        both = _spread([overlap_percent(slices) for slices in complete])
        taken_over = _spread([float(hand_overs(slices)) for slices in complete])
        found.append(
            Turns(index, complete[(len(complete) - 1) // 2], both, taken_over, len(complete))
        )
    return found


def _spread(values: Sequence[float]) -> Spread:
    return Spread(sorted(values)[(len(values) - 1) // 2], min(values), max(values))


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    found = rows(tables)
    if not found:
        return None
    figure, all_axes = series.lay_out(
        [target for target, _ in found], SHAPES, HEIGHT_IN, name_targets=False
    )
    for axes_row, (target, of_target) in zip(all_axes, found, strict=True):
        shown = {one.condition: one for one in of_target}
        for index, axes in enumerate(axes_row):
            if index in shown:
                _lanes(axes, shown[index], target if len(found) > 1 else "")
            else:
                axes.set_axis_off()
    return figure


def _lanes(axes: Axes, shown: Turns, target: str) -> None:
    style.name_rows(axes, [f"{shown.worker} {number}" for number in (1, 2)])
    axes.set_xlim(0, shown.window_ms)
    ticks = [share * shown.window_ms / 4 for share in range(5)]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    told = f"both at once {shown.both.middle:.0f} % of it"
    style.below(axes, f"ms  ·  {target}{':  ' if target else ''}{told}")
    for lane, (own, colour) in enumerate(zip(shown.slices, COLOURS[shown.worker], strict=True)):
        boxes = [
            [
                (x / 1e6, y)
                for x, y in (
                    (start, lane - 0.36),
                    (end, lane - 0.36),
                    (end, lane + 0.36),
                    (start, lane + 0.36),
                )
            ]
            for start, end in own
        ]
        axes.add_collection(PolyCollection(boxes, facecolors=colour, linewidths=0), autolim=False)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = [
        f"{TITLES[one.condition]} on {target}: both at once {one.both} % of {one.window_ms:g} ms,"
        f" handed over {one.hand_overs} times; median and range of {formatting.plural(one.launches, 'launch')}."
        for target, of_target in rows(tables)
        for one in of_target
    ]
    return style.alt_text("When each of two workers ran.", sentences)


CHART = Chart(
    title="Who runs when",
    stem="turns",
    caption=(
        "Two workers begin at the same instant; a bar is a time in which one of them ran, in the launch that is the "
        "middle one by how much both ran at once. Where the GIL is held, threads take turns of about one switch "
        "interval (5 ms) and never run together: two of them do the work of one. Where it is released, in processes "
        "or without a GIL, bars lie above each other. A worker that does not run waits for the GIL or for a core. The "
        "bars come from the workers’ own readings of the clock, one after every block of about 20 µs of Python or one "
        "digest."
    ),
    draw=draw,
    alt=alt,
    order=5,
)
