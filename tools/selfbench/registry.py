"""The rows: every file in ``rows/`` that ends in ``ROW``, in the order of the page."""

from __future__ import annotations

import importlib
import pkgutil

from tools.selfbench import rows
from tools.selfbench.model import Row

# In the order of the page; one that is not named here comes last.
ORDER = (
    "fidelity",
    "same_binary",
    "empty_task",
    "identical",
    "slowdowns",
    "first_claim",
    "standard_runs",
    "coverage",
    "sampler",
    "start_up",
    "plugin",
    "scale",
)


def all_rows() -> list[Row]:
    """Every row, in the order of the page."""
    made = []
    for module in pkgutil.iter_modules(rows.__path__):
        if not module.name.startswith("_"):
            row = importlib.import_module(f"{rows.__name__}.{module.name}").ROW
            if row.name != module.name:
                raise ValueError(f"{module.name}.py holds a row that is called {row.name}")
            made.append(row)
    return sorted(made, key=lambda row: (_place(row.name), row.name))


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def choose(names: list[str]) -> list[Row]:
    """The rows of these names, all of them without any.

    Raises:
        ValueError: There is no row of a name.
    """
    rows_by_name = {row.name: row for row in all_rows()}
    unknown = [name for name in names if name not in rows_by_name]
    if unknown:
        raise ValueError(f"no row {unknown[0]!r} (choose from: {', '.join(rows_by_name)})")
    return [row for name, row in rows_by_name.items() if not names or name in names]
