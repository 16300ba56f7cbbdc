"""How much slower a case may become: ``[tool.gilbench.gate]`` of a ``pyproject.toml``.

```toml
[tool.gilbench.gate]
margin = 0.05             # of time, measured interleaved; the default
portable-margin = 0.25    # of ratios from two runs, perhaps of two machines; the default
margins = { http = 0.10 } # of a workload
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gilbench.model import InputError, one_line
from gilbench.results.files import damage, read_file

PROJECT = Path("pyproject.toml")
MOST_BYTES = 4 << 20
TABLE = "[tool.gilbench.gate]"
# No host was met that resolves less than 1 %; more than twice the time is no margin.
SMALLEST, LARGEST = 0.01, 1.0
NAMES = ("margin", "portable-margin", "margins")


@dataclass(frozen=True)
class Margins:
    """Margins as shares: 0.05 is 5 %."""

    margin: float = 0.05
    portable: float = 0.25
    of_workload: Mapping[str, float] = field(default_factory=dict)

    def of(self, workload: str) -> float:
        """The margin of time of a workload."""
        return self.of_workload.get(workload, self.margin)

    def check_names(self, workloads: Iterable[str]) -> None:
        """Refuse a margin of an unknown workload, which would have no effect.

        Raises:
            InputError: A margin names none of ``workloads``.
        """
        known = set(workloads)
        for name in self.of_workload:
            if name not in known:
                choices = ", ".join(sorted(known))
                raise InputError(
                    f"{TABLE} has a margin of an unknown workload {name!r} (choose from: {choices})"
                )


def read(path: Path = PROJECT) -> Margins:
    """Read the margins of a project, or the defaults where it has none.

    Raises:
        InputError: The file cannot be read, or a setting is unknown or out of range.
    """
    if not path.exists() and not path.is_symlink():
        return Margins()
    remedy = "fix it, or run this elsewhere"
    try:
        table = tomllib.loads(read_file(path, MOST_BYTES, remedy).decode("utf-8"))
    except (ValueError, RecursionError) as error:  # ValueError: integers of thousands of digits too
        raise InputError(f"{path} cannot be read ({damage(error)}); {remedy}") from error
    for name in ("tool", "gilbench", "gate"):
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise InputError(
                f"{name} in {path} is no table; settings of the check belong in {TABLE}"
            )
    for name in table:
        if name not in NAMES:
            raise InputError(
                f"unknown setting {name!r} in {TABLE} of {path} (choose from: {', '.join(NAMES)})"
            )
    of_workload = table.get("margins", {})
    if not isinstance(of_workload, dict):
        raise InputError(
            f"margins in {TABLE} of {path} is no table; write it as {{ fnv1a = 0.05 }}"
        )
    return Margins(
        _share("margin", table.get("margin", Margins.margin), path),
        _share("portable-margin", table.get("portable-margin", Margins.portable), path),
        {name: _share(f"margins.{name}", value, path) for name, value in of_workload.items()},
    )


def _share(name: str, value: Any, path: Path) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not SMALLEST <= value <= LARGEST
    ):
        raise InputError(
            f"{name} = {_in_words(value)} in {TABLE} of {path} is no margin; "
            f"give a share from {SMALLEST} to {LARGEST}, such as 0.05 for 5 %"
        )
    return float(value)


def _in_words(value: Any) -> str:
    """A value in a message."""
    try:
        return one_line(repr(value))
    except ValueError:  # Python prints no integer of thousands of digits
        return "a number of thousands of digits"
