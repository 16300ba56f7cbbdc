"""How much slower a case may become, from ``[tool.gilbench.gate]`` of a ``pyproject.toml``. It has no other settings.

```toml
[tool.gilbench.gate]
margin = 0.05             # of time, measured in turns; the default
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

from gilbench.model import InputError

PROJECT = Path("pyproject.toml")
TABLE = "[tool.gilbench.gate]"
SMALLEST, LARGEST = 0.01, 1.0  # a host that resolves less than 1 % was not met; beyond twice the time it is no margin
NAMES = ("margin", "portable-margin", "margins")


@dataclass(frozen=True)
class Margins:
    """Margins as shares: 0.05 is 5 %."""

    margin: float = 0.05
    portable: float = 0.25
    of_workload: Mapping[str, float] = field(default_factory=dict)

    def of(self, workload: str) -> float:
        return self.of_workload.get(workload, self.margin)

    def check_names(self, workloads: Iterable[str]) -> None:
        """InputError for a margin of a workload that there is not: it would gate nothing."""
        known = set(workloads)
        for name in self.of_workload:
            if name not in known:
                raise InputError(f"{TABLE} has a margin of {name!r}; workloads are: {', '.join(sorted(known))}")


def read(path: Path = PROJECT) -> Margins:
    """The margins of a project, or the defaults where it has none; InputError where they cannot be understood."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Margins()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}); mend it, or run this elsewhere") from error
    for name in ("tool", "gilbench", "gate"):
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise InputError(f"{name} in {path} is no table; settings of the gate stand in {TABLE}")
    for name in table:
        if name not in NAMES:
            raise InputError(f"{TABLE} of {path} has no setting {name!r}; there are: {', '.join(NAMES)}")
    of_workload = table.get("margins", {})
    if not isinstance(of_workload, dict):
        raise InputError(f"margins in {TABLE} of {path} is no table; write it as {{ fnv1a = 0.05 }}")
    return Margins(
        _share("margin", table.get("margin", Margins.margin), path),
        _share("portable-margin", table.get("portable-margin", Margins.portable), path),
        {name: _share(f"margins.{name}", value, path) for name, value in of_workload.items()},
    )


def _share(name: str, value: Any, path: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not SMALLEST <= value <= LARGEST:
        raise InputError(
            f"{name} = {value!r} in {TABLE} of {path} is no margin; give a share from {SMALLEST} to {LARGEST}, "
            "such as 0.05 for 5 %"
        )
    return float(value)
