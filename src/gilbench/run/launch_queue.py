"""Measures the launches of a run in the order that its scheduler gives them.

A pytest item asks for the rounds of one planned item; launches of every item are measured until
that one is over, and its rounds are kept for it. So items are interleaved, and pytest-benchmark
still gets one item at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gilbench.measure.items import open_measurement
from gilbench.measure.launches import Died, MeasurementError
from gilbench.measure.measurement import Measurement
from gilbench.measure.session import Session
from gilbench.model import LaunchLost, PlannedItem, Stop
from gilbench.run.recorder import Recorder
from gilbench.run.scheduler import Scheduler


@dataclass
class MeasuredItem:
    """What there is of one item.

    Attributes:
        rounds_s: What each round took, in seconds: of a comparison a unit of work.
        ended: Why no further launch is measured; None while there may be more, or if it failed.
        failure: Why it could not be measured, or not to its end.
    """

    rounds_s: list[float] = field(default_factory=list)
    ended: Stop | None = None
    failure: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is measured."""
        return self.ended is not None or self.failure is not None


class LaunchQueue:
    """The launches of one run.

    Args:
        session: What is held open while the run is measured.
        recorder: Keeps the records that measuring emits.
        scheduler: Says which item gets the next launch.
    """

    def __init__(self, session: Session, recorder: Recorder, scheduler: Scheduler) -> None:
        self._session, self._recorder, self._scheduler = session, recorder, scheduler
        self._measurements: dict[str, Measurement] = {}
        self._measured: dict[str, MeasuredItem] = {}
        self._replaced: set[str] = set()  # items of which a launch died and was measured again

    def measure(self, planned: PlannedItem) -> MeasuredItem:
        """Measure launches until an item is over.

        MeasurementErrors are part of what is returned.
        """
        measured = self._measured_item(planned)
        self._end_items()
        while not measured.is_over:
            self._measure_launch()
            self._end_items()
        return measured

    def _end_items(self) -> None:
        """End the items that are over; that of one may show that the next is over too."""
        over = self._scheduler.over()
        while over:
            for planned, because in over:
                self._measurement(planned).finish(because)
                self._measured_item(planned).ended = because
            over = self._scheduler.over()

    def _measure_launch(self) -> None:
        """Measure one launch of the item that is due."""
        planned = self._scheduler.next()
        if planned is None:
            self._end_all()
            return
        measurement, measured = self._measurement(planned), self._measured_item(planned)
        began_s = self._session.clock_s()
        try:
            measured.rounds_s += measurement.run_launch()
        except MeasurementError as error:
            lost = self._lost(error)
            if lost is not None and planned.item.id not in self._replaced:
                self._replaced.add(planned.item.id)
                self._replace(measurement, lost)
                return
            measured.failure = lost or str(error)
            measurement.fail(measured.failure)
        else:
            self._recorder.took(planned.item.id, self._session.clock_s() - began_s)

    def _lost(self, error: MeasurementError) -> str | None:
        """How a process died on which a launch depends; None where all of them live."""
        server = self._session.services.lost()
        if server is not None:
            return server
        return str(error) if isinstance(error, Died) else None

    def _replace(self, measurement: Measurement, lost: str) -> None:
        """Have the launch that died measured again, under its number."""
        self._recorder.drop_launch(measurement.item_id, measurement.launches)
        self._session.emit(LaunchLost(measurement.item_id, measurement.launches, lost))

    def _end_all(self) -> None:
        """End what the scheduler leaves without a launch."""
        for planned in self._recorder.run.plan:
            measured = self._measured_item(planned)
            if planned.item.id not in self._recorder.ended:
                self._measurement(planned).finish(Stop.TIME)
            if not measured.is_over:
                measured.ended = Stop.TIME

    def _measurement(self, planned: PlannedItem) -> Measurement:
        if planned.item.id not in self._measurements:
            self._measurements[planned.item.id] = open_measurement(self._session, planned)
        return self._measurements[planned.item.id]

    def _measured_item(self, planned: PlannedItem) -> MeasuredItem:
        return self._measured.setdefault(planned.item.id, MeasuredItem())
