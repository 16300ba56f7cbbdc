"""``summary.csv``: one row per comparison, plain numbers in SI units, empty where unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from gilbench.model import for_csv
from gilbench.summary import columns
from gilbench.summary.cases import CaseRow


def render(case_rows: Iterable[CaseRow]) -> str:
    """The file's text, with a header line even where nothing was measured."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns.csv_header())
    for row in case_rows:
        cells: list[str | int | float | None] = []
        for column in columns.COLUMNS:
            cells.extend(column.csv_values(row))
        writer.writerow([for_csv(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()
