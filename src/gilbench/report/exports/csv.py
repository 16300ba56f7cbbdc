"""Every timed round as a row of plain numbers, references included, for spreadsheets and data frames.

(summary.csv has one row per case.)
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from gilbench.report.exports import Format
from gilbench.report.exports._measured import Exported
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


def render(tables: Tables, exported: Sequence[Exported]) -> str:
    """The file's text. ``strategy`` and ``workers`` are those of the round: a reference has its own."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for one in exported:
        comparison = one.row.comparison
        mine = tables.rounds[tables.rounds["item"] == comparison.id]
        for row in mine[~mine["warmup"].astype(bool)].to_dict("records"):
            case = comparison.case if row["role"] == "case" else comparison.reference
            which = (case.target, case.workload, case.strategy, case.workers, one.tasks, one.size)
            seconds = (row[name] / 1e9 for name in TIMES)
            place = (row[name] for name in PLACE)
            writer.writerow(
                (
                    tables.run.id,
                    comparison.id,
                    *which,
                    *place,
                    row["began_s"],
                    *seconds,
                    row["peak_rss_bytes"],
                )
            )
    return out.getvalue()


FORMAT = Format("csv", "a row for every timed round, references included", render)
