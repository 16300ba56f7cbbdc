"""Who ran when: two workers in the same 60 ms, as threads that hold the GIL or let go of it, and as processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.plan.matrix import TURNS
from gilbench.report.figures import Chart, _series, _style
from gilbench.results.tables import Seen, Tables
from gilbench.summary import formatting

Slices = Sequence[Sequence[Sequence[int]]]  # a worker's slices, each from and to, in ns since the common start

HEIGHT_IN = 0.56
TITLES = ("pure Python, 2 threads", "hashlib over 256 KiB, 2 threads", "pure Python, 2 processes")
SHAPES = tuple(_series.Shape(title, 0.72, 2.5, 0.18) for title in TITLES)
COLOURS = {"thread": (_style.BLUE, _style.SKY), "process": (_style.VERMILION, _style.ORANGE)}


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
        return str(TURNS[self.condition]["worker"])

    @property
    def window_ms(self) -> float:
        return 1000 * float(TURNS[self.condition]["window_s"])


@lru_cache(maxsize=1)
def rows(tables: Tables) -> tuple[tuple[str, list[Turns]], ...]:
    """What was seen on each target that has any."""
    found = [(one.target, _turns(one.launches)) for one in _series.watched(tables, "turns", TURNS)]
    return tuple(row for row in found if row[1])


def _turns(launches: Sequence[Seen]) -> list[Turns]:
    found = []
    for index, condition in enumerate(TURNS):
        complete = [slices for seen in launches if (slices := _complete(seen[index].get("slices")))]
        if not complete:
            continue
        percent = condition["window_s"] * 1e7
        complete.sort(key=lambda slices: overlap_ns(*slices))
        both = _spread([overlap_ns(*slices) / percent for slices in complete])
        hand_overs = _spread([float(passed_on(slices)) for slices in complete])
        found.append(Turns(index, complete[(len(complete) - 1) // 2], both, hand_overs, len(complete)))
    return found


def _spread(values: Sequence[float]) -> Spread:
    return Spread(sorted(values)[(len(values) - 1) // 2], min(values), max(values))


def _complete(slices: Slices | None) -> Slices | None:
    """The slices where both workers reported some."""
    return slices if slices and len(slices) == 2 and all(slices) else None


def overlap_ns(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> int:
    """How long both ran at the same time; each one's slices follow each other."""
    total = mine = theirs = 0
    while mine < len(one) and theirs < len(other):
        start = max(one[mine][0], other[theirs][0])
        end = min(one[mine][1], other[theirs][1])
        total += max(0, end - start)
        if one[mine][1] < other[theirs][1]:
            mine += 1
        else:
            theirs += 1
    return total


def passed_on(slices: Slices) -> int:
    """How often the slice that began next was another worker's."""
    order = [worker for _, worker in sorted((part[0], index) for index, own in enumerate(slices) for part in own)]
    return sum(before != after for before, after in pairwise(order))


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:  # noqa: ARG001 - every chart gets both
    found = rows(tables)
    if not found:
        return None
    figure, all_axes = _series.lay_out([target for target, _ in found], SHAPES, HEIGHT_IN, name_targets=False)
    for axes_row, (target, turns) in zip(all_axes, found, strict=True):
        shown = {one.condition: one for one in turns}
        for index, axes in enumerate(axes_row):
            if index in shown:
                _lanes(axes, shown[index], target if len(found) > 1 else "")
            else:
                axes.set_axis_off()
    return figure


def _lanes(axes: Axes, turns: Turns, target: str) -> None:
    _style.name_rows(axes, [f"{turns.worker} {number}" for number in (1, 2)])
    axes.set_xlim(0, turns.window_ms)
    ticks = [share * turns.window_ms / 4 for share in range(5)]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    told = f"both at once {turns.both.middle:.0f} % of it"
    _style.below(axes, f"ms  ·  {target}{':  ' if target else ''}{told}")
    for lane, (own, colour) in enumerate(zip(turns.slices, COLOURS[turns.worker], strict=True)):
        boxes = [
            [
                (x / 1e6, y)
                for x, y in ((start, lane - 0.36), (end, lane - 0.36), (end, lane + 0.36), (start, lane + 0.36))
            ]
            for start, end in own
        ]
        axes.add_collection(PolyCollection(boxes, facecolors=colour, linewidths=0), autolim=False)


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:  # noqa: ARG001 - every chart gets both
    sentences = [
        f"{TITLES[one.condition]} on {target}: both at once {one.both} % of {one.window_ms:g} ms,"
        f" handed over {one.hand_overs} times; median and range of {formatting.plural(one.launches, 'launch')}."
        for target, turns in rows(tables)
        for one in turns
    ]
    return _style.told("When each of two workers ran.", sentences)


CHART = Chart(
    title="Who runs when",
    stem="turns",
    caption=(
        "Two workers begin at the same instant; a bar is a time in which one of them ran, in the launch that is the "
        "middle one by how much both ran at once. Where the GIL is held, threads take turns of about one switch "
        "interval (5 ms) and never run together: two of them do the work of one. Where it is let go of, in processes "
        "or without a GIL, bars lie above each other. A worker that does not run waits for the GIL or for a core. The "
        "bars come from the workers’ own readings of the clock, one after every block of about 20 µs of Python or one "
        "digest."
    ),
    draw=draw,
    alt=alt,
    order=5,
)
