"""An item that goes on: what is measured after an interruption is what would have been measured without one."""

import pytest
from tests.fakes import Script
from tests.measure.conftest import plan_of
from tests.measure.test_experiments import PLANNED

from gilbench.measure.session import Session
from gilbench.model import ItemEnd, Observation, Round, Stop


def without_times(records) -> list[tuple]:
    return [
        (one.item, one.launch, one.pair, one.position, one.role, one.warmup)
        if isinstance(one, Round)
        else (one.item, one.launch, one.condition)
        for one in records
        if isinstance(one, Round | Observation)
    ]


@pytest.mark.parametrize("planned", [plan_of(), PLANNED], ids=["pairs", "experiment"])
@pytest.mark.parametrize("kept", [1, 2, 5])
def test_the_further_launches_are_those_of_an_uninterrupted_run(drive, session, planned, kept):
    """Numbers, orders of halves and of conditions, looks and end are the same from the launch on that was cut off."""
    whole = drive(planned, Script())
    session.kept[planned.item.id] = kept
    rest = drive(planned, Script())
    assert without_times(rest.records) == [one for one in without_times(whole.records) if one[1] >= kept]
    assert rest.looks == [look for look in whole.looks if look >= kept]
    assert rest.of(ItemEnd) == whole.of(ItemEnd) == [ItemEnd(planned.item.id, 6, Stop.EFFORT)]


def test_a_run_stopped_at_a_look_asks_its_rule_first(drive, session):
    """Two launches were there and the look after them was not taken: no third is measured if the rule says so."""
    session.kept[plan_of().item.id] = 2
    driven = drive(plan_of(), Script(), {2: Stop.SETTLED})
    assert driven.rounds == 0 and driven.script.launches == []
    assert driven.of(ItemEnd) == [ItemEnd(plan_of().item.id, 2, Stop.SETTLED)]


def test_only_the_rest_is_asked_of_pytest_benchmark(drive, session):
    """pedantic is told the rounds that are left, or it would ask for launches beyond the plan."""
    session.kept[plan_of().item.id] = 2
    driven = drive(plan_of(), Script())
    assert driven.rounds == 16
    session.kept.clear()
    assert drive(plan_of(), Script()).rounds == 24


def test_the_clock_goes_on_where_it_stopped():
    """Times of a run that went on never go back."""
    with Session(seed=0, began_s=100.0) as session:
        assert 100.0 <= session.clock_s() < 160.0
