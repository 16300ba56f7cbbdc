"""What makes two stored runs usable: both complete, planned alike, and the same run only if all of it is."""

from dataclasses import replace

import msgspec
import pytest
from tests import synthetic
from tests.check.conftest import PROCESS, changed, stored, stored_world

from gilbench.check.stored_run import check_complete, put_side_by_side
from gilbench.model import InputError, Round
from gilbench.results import tables as frames


def test_an_interrupted_run_is_refused():
    """A part of a run would pass by what it lacks."""
    measured = stored_world().tables()
    run = msgspec.structs.replace(measured.run, status="interrupted")
    with pytest.raises(InputError, match="interrupted and not complete"):
        check_complete(replace(measured, run=run))


def test_a_truncated_journal_is_refused():
    """One that says "complete" and has no end, or a launch less than was measured."""
    made = stored_world()
    records = made.records()
    run = synthetic.make_run(made.plan(), targets=made.targets, host=made.host)
    last = max(index for index, record in enumerate(records) if isinstance(record, Round))
    for cut in (records[: last - 5], records[:last]):
        with pytest.raises(InputError, match="truncated"):
            check_complete(frames.build(run, cut))
    gone = [record for record in records if getattr(record, "launch", None) != 3]
    with pytest.raises(InputError, match="23 launches of 24"):
        check_complete(frames.build(run, gone))
    check_complete(frames.build(run, records))


@pytest.mark.parametrize(
    ("change", "words"), [({"profile": "quick"}, "--profile"), ({"seed": 7}, "--seed")]
)
def test_another_plan_or_seed_is_refused(baseline, change, words):
    """They did not answer the same question."""
    with pytest.raises(InputError, match=words):
        put_side_by_side(baseline, changed(baseline, **change), across_versions=False)


def test_an_id_alone_does_not_make_two_runs_one(baseline):
    """A journal that was changed afterwards is another run's."""
    worse = stored(speedups={PROCESS: 1.2})
    assert worse.portable.run == baseline.portable.run
    assert not put_side_by_side(baseline, worse, across_versions=False).are_one_run
