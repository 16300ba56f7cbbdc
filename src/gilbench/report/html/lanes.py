"""The picture of the first screen: when each worker ran, as lanes of bars that the page lays out.

It is drawn from the probe ``turns``, which watches two workers for 60 ms. A run without it shows
the start and end of every worker in one round instead, and how much of a core it used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Case, Target, WorkerLog
from gilbench.report.figures import turns
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.cases import CaseRow
from gilbench.summary.headline import WORKERS

WIDE, HIGH, GAP = 1000.0, 20.0, 6.0  # of the drawing, which the page stretches
MOST_LANES = 8  # more are no longer told apart
TOGETHER = 50.0  # per cent of the window from which on workers count as running together
# By the condition of the probe, in the order of the numbers above them
TITLES = {
    0: "Pure Python in threads",
    2: "Pure Python in processes",
    1: "C code that releases the GIL",
}
# Without the probe: strategy, workload and workers per core, with what they show.
ROUNDS = (
    ("thread", "fnv1a", 1, TITLES[0]),
    ("process", "fnv1a", 1, TITLES[2]),
    ("thread", "sha256-large", 1, TITLES[1]),
    ("thread", "http", 2, "Waiting for a server"),
    ("thread", "sleep", 2, "Waiting in threads"),
)
PANELS = 3


@dataclass(frozen=True)
class Lane:
    """One worker: its name, and its bars as the path of an SVG drawing.

    Attributes:
        outline: Where it was at work without using a core all the time; empty where bars say all.
    """

    name: str
    bars: str
    outline: str = ""


@dataclass(frozen=True)
class LanePanel:
    """Some workers over the same time.

    Attributes:
        title: What they did.
        worker: ``thread`` or ``process``, which sets the colour.
        says: What is to be seen, in a few words.
        length: How long the time is, with its unit; how much of it they ran at once, if known.
    """

    title: str
    worker: str
    lanes: tuple[Lane, ...]
    says: str
    length: str


@dataclass(frozen=True)
class LanePicture:
    """The panels of each target, and how to read them.

    Attributes:
        rows: Each target's id and panels.
    """

    rows: tuple[tuple[str, tuple[LanePanel, ...]], ...]
    caption: str


OF_TURNS = (
    "Two workers, watched for 60 ms. A bar is a time in which one ran; one that does not run waits "
    "for the GIL or for a core."
)
OF_ROUNDS = (
    "The workers of a typical round, from the start to the end of their work. A bar is filled as "
    "high as the share of a core that its worker used."
)


def lane_picture(tables: Tables) -> LanePicture | None:
    """Who ran when on the first target, and on the first one without the GIL.

    Returns:
        None where the run has neither the probe nor a round with several workers.
    """
    shown = _contrasting(tables.run.targets)
    observed = dict(turns.rows(tables))
    rows = []
    for target in shown:
        if target.id in observed:
            by_condition = {each.condition: each for each in observed[target.id]}
            shown_here = [by_condition[index] for index in TITLES if index in by_condition]
            rows.append((target.id, tuple(map(_panel_of_turns, shown_here))))
    if rows:
        return LanePicture(tuple(rows), OF_TURNS)
    for target in shown:
        panels = _panels_of_rounds(tables, target)
        if panels:
            rows.append((target.id, panels))
    return LanePicture(tuple(rows), OF_ROUNDS) if rows else None


def _contrasting(targets: Sequence[Target]) -> list[Target]:
    """The first target, and the first whose GIL is the other way."""
    first = targets[0]
    others = [target for target in targets if target.gil_enabled != first.gil_enabled]
    return [first, *others[:1]]


def _panel_of_turns(condition: turns.Turns) -> LanePanel:
    lanes = []
    for number, slices in enumerate(condition.slices, 1):
        window_ns = condition.window_ms * 1e6
        bars = [(start / window_ns, end / window_ns, 1.0) for start, end in slices]
        lanes.append(Lane(f"{condition.worker} {number}", _path(bars)))
    together = condition.both.middle
    says = "run at once" if together >= TOGETHER else "take turns"
    length = f"both at once {together:.0f} % of {condition.window_ms:g} ms"
    return LanePanel(TITLES[condition.condition], condition.worker, tuple(lanes), says, length)


def _panels_of_rounds(tables: Tables, target: Target) -> tuple[LanePanel, ...]:
    cores = max(2, tables.run.host.usable_cores)
    panels = []
    for strategy, workload, workers_per_core, title in ROUNDS:
        case = Case(target.id, workload, strategy, workers_per_core * cores)
        row = cases.find(cases.rows(tables), case)
        workers = None if row is None else _typical_round(tables, row)
        if row is not None and workers:
            panels.append(_panel_of_round(row, title, workers))
    if not panels:
        panels += _panels_of_other_rounds(tables, target)
    return tuple(panels[:PANELS])


def _panels_of_other_rounds(tables: Tables, target: Target) -> list[LanePanel]:
    """The cases of threads and processes that a narrowed run has, whatever they compute."""
    panels = []
    for row in cases.rows(tables):
        case = row.case
        is_shown = case.target == target.id and case.workers > 1 and case.strategy in WORKERS
        workers = _typical_round(tables, row)
        if is_shown and workers and case.workers <= MOST_LANES:
            panels.append(
                _panel_of_round(row, f"{case.workload} in {WORKERS[case.strategy]}", workers)
            )
    return panels


def _typical_round(tables: Tables, row: CaseRow) -> tuple[WorkerLog, ...]:
    """The round with the median of the cores that workers used; empty where none was counted."""
    rounds = sorted(tables.workers.get(row.comparison.id, ()), key=_cores_used)
    return rounds[len(rounds) // 2] if rounds else ()


def _cores_used(workers: Sequence[WorkerLog]) -> float:
    _, length_ns = _span_ns(workers)
    return sum(worker.cpu_ns for worker in workers) / length_ns


def _span_ns(workers: Sequence[WorkerLog]) -> tuple[int, int]:
    """When the first worker began, and how long it took until the last one ended."""
    begin_ns = min(worker.start_ns for worker in workers)
    return begin_ns, max(1, max(worker.end_ns for worker in workers) - begin_ns)


def _panel_of_round(row: CaseRow, title: str, workers: Sequence[WorkerLog]) -> LanePanel:
    begin_ns, length_ns = _span_ns(workers)
    ordered = sorted(workers, key=lambda worker: worker.start_ns)
    kind = row.case.strategy
    lanes = []
    for number, worker in enumerate(ordered[:MOST_LANES], 1):
        left = (worker.start_ns - begin_ns) / length_ns
        right = (worker.end_ns - begin_ns) / length_ns
        used = min(1.0, worker.cpu_ns / max(1, worker.end_ns - worker.start_ns))
        whole = _path([(left, right, 1.0)])
        lanes.append(Lane(f"{kind} {number}", _path([(left, right, used)]), whole))
    says = "cores used"
    if row.cores_used is not None:
        says = f"{formatting.fixed(row.cores_used.center)} cores used"
    length = formatting.milliseconds(length_ns / 1e6)
    return LanePanel(title, kind, tuple(lanes), says, length)


def _path(bars: Sequence[tuple[float, float, float]]) -> str:
    """Rectangles that stand on the lane's ground: left, right and height, each from 0 to 1."""
    parts = []
    for left, right, height in bars:
        x, width = WIDE * left, max(1.0, WIDE * (right - left))
        parts.append(f"M{x:.1f} {HIGH:g}v{-HIGH * height:.1f}h{width:.1f}v{HIGH * height:.1f}z")
    return "".join(parts)
