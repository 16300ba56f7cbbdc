"""What an interrupted run has left to measure, where launches of its items lie between each other."""

from pathlib import Path

import pytest
from tests import synthetic
from tests.synthetic import World

from gilbench.model import Effort, ItemEnd, LaunchStart, PlannedItem, Stop
from gilbench.plan.comparisons import compare
from gilbench.results.interrupted import read_intact
from gilbench.results.journal import Journal
from gilbench.run.resume import InterruptedRun

TARGET = synthetic.make_target()
ITEMS = tuple(
    PlannedItem(compare(TARGET, "fnv1a", "thread", workers), Effort((1, 2), 2))
    for workers in (1, 2, 4)
)
FULL, ENDED, BEGUN = ITEMS


def launch_of(planned: PlannedItem, number: int) -> list:
    start = LaunchStart(planned.item.id, number, 1, 0.0, 1_000_000)
    return [start, *World()._launch(planned.item, number, planned.effort.pairs)]


@pytest.fixture
def interrupted(tmp_path: Path) -> InterruptedRun:
    """One item has its last launch and no end, one has ended early, one has two launches of which one was cut off."""
    parts = [launch_of(FULL, 0), launch_of(BEGUN, 0), launch_of(ENDED, 0), launch_of(FULL, 1)]
    ended = [ItemEnd(ENDED.item.id, 1, Stop.SETTLED)]
    cut_off = launch_of(BEGUN, 1)[:3]
    with Journal(tmp_path) as journal:
        for part in (*parts, ended, cut_off):
            for record in part:
                journal.add(record)
        intact = read_intact(tmp_path, ITEMS)
    return InterruptedRun(tmp_path, synthetic.make_run(ITEMS), intact, journal, 0.0)


def test_an_item_with_its_last_launch_is_owed_its_end_only(interrupted: InterruptedRun):
    """Though launches of others follow it in the journal."""
    assert interrupted.finished == (FULL,)


def test_what_has_no_end_and_not_all_launches_is_left(interrupted: InterruptedRun):
    """The launch that was cut off is measured again, under its number."""
    assert interrupted.left == (BEGUN,)
    assert interrupted.intact.launches == {FULL.item.id: 2, BEGUN.item.id: 1}
