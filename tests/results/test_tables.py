"""The journal as frames: the sums and ratios by hand, and journals that are empty or end in the middle."""

import gc
import math

import msgspec
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import synthetic

from gilbench.model import (
    CeilingControl,
    CoresSample,
    Effort,
    Failure,
    HostUse,
    ItemEnd,
    PlannedItem,
    Record,
    Stop,
)
from gilbench.plan.comparisons import compare
from gilbench.results import frames, tables
from gilbench.results.journal import Journal

ITEM = compare(synthetic.make_target(), "fnv1a", "thread", 2)
RUN = synthetic.make_run((PlannedItem(ITEM, Effort((4,), 4)),))
MS = 1_000_000


def make_pair(
    launch: int, pair: int, reference_ms: float, case_ms: float, item: str = ITEM.id, **changes
) -> list[Record]:
    """The two rounds of one pair."""
    place = {"launch": launch, "pair": pair, "warmup": pair < 0, **changes}
    return [
        synthetic.make_round(item, "reference", wall_ns=int(reference_ms * MS), **place),
        synthetic.make_round(item, "case", wall_ns=int(case_ms * MS), **place),
    ]


def control(launch: int, ceiling: float, began_s: float = 0.0) -> CeilingControl:
    return CeilingControl(ITEM.id, launch, 2, began_s, ceiling, ((1,), (1,)), ((1,), (1,)))


def test_an_empty_journal_gives_empty_tables():
    """Nothing measured is no error: every frame is there, with its columns and without rows."""
    built = tables.build(RUN, [])
    assert list(built.rounds.columns) == frames.ROUND_COLUMNS
    assert list(built.launches.columns) == frames.LAUNCH_COLUMNS
    assert list(built.cores.columns) == ["t_s"]
    assert built.of(ITEM.id).empty and built.observations.empty
    assert built.comparisons == []
    assert (built.failures, built.ends) == ((), {})


def test_reading_a_journal_pauses_garbage_collection(tmp_path, monkeypatch):
    """Records hold no cycles; looking for some among a million of them took as long as reading them."""
    with Journal(tmp_path) as journal:
        journal.write_run(RUN)
        journal.add(ItemEnd(ITEM.id, 0, Stop.TIME))
    paused = []
    extend = tables.TablesBuilder.extend

    def watched(builder, records):
        paused.append(not gc.isenabled())
        extend(builder, records)

    monkeypatch.setattr(tables.TablesBuilder, "extend", watched)
    tables.load(tmp_path)
    assert paused == [True] and gc.isenabled()


def test_builders_are_joined_and_go_on():
    """The tables are those of one builder, also of records that come after they were joined."""
    records = []
    for launch in range(6):
        records += [*make_pair(launch, 0, 100 + launch, 60), control(launch, 1.9)]
    joined, later = tables.TablesBuilder(), tables.TablesBuilder()
    joined.extend(records[:6])
    later.extend(records[6:12])
    joined.append(later)
    joined.extend(records[12:])
    of_joined, whole = joined.tables(RUN), tables.build(RUN, records)
    pd.testing.assert_frame_equal(of_joined.rounds, whole.rounds)
    pd.testing.assert_frame_equal(of_joined.launches, whole.launches)


def test_log_speedup_is_the_mean_over_pairs():
    """A launch's log speedup is the mean of ln(reference / case) over its pairs, not the log of a ratio of sums."""
    built = tables.build(RUN, [*make_pair(0, 0, 100, 50), *make_pair(0, 1, 300, 300)])
    assert built.launches["log_speedup"].tolist() == pytest.approx([(math.log(2) + 0) / 2])
    assert built.launches["pairs"].tolist() == [2]
    assert built.launches["wall_s"].tolist() == pytest.approx([0.175])
    assert built.launches["reference_wall_s"].tolist() == pytest.approx([0.2])


def test_each_launch_is_a_row():
    """Launches are the unit of all that follows, in the order in which they were measured."""
    built = tables.build(RUN, [*make_pair(0, 0, 100, 50), *make_pair(1, 0, 100, 25)])
    assert built.of(ITEM.id)["launch"].tolist() == [0, 1]
    assert built.of(ITEM.id)["log_speedup"].tolist() == pytest.approx([math.log(2), math.log(4)])
    assert built.comparisons == [ITEM]


def test_warm_up_counts_nowhere_but_in_the_rounds():
    """A launch's first pair is there to be seen and is no part of any mean."""
    built = tables.build(RUN, [*make_pair(0, -1, 900, 1), *make_pair(0, 0, 100, 100)])
    assert len(built.rounds) == 4
    assert built.launches["log_speedup"].tolist() == [0.0]


@pytest.mark.parametrize("left", [0, 1], ids=["reference", "case"])
def test_a_pair_without_its_other_half_is_left_out(left):
    """A run interrupted between the halves of a pair loses that pair and no other."""
    whole, halves = make_pair(0, 0, 100, 50), make_pair(0, 1, 999, 999)
    built = tables.build(RUN, [*whole, halves[left]])
    assert built.launches["pairs"].tolist() == [1]
    assert built.launches["reference_wall_s"].tolist() == pytest.approx([0.1])


def test_a_launch_with_halves_only_is_left_out():
    """An item of which no pair is whole was not measured."""
    built = tables.build(RUN, make_pair(0, 0, 100, 50)[:1])
    assert built.launches.empty and built.comparisons == []


def test_cores_used_are_cpu_over_wall_of_each_half():
    """CPU seconds, children's included, over wall seconds, for the case and for its reference."""
    case = synthetic.make_round(
        ITEM.id, wall_ns=50 * MS, cpu_self_ns=10 * MS, cpu_children_ns=85 * MS
    )
    reference = synthetic.make_round(ITEM.id, "reference", wall_ns=100 * MS, cpu_self_ns=99 * MS)
    launch = tables.build(RUN, [case, reference]).launches.iloc[0]
    assert (launch["cores_used"], launch["reference_cores_used"]) == pytest.approx((1.9, 0.99))


def test_foreign_cores_are_what_other_programs_used():
    """The host's busy time less our own, over the time of the rounds; never less than nothing."""
    busy = HostUse((0.10, 0.08), 0.005)
    rounds = make_pair(0, 0, 100, 100, cpu_self_ns=100 * MS, host=busy)
    launch = tables.build(RUN, rounds).launches.iloc[0]
    assert launch["foreign_cores"] == pytest.approx((0.36 - 0.2) / 0.2)
    assert launch["steal_share"] == pytest.approx(0.010 / 0.2)
    idle = [msgspec.structs.replace(one, host=HostUse((0.0, 0.0), 0.0)) for one in rounds]
    assert tables.build(RUN, idle).launches["foreign_cores"].tolist() == [0.0]


def test_a_control_belongs_to_its_launch():
    """The ceiling stands beside the launch that it was measured in, and nowhere else."""
    built = tables.build(
        RUN, [control(1, 1.9), *make_pair(0, 0, 100, 50), *make_pair(1, 0, 100, 50)]
    )
    ceilings = built.launches["log_ceiling"].tolist()
    assert math.isnan(ceilings[0]) and ceilings[1] == pytest.approx(math.log(1.9))


def test_the_ceiling_of_a_launch_is_the_mean_of_its_controls():
    """Without those that are impossible, since a process that spun alone was starved."""
    controls = [control(0, 1.2, 0.1), control(0, 1.8, 0.2), control(0, 9.0, 0.3)]
    built = tables.build(RUN, [*make_pair(0, 0, 100, 50), *controls])
    mean = (math.log(1.2) + math.log(1.8)) / 2
    assert built.launches["log_ceiling"].tolist() == [pytest.approx(mean)]
    starved = tables.build(RUN, [*make_pair(0, 0, 100, 50), control(0, 9.0)])
    assert math.isnan(starved.launches["log_ceiling"][0])


def test_a_control_after_the_last_round_of_a_launch_counts():
    """Also where tables were asked for before it came."""
    builder = tables.TablesBuilder()
    builder.extend([control(0, 1.2, 0.1), *make_pair(0, 0, 100, 50)])
    builder.tables(RUN)
    builder.extend([control(0, 1.8, 0.2)])
    mean = (math.log(1.2) + math.log(1.8)) / 2
    assert builder.tables(RUN).launches["log_ceiling"].tolist() == [pytest.approx(mean)]


def test_tables_that_grow_record_by_record_equal_those_of_the_whole_journal():
    """Launches that are over are not computed again, whenever tables were asked for in between."""
    other = compare(synthetic.make_target(), "sleep", "thread", 2)
    records: list[Record] = []
    for launch, item in enumerate([ITEM, other, ITEM, other]):
        for pair in (-1, 0, 1):
            records += make_pair(launch // 2, pair, 60.0 + pair, 30.0 + launch, item=item.id)
            records += [control(launch // 2, 1.9)] if item is ITEM and pair == 0 else []
    builder = tables.TablesBuilder()
    for number, record in enumerate(records, start=1):
        builder.extend([record])
        grown, whole = builder.tables(RUN).launches, tables.build(RUN, records[:number]).launches
        pd.testing.assert_frame_equal(grown, whole)


def test_observations_ends_and_failures_are_kept_apart():
    """What is no round has a place of its own."""
    end, failure = ItemEnd(ITEM.id, 4, Stop.TIME), Failure("other@3.13.0", 2, "the launch died")
    experiment = next(one.item for one in synthetic.World().plan() if one.item.label == "switching")
    seen = synthetic.make_observation(experiment, 3, 1, {"hold_ns": [1]})
    built = tables.build(RUN, [end, failure, seen])
    assert built.ends == {ITEM.id: end} and built.failures == (failure,)
    assert built.observations.iloc[0][["item", "launch", "condition"]].tolist() == [
        experiment.id,
        3,
        1,
    ]


def test_the_timeline_has_a_column_a_core():
    """``cores`` holds a row a sample, with its time first."""
    frame = tables.build(
        RUN, [], [CoresSample(0.1, (1.0, 0.0)), CoresSample(0.2, (0.5, 0.25))]
    ).cores
    assert frame.columns.tolist() == ["t_s", 0, 1]
    assert frame.to_numpy().tolist() == [[0.1, 1.0, 0.0], [0.2, 0.5, 0.25]]


def test_a_folder_is_read_like_the_records_in_it(tmp_path):
    """Judging a stored run sees what judging it on the way saw."""
    world = synthetic.World(launches=2)
    run = synthetic.make_run(world.plan(), targets=world.targets, host=world.host)
    records = world.records()
    with Journal(tmp_path) as journal:
        journal.write_run(run)
        for record in records:
            journal.add(record)
    loaded, built = tables.load(tmp_path), tables.build(run, records)
    assert loaded.run == built.run and loaded.ends == built.ends
    assert loaded.launches.equals(built.launches) and loaded.rounds.equals(built.rounds)


@given(st.integers(0, 60))
def test_a_journal_cut_anywhere_can_be_read(length):
    """An interrupted run gives tables of what was complete, wherever it stopped."""
    records = [
        record
        for launch in range(6)
        for pair in range(-1, 4)
        for record in make_pair(launch, pair, 100, 50)
    ]
    built = tables.build(RUN, records[:length])
    assert len(built.rounds) == min(length, len(records))
    assert built.launches["pairs"].sum() == sum(
        one.role == "case" and not one.warmup for one in records[:length]
    )


def test_what_is_converted_in_parts_equals_what_is_converted_at_once(monkeypatch):
    world = synthetic.World(launches=3)
    run, records = synthetic.make_run(world.plan()), world.records()
    cores = [CoresSample(0.05 * number, (0.25, 1.0)) for number in range(10)]
    whole = tables.build(run, records, cores)
    monkeypatch.setattr(frames, "ROUNDS_AT_ONCE", 7)
    monkeypatch.setattr(frames, "SAMPLES_AT_ONCE", 4)
    parts = frames.whole_launches(whole.rounds, 7)
    assert len(parts) > 10
    in_parts = tables.build(run, records, cores)
    pd.testing.assert_frame_equal(in_parts.launches, whole.launches)
    pd.testing.assert_frame_equal(in_parts.cores, whole.cores)
