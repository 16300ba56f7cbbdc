"""Every timed round as a row of plain numbers, references included.

The format is for spreadsheets and data frames.

(summary.csv has one row per case.)
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from gilbench.model import for_csv
from gilbench.report.exports import Format
from gilbench.report.exports._measured import ExportedCase
from gilbench.results.tables import Tables

TIMES = ("wall_ns", "launch_ns", "compute_ns", "join_ns", "cpu_ns")
PLACE = ("launch", "pair", "position", "role")
HEADER = (
    *("run", "item", "target", "workload", "strategy", "workers", "tasks", "task_size"),
    *PLACE,
    "began_s",
    *(name.replace("_ns", "_s") for name in TIMES),
    "peak_rss_bytes",
)


def render(tables: Tables, exported: Sequence[ExportedCase]) -> str:
    """The file's text; a reference has its own ``strategy`` and ``workers``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for each in exported:
        comparison = each.row.comparison
        rounds = tables.rounds[tables.rounds["item"] == comparison.id]
        for row in rounds[~rounds["warmup"].astype(bool)].to_dict("records"):
            case = comparison.case if row["role"] == "case" else comparison.reference
            names = (tables.run.id, comparison.id, case.target, case.workload, case.strategy)
            place = [row[name] for name in PLACE]
            seconds = [row[name] / 1e9 for name in TIMES]
            writer.writerow(
                [
                    *map(for_csv, names),
                    case.workers,
                    each.tasks,
                    each.size,
                    *place,
                    row["began_s"],
                    *seconds,
                    row["peak_rss_bytes"],
                ]
            )
    return out.getvalue()


FORMAT = Format("csv", "a row for every timed round, references included", render)
