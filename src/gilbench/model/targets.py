"""An interpreter under test: its settings, and what it said of itself."""

from __future__ import annotations

from typing import Any

from gilbench.model.base import Frozen


class UnknownName(KeyError):
    """A target has no workload, strategy or probe of this name."""


def _named(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found = {entry["name"]: entry for entry in entries}
    if name not in found:
        raise UnknownName(name)
    return found[name]


class Settings(Frozen, frozen=True):
    """How the launches of a target are set up; None leaves it to the interpreter. ``site`` lets them import what is
    installed for it, beyond the standard library. In words: ``gil=0``."""

    gil: bool | None = None
    switch_interval_s: float | None = None
    start_method: str | None = None
    site: bool = False

    def __str__(self) -> str:
        told = {
            "gil": None if self.gil is None else str(int(self.gil)),
            "switch-interval": None if self.switch_interval_s is None else f"{self.switch_interval_s:g}",
            "start-method": self.start_method,
            "site": "1" if self.site else None,
        }
        return ",".join(f"{name}={value}" for name, value in told.items() if value is not None)


DEFAULTS = Settings()


class Target(Frozen, frozen=True):
    """An interpreter under test. ``description`` is what it said of itself, once set up; ``sizes`` are the calibrated
    task sizes."""

    id: str
    executable: str
    description: dict[str, Any]
    sizes: dict[str, int]
    settings: Settings = DEFAULTS

    def workload(self, name: str) -> dict[str, Any]:
        """What the target says of one of its workloads; KeyError if it has none of that name."""
        return _named(self.description["workloads"], name)

    def strategy(self, name: str) -> dict[str, Any]:
        """What the target says of one of its strategies; KeyError if it has none of that name."""
        return _named(self.description["strategies"], name)

    def probe(self, name: str) -> dict[str, Any]:
        """What the target says of one of its probes; KeyError if it has none of that name."""
        return _named(self.description["probes"], name)

    @property
    def gil_enabled(self) -> bool:
        return bool(self.description["gil_enabled"])
