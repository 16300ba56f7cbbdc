"""A launch that is none: it answers requests at once, with durations that were written down beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gilbench.measure.launches import MeasurementError
from gilbench.model import DEFAULTS, Settings

MS = 1_000_000


@dataclass
class Script:
    """What the fake launches of a test answer, and what they were asked.

    ``wall_ms`` gives the duration of a round by strategy; ``answer`` may change the answer to the n-th request of the
    whole test, or raise. ``log`` holds (launch number, op, what: strategy or probe) for each request, ``answered`` how
    many requests there had been when each was answered.
    """

    wall_ms: Mapping[str, float] = field(default_factory=lambda: {"serial": 100.0})
    answer: Callable[[int, str, dict[str, Any]], dict[str, Any]] = lambda number, op, given: given
    log: list[tuple[int, str, str]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    launches: list[FakeLaunch] = field(default_factory=list)

    def launch(
        self, executable: str, target_bundle: Path, settings: Settings = DEFAULTS
    ) -> FakeLaunch:
        """Stands in for ``Launch``."""
        self.launches.append(FakeLaunch(self, len(self.launches), executable, target_bundle))
        return self.launches[-1]

    def of(self, op: str) -> list[tuple[int, str]]:
        """(launch, what) of every request of a kind, in order."""
        return [(launch, what) for launch, asked, what in self.log if asked == op]


class FakeLaunch:
    """One fake process; closed exactly once by whoever opened it."""

    def __init__(self, script: Script, number: int, executable: str, target_bundle: Path) -> None:
        self.script, self.number, self.executable, self.target_bundle = (
            script,
            number,
            executable,
            target_bundle,
        )
        self.pid = 9000 + number
        self.closed = 0
        self.core: int | None = None
        self.pending: list[tuple[int, str, dict[str, Any]]] = []

    def pin(self, core: int) -> None:
        self.core = core

    def ask(self, op: str, timeout_s: float, **arguments: Any) -> dict[str, Any]:
        self.request(op, **arguments)
        return self.answer(timeout_s)

    def request(self, op: str, **arguments: Any) -> None:
        if self.closed:
            raise MeasurementError("asked after it was closed")
        number = len(self.script.log)
        self.script.log.append(
            (self.number, op, str(arguments.get("strategy") or arguments.get("probe") or ""))
        )
        self.script.asked.append(arguments)
        self.pending.append((number, op, arguments))

    def answer(self, timeout_s: float) -> dict[str, Any]:
        assert timeout_s > 0
        number, op, arguments = self.pending.pop(0)
        self.script.answered.append(len(self.script.log))
        make = {
            "set up": self._nothing,
            "load": self._nothing,
            "round": self._round,
            "probe": self._probe,
        }[op]
        return self.script.answer(number, op, make(arguments))

    def set_up(self, timeout_s: float) -> None:
        self.ask("set up", timeout_s)

    def close(self) -> None:
        self.closed += 1

    def _nothing(self, _: dict[str, Any]) -> dict[str, Any]:
        return {}

    def _probe(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments["probe"] == "ceiling":
            return {"ceiling": 1.9, "alone": [[10], [10]], "together": [[9, 9], [10, 10]]}
        return {"seen": arguments["params"]}

    def _round(self, arguments: dict[str, Any]) -> dict[str, Any]:
        wall_ns = int(self.script.wall_ms.get(arguments["strategy"], 100.0) * MS)
        worker = {
            "pid": 1,
            "thread_id": 1,
            "tasks": arguments["tasks"],
            "start_ns": 1000 + MS,
            "end_ns": 1000 + wall_ns - MS,
        }
        gil = {"gil_before": True, "gil": True, "gil_culprit": ""}
        return {
            "start_ns": 1000,
            "wall_ns": wall_ns,
            "launch_ns": MS,
            "compute_ns": wall_ns - 2 * MS,
            "join_ns": MS,
            "cpu_self_ns": wall_ns,
            "cpu_children_ns": 0,
            "switches_voluntary": 0,
            "switches_forced": 0,
            "peak_rss_bytes": 1 << 20,
            "gil_before": True,
            "gil_after": True,
            "tasks": arguments["tasks"],
            "checksum": 42,
            "workers": [{**worker, "cpu_ns": wall_ns, "checksum": 42, **gil}],
        }
