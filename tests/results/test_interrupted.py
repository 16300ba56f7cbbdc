"""Where a journal is whole, wherever it was cut: every kept launch has all its records, nothing else is kept."""

import errno
import os

import pytest
from tests import synthetic
from tests.synthetic import World

from gilbench.model import (
    Comparison,
    CoresSample,
    Effort,
    Experiment,
    Failure,
    InputError,
    ItemEnd,
    LaunchStart,
    PlannedItem,
    Stop,
)
from gilbench.plan.comparisons import compare
from gilbench.results import folder as layout
from gilbench.results.chain import Chain
from gilbench.results.interrupted import read_intact
from gilbench.results.journal import Journal, Place

TARGET = synthetic.make_target()
PAIRED = PlannedItem(compare(TARGET, "fnv1a", "thread", 2), Effort((2, 4), 2), ("A16",))
PROBED = PlannedItem(
    Experiment(TARGET.id, "switching", ({"n": 1}, {"n": 2}, {"n": 3})), Effort((2, 3), 1)
)
PLAN = (PAIRED, PROBED)
SAMPLE = CoresSample(0.05, (1.0, 0.0))


def launch_of(planned: PlannedItem, number: int) -> list:
    """One whole launch of an item, a second long from its number on."""
    item = planned.item
    start = LaunchStart(item.id, number, 1, float(number), 1_000_000)
    if isinstance(item, Comparison):
        *rounds, control = World()._launch(item, number, planned.effort.pairs)
        return [start, *rounds[:4], control, *rounds[4:]]  # the control runs before the last pair
    return [start, *(synthetic.make_observation(item, number, index, {}) for index in (2, 0, 1))]


def journal() -> list:
    """Two launches and an end of the one item, then three of the other, not ended."""
    first = [*launch_of(PAIRED, 0), *launch_of(PAIRED, 1), ItemEnd(PAIRED.item.id, 2, Stop.SETTLED)]
    return [*first, *launch_of(PROBED, 0), *launch_of(PROBED, 1)]


def write(folder, records, cores=(SAMPLE,)):
    with Journal(folder) as opened:
        for record in records:
            opened.add(record)
        for sample in cores:
            opened.add_cores(sample)
    return folder


@pytest.mark.parametrize("length", range(len(journal()) + 1))
def test_whole_launches_are_kept_and_a_cut_one_is_dropped(tmp_path, length):
    """After any number of records: all up to the last whole launch are kept, and the rest is counted as dropped."""
    records = journal()[:length]
    whole = read_intact(write(tmp_path, records), PLAN)
    wholes, position = [0], 0
    for part in (*map(len, (launch_of(PAIRED, 0), launch_of(PAIRED, 1))), 1, 4, 4):
        position += part
        wholes.append(position)
    expected = max(place for place in wholes if place <= length)
    assert whole.records == tuple(records[:expected])
    assert whole.dropped == length - expected
    assert (tmp_path / layout.ROUNDS).read_bytes()[: whole.rounds_bytes].count(b"\n") == expected
    of_paired = sum(place <= length for place in wholes[1:3])
    if length >= wholes[3]:
        assert whole.ended == {PAIRED.item.id}
        launches = sum(place <= length for place in wholes[4:])
        assert whole.launches == ({PROBED.item.id: launches} if launches else {})
    else:
        assert whole.ended == frozenset()
        assert whole.launches == ({PAIRED.item.id: of_paired} if of_paired else {})


INTERLEAVED = (
    launch_of(PAIRED, 0),
    launch_of(PROBED, 0),
    launch_of(PAIRED, 1),
    [ItemEnd(PAIRED.item.id, 2, Stop.SETTLED)],
    launch_of(PROBED, 1),
    launch_of(PROBED, 2),
)  # the parts of a journal as a run writes it: launches of one item come between those of another


@pytest.mark.parametrize("length", range(sum(map(len, INTERLEAVED)) + 1))
def test_launches_of_other_items_may_lie_between(tmp_path, length):
    """After any number of records every whole launch is kept, whichever item it is of, and each item's are counted."""
    records = [record for part in INTERLEAVED for record in part][:length]
    whole: list[list] = []
    for part in INTERLEAVED:
        if sum(map(len, whole)) + len(part) > length:
            break
        whole.append(part)
    kept = [record for part in whole for record in part]
    intact = read_intact(write(tmp_path, records), PLAN)
    assert intact.records == tuple(kept)
    assert intact.dropped == length - len(kept)
    launches = {planned.item.id: 0 for planned in PLAN}
    for record in kept:
        if isinstance(record, LaunchStart):
            launches[record.item] += 1
    open_items = {
        item: count for item, count in launches.items() if count and item not in intact.ended
    }
    assert intact.launches == open_items


@pytest.mark.parametrize("lost_bytes", [1, 2, 40])
def test_a_last_line_without_its_end_is_cut(tmp_path, lost_bytes):
    """Even one that could be read: the next record would join it. Its launch is measured again."""
    write(tmp_path, journal())
    path = tmp_path / layout.ROUNDS
    path.write_bytes(path.read_bytes()[:-lost_bytes])
    whole = read_intact(tmp_path, PLAN)
    assert whole.launches == {PROBED.item.id: 1}
    assert whole.dropped == 4
    with Journal(tmp_path) as opened:
        opened.cut(Place(whole.rounds_bytes, b""), whole.cores_bytes)
        opened.add(ItemEnd(PROBED.item.id, 1, Stop.TIME))
    assert layout.read_records(tmp_path) == [*whole.records, ItemEnd(PROBED.item.id, 1, Stop.TIME)]


def test_a_cut_timeline_is_cut_too(tmp_path):
    """The timeline goes on after its last whole line."""
    write(tmp_path, journal(), (SAMPLE, CoresSample(0.1, (1.0, 0.0))))
    path = tmp_path / layout.CORES
    path.write_bytes(path.read_bytes()[:-3])
    whole = read_intact(tmp_path, PLAN)
    with Journal(tmp_path) as opened:
        opened.cut(Place(whole.rounds_bytes, b""), whole.cores_bytes)
        opened.add_cores(CoresSample(9.0, (0.5, 0.5)))
    assert [one.t_s for one in layout.read_cores(tmp_path)] == [0.05, 9.0]


def test_an_item_that_failed_is_over(tmp_path):
    """A failure is an outcome and stays one; the records of the launch that failed stay with it."""
    records = [*launch_of(PAIRED, 0)[:4], Failure(PAIRED.item.id, 0, "no")]
    whole = read_intact(write(tmp_path, records), PLAN)
    assert whole.records == tuple(records) and whole.dropped == 0
    assert whole.ended == {PAIRED.item.id} and whole.launches == {}


def test_the_clock_knows_what_is_dropped(tmp_path):
    """Times go on after the latest that either file tells, even of records that are not kept."""
    records = [*launch_of(PAIRED, 0), LaunchStart(PAIRED.item.id, 1, 1, 7.5, 500_000_000)]
    assert read_intact(write(tmp_path, records), PLAN).clock_s == pytest.approx(8.0)
    with Journal(tmp_path) as opened:
        opened.add_cores(CoresSample(11.0, (1.0, 0.0)))
    assert read_intact(tmp_path, PLAN).clock_s == 11.0


def test_damage_before_the_end_is_an_input_error(tmp_path):
    """A journal that was damaged and not cut is not gone on with."""
    path = write(tmp_path, journal()) / layout.ROUNDS
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"{half\n", *lines[2:]]))
    with pytest.raises(InputError, match=r"rounds\.jsonl:2 is damaged"):
        read_intact(tmp_path, PLAN)


def test_a_journal_that_is_being_written_is_locked(tmp_path):
    """Two processes cannot add to one run; once the first has closed it, the second can."""
    with Journal(tmp_path), pytest.raises(InputError, match="is being measured by another process"):
        Journal(tmp_path)
    Journal(tmp_path).close()


def test_an_empty_line_is_damage_where_lines_have_digests(tmp_path):
    """Whoever reads the resumed run would refuse it, after all of it had been measured."""
    with Journal(tmp_path) as opened:
        opened.cut(Place(0, b"start"), 0)
        for record in journal():
            opened.add(record)
    path = tmp_path / layout.ROUNDS
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(InputError, match="it has no digest"):
        read_intact(tmp_path, PLAN, Chain(b"start"))


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_not_another_process(tmp_path, monkeypatch, code):
    """A run can be measured there."""
    fcntl = pytest.importorskip("fcntl", reason="this system has no locks at all")

    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with Journal(tmp_path) as opened:
        assert not opened.is_locked
