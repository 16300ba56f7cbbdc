"""What other tools are given of a run: its comparisons, with times per unit of work.

Every run calibrates task sizes for itself, so times of whole rounds of two runs cannot be compared;
times of a byte hashed or of a task waited for can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from gilbench.model import Comparison, InputError
from gilbench.results.tables import Tables
from gilbench.summary import cases
from gilbench.summary.cases import CaseRow, Measured


@dataclass(frozen=True)
class ExportedCase:
    """A comparison under the name that other tools know it by.

    Attributes:
        name: As in ``benchmark.json``.
        row: What was measured.
        rounds: Those of the case, warm-up included, as in the tables.
        tasks: How many tasks a round does.
        size: How many units of work a task does.
        unit: What a unit of work is.
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
        """The time of a unit of work in nanoseconds.

        It comes with its 95 % confidence interval over launches.
        """
        return self.row.over_launches(self.row.launches["wall_s"] * 1e9 / self.units, "ns")


def exported(tables: Tables, target: str | None = None) -> list[ExportedCase]:
    """The comparisons that were measured to their end.

    Names are those of benchmark.json: bare for one target, with the target for several. Experiments
    are left out: the duration of their rounds is a parameter of the probe, not a result.

    Args:
        tables: What was measured.
        target: Only those of this target; None for all.

    Raises:
        InputError: There are none.
    """
    several_targets = target is None and len(tables.run.targets) > 1
    cases_to_export = []
    for row in cases.rows(tables):
        is_wanted = target is None or row.case.target == target
        if is_wanted and row.comparison.id in tables.ends:
            comparison = row.comparison
            name = comparison.id if several_targets else comparison.name_on_target
            cases_to_export.append(_exported_case(tables, row, name))
    if not cases_to_export:
        missing = f"no comparison of run {tables.run.id} was measured to its end"
        raise InputError(f"{missing}; there is nothing to export")
    return cases_to_export


def left_out(tables: Tables) -> Sequence[str]:
    """The comparisons of the plan that failed or were not measured to their end."""
    complete = {item.id for item in tables.comparisons if item.id in tables.ends}
    planned = [each.item for each in tables.run.plan]
    comparisons = [item.id for item in planned if isinstance(item, Comparison)]
    return [id for id in comparisons if id not in complete]


def _exported_case(tables: Tables, row: CaseRow, name: str) -> ExportedCase:
    comparison = row.comparison
    sized_on = tables.run.target(comparison.reference.target)
    size, unit = sized_on.unit_of_work(row.case.workload)
    rounds = tables.rounds
    is_of_case = (rounds["item"] == comparison.id) & (rounds["role"] == "case")
    return ExportedCase(name, row, rounds[is_of_case], comparison.tasks, size, unit)
