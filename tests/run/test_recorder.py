"""The one owner of a run's records: what it keeps, what it writes, and the tables that it builds step by step."""

import pandas as pd
import pytest
from tests import synthetic
from tests.synthetic import World

from gilbench.model import Failure, ItemEnd, LaunchStart, Stop
from gilbench.results import folder as layout
from gilbench.results import tables
from gilbench.results.journal import Journal
from gilbench.run.recorder import Recorder

WORLD = World(launches=2, claims=frozenset({"A16", "B9"}))
RUN = synthetic.make_run(WORLD.plan(), targets=WORLD.targets, host=WORLD.host)
RECORDS = WORLD.records()


def recorder_of(kept=(), journal=None):
    return Recorder(RUN, kept, journal, lambda: 0.0)


@pytest.fixture
def journal(tmp_path):
    folder = layout.create(tmp_path)
    with Journal(folder) as opened:
        yield opened


def test_tables_built_step_by_step_are_those_of_the_whole_journal():
    """Whatever was asked for meanwhile, every frame ends up equal to the one that is built at once."""
    recorder = recorder_of()
    for number, record in enumerate(RECORDS):
        recorder.add(record)
        if number % 7 == 0:
            recorder.tables()
    stepwise, at_once = recorder.tables(), tables.build(RUN, RECORDS)
    for frame in ("rounds", "launches", "observations"):
        pd.testing.assert_frame_equal(getattr(stepwise, frame), getattr(at_once, frame))
    assert stepwise.ends == at_once.ends


def test_tables_are_built_once_for_each_state():
    """Those who ask between two records share one object, and with it what was computed from it."""
    recorder = recorder_of(RECORDS[:20])
    before = recorder.tables()
    assert recorder.tables() is before
    recorder.add(RECORDS[20])
    assert recorder.tables() is not before


def test_later_records_do_not_change_earlier_tables():
    """A verdict on what was known at an interim analysis stays one on that."""
    recorder = recorder_of(RECORDS[:20])
    before = recorder.tables()
    rounds, ends = before.rounds.copy(), dict(before.ends)
    for record in RECORDS[20:]:
        recorder.add(record)
    recorder.tables()
    pd.testing.assert_frame_equal(before.rounds, rounds)
    assert before.ends == ends


def test_it_knows_what_has_begun_and_what_has_ended():
    """An item has begun with its first record, kept ones included, and ends with its end or its failure."""
    begun, ended, failed = (planned.item.id for planned in RUN.plan[:3])
    recorder = recorder_of([LaunchStart(ended, 0, 1, 2.5, 1), ItemEnd(ended, 1, Stop.EFFORT)])
    recorder.add(LaunchStart(begun, 0, 1, 7.5, 1))
    recorder.add(Failure(failed, 0, "it broke"))
    assert recorder.begun == {begun, ended, failed}
    assert recorder.ended == {ended, failed}
    assert recorder.first_launch_s == 2.5
    assert [launch.began_s for launch in recorder.launches[begun]] == [7.5]


@pytest.mark.parametrize("records", [RECORDS, RECORDS[:-1]], ids=["complete", "interrupted"])
def test_run_json_says_how_the_run_ended(journal, records):
    """Complete once every planned item has its end, and only then the latest run; interrupted otherwise."""
    recorder = recorder_of(journal=journal)
    assert layout.read_run(journal.folder).id == RUN.id
    for record in records:
        recorder.add(record)
    recorder.close()
    recorder.close()
    complete = records is RECORDS
    assert layout.read_run(journal.folder).status == ("complete" if complete else "interrupted")
    assert (journal.folder.parent / layout.LATEST).exists() == complete
    assert layout.read_records(journal.folder) == records


def test_kept_records_are_not_written_again(journal):
    """They stand in the journal of the interrupted run already."""
    recorder = recorder_of(RECORDS[:5], journal)
    recorder.add(RECORDS[5])
    recorder.close()
    assert layout.read_records(journal.folder) == [RECORDS[5]]
    assert recorder.records == RECORDS[:6]
