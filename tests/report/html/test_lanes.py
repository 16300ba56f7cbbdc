"""The picture of who ran when: from the probe, or from the workers of a round where it is missing."""

import re

import pytest
from msgspec import structs
from tests.synthetic import World

from gilbench.report.html.lanes import OF_ROUNDS, OF_TURNS, WIDE, lane_picture


def edges(path: str) -> list[tuple[float, float]]:
    """Left and right of each bar of a path."""
    bars = re.findall(r"M([\d.]+) [\d.]+v-[\d.]+h([\d.]+)", path)
    return [(float(left), float(left) + float(width)) for left, width in bars]


@pytest.mark.parametrize("gil", [True, False])
def test_turns_are_drawn_as_they_were_seen(gil):
    """With the GIL the bars of two threads of pure Python do not meet; without it they do."""
    picture = lane_picture(World(launches=4, gil=gil).tables())
    assert picture.caption == OF_TURNS
    ((_, (python, processes, compiled)),) = picture.rows
    assert python.says == ("take turns" if gil else "run at once")
    assert (compiled.says, processes.says) == ("run at once", "run at once")
    one, other = (edges(lane.bars) for lane in python.lanes)
    assert one and other
    shared = sum(
        max(0.0, min(right, end) - max(left, begin)) for left, right in one for begin, end in other
    )
    assert (shared < 0.01 * WIDE) == gil


def test_a_run_without_the_probe_shows_the_workers_of_a_round():
    """From start to end, filled as high as the share of a core that each used."""
    found = World(launches=4, claims=frozenset({"A16"})).tables()
    picture = lane_picture(found)
    assert picture.caption == OF_ROUNDS
    ((_, (panel,)),) = picture.rows
    item = next(item for item in found.workers if item.startswith("fnv1a-thread-w2"))
    (*_, workers) = found.workers[item]  # of this world all rounds are alike
    workers = sorted(workers, key=lambda worker: worker.start_ns)
    assert len(panel.lanes) == len(workers)
    for lane, worker in zip(panel.lanes, workers, strict=True):
        high = float(re.search(r"v-([\d.]+)", lane.bars)[1])
        used = worker.cpu_ns / (worker.end_ns - worker.start_ns)
        assert high == pytest.approx(20 * min(1, used), abs=0.1)


def test_the_round_that_is_shown_is_a_typical_one():
    """A first round whose workers took turns, of a case that uses two cores, would mislead."""
    found = World(launches=4, claims=frozenset({"B2"})).tables()
    item = next(item for item in found.workers if item.startswith("sha256-large-thread-w2"))
    ((worker,), *others) = found.workers[item]
    length_ns = worker.end_ns - worker.start_ns
    late = structs.replace(worker, start_ns=worker.end_ns, end_ns=worker.end_ns + length_ns)
    found.workers[item][:] = [(worker, late), *(2 * each for each in others)]
    ((_, (panel,)),) = lane_picture(found).rows
    ((_, first_ends),), ((second_begins, _),) = (edges(lane.bars) for lane in panel.lanes)
    assert second_begins < first_ends


def test_a_run_without_either_has_no_picture():
    """Nothing was measured, or with one worker only."""
    assert lane_picture(World(launches=0).tables()) is None


def test_of_several_targets_two_are_shown_that_differ_in_the_gil(of_five):
    """The first, and the first whose GIL is the other way."""
    from gilbench.results import tables

    found = tables.load(of_five)
    picture = lane_picture(found)
    assert [target for target, _ in picture.rows] == ["3.8.18", "3.14.0t,gil=0"]
