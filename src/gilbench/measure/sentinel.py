"""A process that stays the same through a run and times the same loop again and again: what changes is the host.

It only reports; whether a launch counts is decided where the journal is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gilbench.measure.host import throttled_s
from gilbench.measure.launch import Launch, MeasurementError
from gilbench.model import HostDrift, InputError, Target

WORKLOAD = "fnv1a"  # bytecode in one thread, which touches next to no memory
TASK_NS = 1_000_000
TRIES = 3  # the best of them: a moment's interruption is not a change of speed
TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Sight:
    """How fast the host was at one moment, and for how long a quota had stopped this run by then."""

    loop_ns: int
    throttled_s: float


class Sentinel:
    """A launch of its own, asked before and after each launch of the run."""

    def __init__(self, target: Target, target_bundle: Path) -> None:
        self._launch = Launch(target.executable, target_bundle, target.settings)
        try:
            self._launch.set_up(TIMEOUT_S)
            calibrated = self._launch.ask("calibrate", TIMEOUT_S, workload=WORKLOAD, aim_ns=TASK_NS)
        except BaseException as error:
            self._launch.close()
            if isinstance(error, MeasurementError):
                raise InputError(f"{target.executable} cannot run {WORKLOAD} beside a check: {error}") from error
            raise
        self._job = {"workload": WORKLOAD, "strategy": "serial", "workers": 1, "tasks": 1}
        self._params = {"size": calibrated["size"]}

    def look(self) -> Sight:
        rounds = [self._launch.ask("round", TIMEOUT_S, params=self._params, **self._job) for _ in range(TRIES)]
        return Sight(min(int(one["wall_ns"]) for one in rounds), throttled_s())

    def stretch(self, item: str, launch: int, before: Sight) -> HostDrift:
        """Look again, and say what happened in between."""
        after = self.look()
        stopped_s = round(max(0.0, after.throttled_s - before.throttled_s), 6)
        return HostDrift(item, launch, before.loop_ns, after.loop_ns, stopped_s)

    def close(self) -> None:
        self._launch.close()
