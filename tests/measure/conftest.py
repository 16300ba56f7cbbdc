"""A measurement whose launches are fakes, driven as a run's queue drives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests import synthetic
from tests.fakes import Script

from gilbench.measure.items import open_measurement
from gilbench.measure.launches import MeasurementError
from gilbench.measure.measurement import Measurement
from gilbench.measure.session import Session
from gilbench.model import Effort, PlannedItem, Record, Stop
from gilbench.plan.comparisons import compare


@dataclass
class Driven:
    """A measurement that has been driven to its end, and all it wrote."""

    measurement: Measurement
    script: Script
    records: list[Record]
    rounds_s: list[float] = field(default_factory=list)
    error: str | None = None

    @property
    def rounds(self) -> int:
        """How many rounds there were."""
        return len(self.rounds_s)

    def of(self, kind: type[Any]) -> list[Any]:
        """The records of one kind, in order."""
        return [record for record in self.records if isinstance(record, kind)]


@pytest.fixture
def session() -> Iterator[Session]:
    """A session with a synthetic target in it."""
    with Session(seed=3) as opened:
        target = synthetic.make_target(sizes={"fnv1a": 4096})
        opened.targets[target.id] = target
        yield opened


@pytest.fixture
def drive(session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Driven]:
    """Measure all launches of an item, with fakes, until it is done or failed."""

    def run(planned: PlannedItem, script: Script) -> Driven:
        def open_launch(target: Any, *_: Any) -> Any:
            return script.launch(target.executable, session.target_bundle, target.settings)

        monkeypatch.setattr(session, "open_launch", open_launch)
        records: list[Record] = []
        session.listeners[:] = [records.append]
        measurement = open_measurement(session, planned)
        driven = Driven(measurement, script, records)
        try:
            while measurement.launches < planned.effort.most_launches:
                driven.rounds_s += measurement.run_launch()
            measurement.finish(Stop.EFFORT)
        except MeasurementError as error:
            measurement.fail(str(error))
            driven.error = str(error)
        return driven

    return run


def plan_of(
    strategy: str = "thread",
    workers: int = 2,
    *,
    looks: tuple[int, ...] = (2, 4, 6),
    pairs: int = 4,
) -> PlannedItem:
    """A comparison with serial, and its effort."""
    return PlannedItem(
        compare(synthetic.make_target(), "fnv1a", strategy, workers), Effort(looks, pairs), ("A16",)
    )
