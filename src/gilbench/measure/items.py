"""Chooses how a planned item is measured: in pairs, or condition by condition."""

from __future__ import annotations

from gilbench.measure.experiments import ExperimentMeasurement
from gilbench.measure.measurement import Measurement
from gilbench.measure.pairs import PairedMeasurement
from gilbench.measure.session import Session
from gilbench.model import Comparison, PlannedItem


def open_measurement(session: Session, planned: PlannedItem) -> Measurement:
    """Make the measurement that fits the item; it starts no launch yet.

    Args:
        session: What the run holds open.
        planned: The item, and how much effort it may take.
    """
    if isinstance(planned.item, Comparison):
        return PairedMeasurement(session, planned)
    return ExperimentMeasurement(session, planned)
