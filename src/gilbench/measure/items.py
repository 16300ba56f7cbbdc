"""Chooses how a planned item is measured: in pairs, or condition by condition."""

from __future__ import annotations

from gilbench.measure.experiments import ExperimentMeasurement
from gilbench.measure.measurement import Measurement, StoppingRule
from gilbench.measure.pairs import PairedMeasurement
from gilbench.measure.session import Session
from gilbench.model import Comparison, PlannedItem


def open_measurement(session: Session, planned: PlannedItem, stopping: StoppingRule) -> Measurement:
    """Make the measurement that fits the item; it starts no launch yet.

    Args:
        session: What the run holds open.
        planned: The item, and how much effort it may take.
        stopping: Says, at every interim analysis, why the item needs no further launch, or None.
    """
    if isinstance(planned.item, Comparison):
        return PairedMeasurement(session, planned, stopping)
    return ExperimentMeasurement(session, planned, stopping)
