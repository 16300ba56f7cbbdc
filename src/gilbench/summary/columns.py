"""The columns of a report, each one value: name, legend, unit, how to compute it, place.

``summary.csv``, the page's table of cases, the reference and their tests follow from COLUMNS. To
add a column, add a value; names and order in ``summary.csv`` are a contract, so a new one goes
last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gilbench.summary import formatting
from gilbench.summary.cases import CaseRow, Measured

Value = str | int | float | Measured | None
ENDS = ("_lo", "_hi")  # of an interval: what its columns of summary.csv are called by


@dataclass(frozen=True)
class Column:
    """One column of the report.

    Attributes:
        name: What it is called in ``summary.csv``; an interval also has ``_lo`` and ``_hi``.
        legend: What it says, for a reader who sees it for the first time.
        compute: Its value for a case; None where nothing is known.
        unit: The unit of the value; "" for text, counts and shares.
        interval: Whether the value is a ``Measured``, with its interval.
        heading: What it is called in the page's table of cases; "" where it is in the file only.
        place: Where it stands in the page's table, from the left.
        in_words: How the page writes the value, where that is not as plain as can be.
        is_text: Whether the value is text and not a number.
    """

    name: str
    legend: str
    compute: Callable[[CaseRow], Value]
    unit: str = ""
    interval: bool = False
    heading: str = ""
    place: int = 0
    in_words: Callable[[CaseRow], str] | None = None
    is_text: bool = False

    @property
    def csv_names(self) -> tuple[str, ...]:
        """The columns of ``summary.csv`` that it fills."""
        if self.interval:
            return (self.name, *(self.name + end for end in ENDS))
        return (self.name,)

    def csv_values(self, row: CaseRow) -> tuple[str | int | float | None, ...]:
        """A case's values for ``csv_names``, unrounded; None where nothing is known."""
        value = self.compute(row)
        if isinstance(value, Measured):
            return value.center, value.lo, value.hi
        return (value,) * len(self.csv_names)

    def text(self, row: CaseRow) -> str:
        """A case's value as the page writes it; an en dash where nothing is known."""
        value = self.compute(row)
        if value is None:
            return "–"
        if self.in_words is not None:
            return self.in_words(row)
        return formatting.fixed(value) if isinstance(value, float) else str(value)


def _mean(column: str) -> Callable[[CaseRow], float]:
    """The plain mean of a column of the launches."""
    return lambda row: row.mean(column)


def _reference(row: CaseRow) -> str:
    reference = row.comparison.reference
    elsewhere = reference.target != row.case.target
    return f"{reference.strategy} on {reference.target}" if elsewhere else reference.strategy


def _milliseconds(row: CaseRow) -> str:
    return formatting.fixed(1000 * row.mean("wall_s"), 1)


COLUMNS = (
    Column(
        "item",
        "the comparison that the row is of, as it is called in run.json and rounds.jsonl",
        lambda row: row.comparison.id,
        is_text=True,
    ),
    Column(
        "target",
        "the interpreter that ran the case",
        lambda row: row.case.target,
        heading="Target",
        place=2,
        is_text=True,
    ),
    Column(
        "workload",
        "the computation",
        lambda row: row.case.workload,
        heading="Workload",
        place=1,
        is_text=True,
    ),
    Column(
        "strategy",
        "how tasks are mapped onto workers",
        lambda row: row.case.strategy,
        heading="Strategy",
        place=3,
        is_text=True,
    ),
    Column(
        "workers",
        "how many workers there are",
        lambda row: row.case.workers,
        heading="Workers",
        place=4,
    ),
    Column(
        "reference",
        "the strategy that the case is paired with, on the same work",
        lambda row: row.comparison.reference.strategy,
        heading="Reference",
        place=5,
        in_words=_reference,
        is_text=True,
    ),
    Column(
        "tasks",
        "units of work in a round",
        lambda row: row.comparison.tasks,
    ),
    Column(
        "launches",
        "fresh processes that it was measured in: the sample that intervals are made of",
        lambda row: len(row.launches),
        heading="Launches",
        place=12,
    ),
    Column(
        "pairs",
        "pairs of a round of the case and one of its reference, over all launches",
        lambda row: row.pairs,
        heading="Pairs",
        place=13,
    ),
    Column(
        "speedup",
        "time of the reference over time of the case, with its 95 % confidence interval",
        lambda row: row.speedup,
        unit="×",
        interval=True,
        heading="Speedup [95 %]",
        place=6,
    ),
    Column(
        "efficiency",
        "speedup over workers",
        lambda row: row.efficiency,
        heading="Efficiency",
        place=7,
    ),
    Column(
        "serial_fraction",
        "the part of the work that does not run in parallel, by Karp and Flatt; "
        "none for one worker",
        lambda row: row.serial_fraction,
        heading="Serial fraction",
        place=8,
    ),
    Column(
        "cores_used",
        "CPU seconds per wall-clock second of the case, child processes included",
        lambda row: row.cores_used,
        unit=" cores",
        interval=True,
        heading="Cores used [95 %]",
        place=9,
    ),
    Column(
        "ceiling",
        "speedup of processes that only spin, in the same launches: what the host could give",
        lambda row: row.ceiling,
        unit="×",
        interval=True,
        heading="Ceiling [95 %]",
        place=10,
    ),
    Column(
        "wall_s",
        "wall-clock time of a round of the case, mean over launches",
        _mean("wall_s"),
        unit=" s",
        heading="Round, ms",
        place=11,
        in_words=_milliseconds,
    ),
    Column(
        "reference_wall_s",
        "wall-clock time of a round of the reference, mean over launches",
        _mean("reference_wall_s"),
        unit=" s",
    ),
    Column(
        "launch_s",
        "from the start of a round to the first task begun, mean over launches",
        _mean("launch_s"),
        unit=" s",
    ),
    Column(
        "compute_s",
        "from the first task begun to the last one done, mean over launches",
        _mean("compute_s"),
        unit=" s",
    ),
    Column(
        "join_s",
        "from the last task done until the strategy returns, mean over launches",
        _mean("join_s"),
        unit=" s",
    ),
    Column(
        "foreign_cores",
        "cores that other programs used meanwhile, mean over launches",
        _mean("foreign_cores"),
        unit=" cores",
    ),
    Column(
        "steal_share",
        "share of time that the hypervisor kept from the host, mean over launches",
        _mean("steal_share"),
    ),
)


def csv_header() -> tuple[str, ...]:
    """The names of ``summary.csv``, in their order."""
    names: list[str] = []
    for column in COLUMNS:
        names.extend(column.csv_names)
    return tuple(names)


def page_columns(*, several_targets: bool) -> Sequence[Column]:
    """The columns of the page's table of cases, from the left; one target needs no name."""
    columns = [column for column in COLUMNS if column.heading]
    if not several_targets:
        columns = [column for column in columns if column.name != "target"]
    return sorted(columns, key=lambda column: column.place)
