"""Watches the speed of the host: one process times the same loop before and after every launch.

It only reports. Whether a launch counts is decided where the journal is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gilbench.measure.answers import SizeAnswer, TimedAnswer, decode
from gilbench.measure.host import throttled_s
from gilbench.measure.launches import Died, Launch, MeasurementError
from gilbench.model import HostDrift, InputError, Target

WORKLOAD = "fnv1a"  # bytecode in one thread, which touches next to no memory
TASK_NS = 1_000_000
TRIES = 3  # the fastest of them counts: a brief interruption is not a change of speed
TIMEOUT_S = 30.0


@dataclass(frozen=True)
class HostSpeed:
    """How fast the host was at one moment.

    ``throttled_s`` are the seconds for which CPU quotas had stopped this run by then.
    """

    loop_ns: int
    throttled_s: float


class Sentinel:
    """A launch that stays open for the whole run and does nothing but time a loop.

    Raises:
        InputError: The target cannot run the loop.
    """

    def __init__(self, target: Target, target_bundle: Path) -> None:
        self._target, self._target_bundle = target, target_bundle
        self._open()

    def _open(self) -> None:
        target, target_bundle = self._target, self._target_bundle
        self._launch = Launch(target.executable, target_bundle, target.settings)
        try:
            self._launch.set_up(TIMEOUT_S)
            reply = self._launch.ask("size tasks", TIMEOUT_S, workload=WORKLOAD, aim_ns=TASK_NS)
            size = decode(reply, SizeAnswer).size
        except MeasurementError as error:
            self._launch.close()
            problem = f"{target.executable} cannot run {WORKLOAD} during a check: {error}"
            raise InputError(problem) from error
        except BaseException:
            self._launch.close()
            raise
        self._job = {
            "workload": WORKLOAD,
            "strategy": "serial",
            "workers": 1,
            "tasks": 1,
            "params": {"size": size},
        }

    def sample(self) -> HostSpeed:
        """Time the loop now.

        Raises:
            MeasurementError: The launch has died, and another one, whose samples are not comparable
                with earlier ones, is open for the next sample.
        """
        walls_ns = []
        for _ in range(TRIES):
            try:
                reply = self._launch.ask("round", TIMEOUT_S, **self._job)
            except Died as error:
                self._launch.close()
                self._open()
                raise Died(f"what watches the host's speed: {error}") from None
            walls_ns.append(decode(reply, TimedAnswer).wall_ns)
        return HostSpeed(min(walls_ns), throttled_s())

    def drift(self, item: str, launch: int, before: HostSpeed) -> HostDrift:
        """Sample again and compare with the sample from before a launch of an item.

        Args:
            item: The item's id.
            launch: The number of the launch, which is over.
            before: The sample from before it.
        """
        after = self.sample()
        stopped_s = round(max(0.0, after.throttled_s - before.throttled_s), 6)
        return HostDrift(item, launch, before.loop_ns, after.loop_ns, stopped_s)

    def close(self) -> None:
        """End the launch."""
        self._launch.close()
