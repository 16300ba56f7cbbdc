"""The servers beside I/O workloads: started once a run, by the parent's interpreter, each in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gilbench.measure.launches import Child

START_TIMEOUT_S = 20.0


class Services:
    """The servers that are up, by name and delay."""

    def __init__(self, target_bundle: Path) -> None:
        self._target_bundle = target_bundle
        self._up: dict[tuple[str, float], tuple[Child, Any]] = {}

    def address(self, name: str, delay_s: float) -> Any:
        """Where the server listens; it is started if it is not up."""
        key = (name, delay_s)
        if key not in self._up:
            arguments = ["-S", "-m", "gilbench.target.services", name, str(delay_s)]
            child = Child(sys.executable, arguments, self._target_bundle)
            try:
                self._up[key] = (child, child.read(START_TIMEOUT_S)["address"])
            except BaseException:
                child.close()
                raise
        return self._up[key][1]

    def close(self) -> None:
        for child, _ in self._up.values():
            child.close()
        self._up.clear()
