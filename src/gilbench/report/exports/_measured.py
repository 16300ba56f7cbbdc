"""What of a run other tools are given: its comparisons, with times per unit of work.

Every run calibrates task sizes for itself, so times of whole rounds of two runs cannot be compared; times of a byte
hashed or of a task waited for can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from gilbench.model import Comparison, InputError
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.cases import CaseRow, Measured, measured


@dataclass(frozen=True)
class Exported:
    """A comparison under the name that other tools know it by.

    A round does ``tasks`` of ``size`` units each. ``rounds`` are those of the case, warm-up included, as in the tables.
    """

    name: str
    row: CaseRow
    rounds: pd.DataFrame
    tasks: int
    size: int
    unit: str

    @property
    def units(self) -> int:
        """Units of work of a round."""
        return self.tasks * self.size

    def time_ns(self) -> Measured | None:
        """The time of a unit of work in nanoseconds, with its 95 % confidence interval over launches."""
        return measured(self.row.launches["wall_s"] * 1e9 / self.units, "ns")


def exported(tables: Tables, target: str | None = None) -> list[Exported]:
    """The comparisons that were measured to their end, of one target or of all of them.

    Names are those of benchmark.json: bare for one target, with the target for several. Experiments are left out: what
    their rounds last is a parameter of the probe, not a result.
    """
    bare = target is not None or len(tables.run.targets) == 1
    rows = [row for row in cases.rows(tables) if row.comparison.id in tables.ends]
    wanted = [row for row in rows if target in (None, row.case.target)]
    if not wanted:
        raise InputError(
            f"no comparison of run {tables.run.id} was measured to its end; there is nothing to export"
        )
    return [
        _one(tables, row, row.comparison.name_on_target if bare else row.comparison.id)
        for row in wanted
    ]


def left_out(tables: Tables) -> Sequence[str]:
    """The comparisons of the plan that are not exported, because they failed or were not measured to their end."""
    planned = [one.item for one in tables.run.plan if isinstance(one.item, Comparison)]
    measured_ones = {comparison.id for comparison in tables.comparisons}
    return [
        item.id for item in planned if item.id not in tables.ends or item.id not in measured_ones
    ]


def _one(tables: Tables, row: CaseRow, name: str) -> Exported:
    comparison = row.comparison
    sized_on = next(
        target for target in tables.run.targets if target.id == comparison.reference.target
    )
    size, unit = sized_on.unit_of_work(row.case.workload)
    mine = tables.rounds[
        (tables.rounds["item"] == comparison.id) & (tables.rounds["role"] == "case")
    ]
    return Exported(name, row, mine, comparison.tasks, size, unit)
