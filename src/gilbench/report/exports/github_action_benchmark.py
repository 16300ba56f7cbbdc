"""The JSON that the ``customSmallerIsBetter`` tool of github-action-benchmark reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gilbench.report.exports import Format
from gilbench.report.exports._measured import ExportedCase
from gilbench.results.tables import Tables


def render(tables: Tables, exported: Sequence[ExportedCase]) -> str:
    """The times of a unit of work, with half of the interval as the range and the rest in words."""
    entries = []
    for each in exported:
        time_ns = each.time_ns()
        if time_ns is None:
            continue
        lines = [
            f"launches: {time_ns.n}",
            f"pairs: {each.row.pairs}",
            f"speedup over {each.row.comparison.reference.strategy}: {each.row.speedup}",
            f"run: {tables.run.id}",
        ]
        entry: dict[str, Any] = {
            "name": each.name,
            "unit": f"ns/{each.unit}",
            "value": time_ns.center,
        }
        if time_ns.lo is not None:
            lo, hi = time_ns.span
            entry["range"] = f"± {(hi - lo) / 2:.4g}"
        entry["extra"] = "\n".join(lines)
        entries.append(entry)
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


FORMAT = Format(
    "github-action-benchmark", "for its tool customSmallerIsBetter: time of a unit of work", render
)
