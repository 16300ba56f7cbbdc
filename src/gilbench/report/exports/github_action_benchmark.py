"""The JSON that the ``customSmallerIsBetter`` tool of github-action-benchmark reads."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gilbench.report.exports import Format
from gilbench.report.exports._measured import Exported
from gilbench.results.tables import Tables


def render(tables: Tables, exported: Sequence[Exported]) -> str:
    """A list of the times of a unit of work, each with half of its interval as the range and the rest in words."""
    entries = []
    for one in exported:
        time_ns = one.time_ns()
        if time_ns is None:
            continue
        lo, hi = time_ns.span
        speedup = f"speedup over {one.row.comparison.reference.strategy}: {one.row.speedup}"
        entries.append(
            {
                "name": one.name,
                "unit": f"ns/{one.unit}",
                "value": time_ns.center,
                **({} if time_ns.lo is None else {"range": f"± {(hi - lo) / 2:.4g}"}),
                "extra": f"launches: {time_ns.n}\npairs: {one.row.pairs}\n{speedup}\nrun: {tables.run.id}",
            }
        )
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


FORMAT = Format(
    "github-action-benchmark", "for its tool customSmallerIsBetter: time of a unit of work", render
)
