"""Measuring an experiment: every condition once a launch, in an order of its own, with launches that are fakes."""

import pytest
from tests import synthetic
from tests.fakes import Script

from gilbench.measure.experiments import ExperimentMeasurement
from gilbench.measure.items import open_measurement
from gilbench.measure.launches import MeasurementError
from gilbench.measure.pairs import PairedMeasurement
from gilbench.model import (
    Effort,
    Experiment,
    Failure,
    ItemEnd,
    LaunchStart,
    Observation,
    PlannedItem,
    Stop,
)
from gilbench.plan.comparisons import compare

CONDITIONS = tuple({"interval_s": interval_s} for interval_s in (0.001, 0.002, 0.005, 0.02))
EXPERIMENT = Experiment("3.13.0", "switching", CONDITIONS)
PLANNED = PlannedItem(EXPERIMENT, Effort((3, 6), 9), ("A19",))


def test_every_condition_runs_once_a_launch(drive):
    """Six launches observe each of four conditions once, whatever number of pairs the effort names."""
    driven = drive(PLANNED, Script())
    seen = driven.of(Observation)
    assert len(seen) == driven.rounds == 24
    for launch in range(6):
        assert sorted(one.condition for one in seen if one.launch == launch) == [0, 1, 2, 3]
    assert driven.of(ItemEnd) == [ItemEnd(EXPERIMENT.id, 6, Stop.EFFORT)]
    assert len(driven.of(LaunchStart)) == len(driven.script.launches) == 6


def test_an_observation_belongs_to_its_condition(drive):
    """What was seen stands beside the condition that it was asked under."""
    for one in drive(PLANNED, Script()).of(Observation):
        assert one.observed == {"seen": CONDITIONS[one.condition]}


def test_the_order_of_conditions_is_random_and_repeatable(drive):
    """Launches differ in their order, so drift is shared among the conditions; the same seed gives the same orders."""
    first, again = (
        [one.condition for one in drive(PLANNED, Script()).of(Observation)] for _ in range(2)
    )
    assert first == again
    assert len({tuple(first[launch * 4 : launch * 4 + 4]) for launch in range(6)}) > 1


def test_nothing_is_observed_while_warming_up(drive):
    """A launch is asked for its conditions and nothing else."""
    driven = drive(PLANNED, Script())
    assert driven.script.of("probe") == [
        (launch, "switching") for launch in range(6) for _ in CONDITIONS
    ]
    assert driven.script.of("round") == []


def test_a_failure_keeps_what_was_observed(drive):
    """A probe that fails ends its experiment, and what was seen before stays in the journal."""

    def fail(number, op, given):
        if number == 7:
            raise MeasurementError("ValueError: no")
        return given

    driven = drive(PLANNED, Script(answer=fail))
    assert driven.of(Failure) == [Failure(EXPERIMENT.id, 1, "ValueError: no")]
    assert len(driven.of(Observation)) == 5
    assert [launch.closed for launch in driven.script.launches] == [1, 1]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (EXPERIMENT, ExperimentMeasurement),
        (compare(synthetic.make_target(), "fnv1a", "thread", 2), PairedMeasurement),
    ],
)
def test_an_item_is_measured_as_its_kind_asks(session, item, kind):
    """Comparisons are measured in pairs, experiments condition by condition."""
    assert type(open_measurement(session, PlannedItem(item, Effort((2,), 2)))) is kind
