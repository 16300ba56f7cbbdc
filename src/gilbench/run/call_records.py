"""What was observed of a user's call, kept as experiments with their conditions and launches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from gilbench.measure.interrupts import INTERRUPTS
from gilbench.model import Effort, Experiment, LaunchStart, Observation, PlannedItem, Target


class CallRecords:
    """Everything that was observed of a call, in the form of experiments with their conditions.

    Args:
        clock_s: The run's clock, in seconds.
    """

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self.observations: list[Observation] = []
        self._clock_s = clock_s
        self._conditions: dict[str, list[dict[str, Any]]] = {}
        self._pids: dict[tuple[str, int], int] = {}  # of the first process of each launch

    def add(
        self,
        target: Target,
        probe: str,
        condition: dict[str, Any],
        launch: int,
        observed: dict[str, Any],
        wall_s: float,
        pid: int = 0,
    ) -> None:
        """Keep what was observed under a condition, which took ``wall_s`` seconds until now.

        ``pid`` is the launch's; 0 where nothing was started for it.
        """
        item = f"{probe}@{target.id}"
        began_s = round(self._clock_s() - wall_s, 6)
        with INTERRUPTS:  # an experiment and the first that was observed in it belong together
            conditions = self._conditions.setdefault(item, [])
            if condition not in conditions:
                conditions.append(condition)
            self._pids.setdefault((item, launch), pid)
            self.observations.append(
                Observation(
                    item=item,
                    launch=launch,
                    condition=conditions.index(condition),
                    began_s=began_s,
                    wall_ns=int(wall_s * 1e9),
                    observed=observed,
                )
            )

    def under(self, target: Target, probe: str, condition: dict[str, Any]) -> list[dict[str, Any]]:
        """What was observed under a condition so far."""
        item = f"{probe}@{target.id}"
        conditions = self._conditions.get(item, [])
        under_condition = []
        for observation in self._of_item(item):
            if conditions[observation.condition] == condition:
                under_condition.append(observation.observed)
        return under_condition

    def plan(self) -> Iterator[PlannedItem]:
        """The experiments that were made."""
        for item, conditions in self._conditions.items():
            probe, _, target = item.partition("@")
            experiment = Experiment(target, probe, tuple(conditions))
            launches = len(self._by_launch(item))
            yield PlannedItem(experiment, Effort((launches,), 1))

    def journal(self) -> Iterator[LaunchStart | Observation]:
        """The observations launch by launch, each launch after its start.

        Launches of a probe are numbered without those in which nothing of it was measured.
        """
        for item in self._conditions:
            by_launch = self._by_launch(item)
            for number, launch in enumerate(sorted(by_launch)):
                observations = by_launch[launch]
                pid = self._pids[item, launch]
                yield LaunchStart(item, number, pid, observations[0].began_s, 0)
                for observation in observations:
                    yield msgspec.structs.replace(observation, launch=number)

    def _by_launch(self, item: str) -> dict[int, list[Observation]]:
        """The observations of an item by the number of their launch."""
        by_launch: dict[int, list[Observation]] = {}
        for observation in self._of_item(item):
            by_launch.setdefault(observation.launch, []).append(observation)
        return by_launch

    def _of_item(self, item: str) -> list[Observation]:
        return [observation for observation in self.observations if observation.item == item]
