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
    """Numbers, orders of halves and of conditions, and end are the same from the launch on that was cut off."""
    whole = drive(planned, Script())
    session.kept[planned.item.id] = kept
    rest = drive(planned, Script())
    assert without_times(rest.records) == [
        one for one in without_times(whole.records) if one[1] >= kept
    ]
    assert rest.of(ItemEnd) == whole.of(ItemEnd) == [ItemEnd(planned.item.id, 6, Stop.EFFORT)]


def test_launches_of_other_items_change_nothing(drive, session):
    """Orders belong to an item and its launches, whatever is measured between them."""
    alone = without_times(drive(plan_of(), Script()).records)
    drive(PLANNED, Script())
    assert without_times(drive(plan_of(), Script()).records) == alone


def test_the_clock_continues_where_it_stopped():
    """Times of a run that went on never go back."""
    with Session(seed=0, began_s=100.0) as session:
        assert 100.0 <= session.clock_s() < 160.0
