"""A measurement whose launches are fakes, driven as pytest-benchmark drives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests import synthetic
from tests.fakes import Script

from gilbench.measure import measurement as measurements
from gilbench.measure.items import open_measurement
from gilbench.measure.launches import MeasurementError
from gilbench.measure.measurement import Enough, Measurement, StoppingRule
from gilbench.measure.session import Session
from gilbench.model import Effort, PlannedItem, Record, Stop
from gilbench.plan.comparisons import compare


@dataclass
class Driven:
    """A measurement that has been driven to its end, and all it wrote."""

    measurement: Measurement
    script: Script
    records: list[Record]
    rounds: int = 0
    error: str | None = None
    looks: list[int] = field(default_factory=list)

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
    """Measure an item with fake launches until it is done, stopped or failed."""

    def run(planned: PlannedItem, script: Script, stop_at: dict[int, Stop] | None = None) -> Driven:
        monkeypatch.setattr(measurements, "Launch", script.launch)
        records: list[Record] = []
        session.listeners[:] = [records.append]
        looks: list[int] = []
        measurement = open_measurement(session, planned, rule_of(looks, stop_at or {}, lambda: measurement.launches))
        driven = Driven(measurement, script, records, looks=looks)
        try:
            for _ in range(measurement.rounds_left):  # as pedantic does: prepare, then measure
                measurement.next_round()
                measurement.measure()
                driven.rounds += 1
            measurement.finish()
        except Enough:
            measurement.finish()
        except MeasurementError as error:
            measurement.fail(str(error))
            driven.error = str(error)
        finally:
            measurement.close()
        return driven

    return run


def rule_of(looks: list[int], stop_at: dict[int, Stop], launches: Callable[[], int]) -> StoppingRule:
    """A stopping rule that notes when it is asked and stops where it is told to."""

    def rule(planned: PlannedItem) -> Stop | None:
        looks.append(launches())
        return stop_at.get(launches())

    return rule


def plan_of(
    strategy: str = "thread", workers: int = 2, *, looks: tuple[int, ...] = (2, 4, 6), pairs: int = 4
) -> PlannedItem:
    """A comparison with serial, and its effort."""
    return PlannedItem(compare(synthetic.make_target(), "fnv1a", strategy, workers), Effort(looks, pairs), ("A16",))
