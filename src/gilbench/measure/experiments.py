"""Measures an experiment: every condition of a probe once a launch, in random order."""

from __future__ import annotations

import random

from gilbench.measure.answers import decode_observed
from gilbench.measure.measurement import Measurement
from gilbench.measure.session import Session
from gilbench.model import Experiment, Observation, PlannedItem


class ExperimentMeasurement(Measurement):
    """One round for each condition of a probe."""

    def __init__(self, session: Session, planned: PlannedItem) -> None:
        assert isinstance(planned.item, Experiment)
        super().__init__(session, planned)
        self.experiment = planned.item
        self._random = random.Random(f"{session.seed}:{self.item_id}")
        self._orders: list[list[int]] = []  # by the number of a launch

    @property
    def rounds_a_launch(self) -> int:
        """One round under each condition."""
        return len(self.experiment.conditions)

    @property
    def _order(self) -> list[int]:
        """The order of the conditions in the launch of now, which is that of its number."""
        while len(self._orders) <= self.launches:
            order = self._random.sample(range(self.rounds_a_launch), self.rounds_a_launch)
            self._orders.append(order)
        return self._orders[self.launches]

    def _perform(self, index: int, *, warmup: bool) -> float:
        if warmup:
            return 0.0
        condition = self._order[index]
        began_s = self.session.clock_s()
        target = self.session.targets[self.experiment.target]
        probe = target.probe(self.experiment.probe)
        params = self.experiment.conditions[condition]
        launch = self._open[target.id]
        observed = launch.ask("probe", probe.limit_s, probe=probe.name, params=params)
        wall_s = self.session.clock_s() - began_s
        self.session.emit(
            Observation(
                item=self.item_id,
                launch=self.launches,
                condition=condition,
                began_s=round(began_s, 6),
                wall_ns=int(wall_s * 1e9),
                observed=decode_observed(probe.name, observed),
            )
        )
        return wall_s
