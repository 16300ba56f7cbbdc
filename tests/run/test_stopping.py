"""When a case of a check has been measured enough."""

import pytest
from tests.check.conftest import Checked

from gilbench.check.interleaved_run import HEAD
from gilbench.check.margins import Margins
from gilbench.model import Experiment, PlannedItem, Stop
from gilbench.results import tables
from gilbench.run.stopping import InterleavedPolicy, WholeEffortPolicy

CHECKED = Checked({"fnv1a-serial-w1": (1.1, 1.1)})


def planned_as(label: str, *, again: bool = False) -> PlannedItem:
    """A case of the check."""
    for planned in CHECKED.run.plan:
        case = planned.item.case
        if (case.label, case.target, planned.item.again) == (label, HEAD, again):
            return planned
    raise LookupError(label)


@pytest.fixture(scope="module")
def built():
    return tables.build(CHECKED.run, CHECKED.records())


def test_a_case_stops_when_it_is_decided():
    """At an interim analysis that leaves no doubt, and not before there are data."""
    decided = tables.build(CHECKED.run, CHECKED.records())
    policy = InterleavedPolicy(Margins())
    assert policy.stopping(planned_as("fnv1a-serial-w1"), decided) == Stop.SETTLED
    assert policy.stopping(planned_as("fnv1a-serial-w1"), tables.build(CHECKED.run, [])) is None


def test_only_a_case_that_was_flagged_is_measured_again(built):
    """A first sample is always measured, a second one of what the first called slower."""
    policy = InterleavedPolicy(Margins())
    assert policy.needed(planned_as("fnv1a-thread-w2"), built)
    assert policy.needed(planned_as("fnv1a-serial-w1", again=True), built)
    assert not policy.needed(planned_as("fnv1a-thread-w2", again=True), built)


def test_calibrating_a_host_measures_everything_and_decides_nothing(built):
    """Every item, with all its launches."""
    policy = WholeEffortPolicy()
    assert all(policy.needed(planned, built) for planned in CHECKED.run.plan)
    assert not any(policy.stopping(planned, built) for planned in CHECKED.run.plan)


def test_a_check_compares_cases_and_nothing_else(built):
    """A probe among its items is a mistake of the program."""
    probe = PlannedItem(Experiment(HEAD, "wakeup", ({},)), CHECKED.run.plan[0].effort)
    with pytest.raises(TypeError, match="compares cases"):
        InterleavedPolicy(Margins()).needed(probe, built)
