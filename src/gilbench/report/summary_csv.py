"""``summary.csv``: one row a comparison, plain numbers in SI units, empty where nothing is known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from gilbench.summary.cases import CaseRow, Measured

MEANS = ("wall_s", "reference_wall_s", "launch_s", "compute_s", "join_s", "foreign_cores", "steal_share")


def render(case_rows: Iterable[CaseRow]) -> str:
    """The file's text, with a header line even where nothing was measured."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_fields, case_rows))
    return out.getvalue()


def _fields(row: CaseRow) -> dict[str, object]:
    case, reference = row.case, row.comparison.reference
    return {
        "item": row.comparison.id,
        "target": case.target,
        "workload": case.workload,
        "strategy": case.strategy,
        "workers": case.workers,
        "reference": reference.strategy,
        "tasks": row.comparison.tasks,
        "launches": len(row.launches),
        "pairs": row.pairs,
        **_interval("speedup", row.speedup),
        "efficiency": row.efficiency,
        "serial_fraction": row.serial_fraction,
        **_interval("cores_used", row.cores_used),
        **_interval("ceiling", row.ceiling),
        **{column: row.mean(column) for column in MEANS},
    }


def _interval(name: str, value: Measured | None) -> dict[str, float | None]:
    if value is None:
        return {name: None, f"{name}_lo": None, f"{name}_hi": None}
    return {name: value.center, f"{name}_lo": value.lo, f"{name}_hi": value.hi}


HEADER = (
    *("item", "target", "workload", "strategy", "workers", "reference", "tasks", "launches", "pairs"),
    *("speedup", "speedup_lo", "speedup_hi", "efficiency", "serial_fraction"),
    *("cores_used", "cores_used_lo", "cores_used_hi", "ceiling", "ceiling_lo", "ceiling_hi"),
    *MEANS,
)
