"""Two targets side by side: the mean speed of their serial code, every case that both have, where threads pay."""

import math

import pytest
from tests.synthetic import World
from tests.synthetic_targets import five_targets

from gilbench.model import InputError
from gilbench.results.tables import build
from gilbench.summary import target_pairs

FREE, WITH = "3.13.0t", "3.13.0"
CLAIMS = frozenset({"A16", "B2", "B3", "B15", "B16"})


def side_by_side(**truth):
    """The tables of a free-threaded target beside one with the GIL."""
    return World(gil=False, beside=True, launches=9, claims=CLAIMS, **truth).tables()


@pytest.fixture(scope="module")
def tables():
    serial = {"fnv1a-serial-w1": 0.8, "sha256-small-serial-w1": 0.9, "sha256-large-serial-w1": 1.0}
    return side_by_side(speedups=serial)


def test_the_geometric_mean_has_the_interval_of_its_workloads(tables):
    """Of 0.8, 0.9 and 1.0, over the launches of all three; narrower than any one of them."""
    side = target_pairs.target_pair(tables, FREE, WITH)
    assert {one.workload for one in side.crossovers} == {"fnv1a", "sha256-small", "sha256-large"}
    assert side.serial.center == pytest.approx((0.8 * 0.9 * 1.0) ** (1 / 3), rel=0.005)
    widths = [math.log(one.serial.hi / one.serial.lo) for one in side.crossovers]
    assert 0 < math.log(side.serial.hi / side.serial.lo) < max(widths)


def test_it_is_the_other_way_round_from_the_other_side(tables):
    """Swapping the targets inverts the mean and its interval."""
    one, other = (
        target_pairs.serial_mean(tables, *names) for names in ((FREE, WITH), (WITH, FREE))
    )
    assert one.center == pytest.approx(1 / other.center)
    assert (one.lo, one.hi) == pytest.approx((1 / other.hi, 1 / other.lo))


@pytest.mark.parametrize(
    ("serial", "threads", "pays"),
    [
        (0.8, {1: 1.0, 2: 1.9}, 2),
        (1.1, {1: 1.0, 2: 1.9}, 1),
        (0.4, {1: 1.0, 2: 1.9}, None),
        (1.1, {1: 1.0, 2: 0.6}, None),
    ],
)
def test_it_pays_from_the_level_from_which_on_it_is_certain_to(serial, threads, pays):
    """Threads beat the other target's serial code there and at every higher level; else at none."""
    truth = {f"fnv1a-thread-w{workers}": speedup for workers, speedup in threads.items()}
    run = side_by_side(speedups=truth | {"fnv1a-serial-w1": serial})
    (found,) = [one for one in target_pairs.crossovers(run, FREE, WITH) if one.workload == "fnv1a"]
    assert found.workers == pays
    assert found.best.center == pytest.approx(
        max(serial * speedup for speedup in threads.values()), rel=0.01
    )


def test_every_case_that_both_have_is_compared_by_what_is_known_of_it(tables):
    """Interleaved rounds give the ratio of speeds; else the ratio of the speedups over serial code, which says so."""
    pairs = {pair.case: pair for pair in target_pairs.paired_cases(tables, FREE, WITH)}
    serial, threads = pairs["fnv1a-serial-w1"], pairs["fnv1a-thread-w2"]
    assert serial.interleaved and serial.ratio.center == pytest.approx(0.8, rel=0.01)
    assert serial.terms == ((f"fnv1a-serial-w1@{FREE}-vs-{WITH}", 1),)
    assert not threads.interleaved and threads.ratio.center == pytest.approx(1.0, rel=0.02)
    assert [power for _, power in threads.terms] == [1.0, -1.0]
    (back,) = [
        pair for pair in target_pairs.paired_cases(tables, WITH, FREE) if pair.case == serial.case
    ]
    assert back.terms == ((serial.terms[0][0], -1),)


def test_a_case_is_listed_once(tables, monkeypatch):
    """One that was interleaved and has speedups on both targets is compared by the interleaved rounds alone."""
    interleaved = target_pairs.paired_cases(tables, FREE, WITH)
    twice = [target_pairs.PairedCase(p.case, p.ratio, False, p.terms) for p in interleaved]
    monkeypatch.setattr(target_pairs, "_speedup_ratios", lambda *_: twice)
    pairs = target_pairs.paired_cases(tables, FREE, WITH)
    assert len({pair.case for pair in pairs}) == len(pairs)
    assert {pair.case for pair in pairs if pair.interleaved} == {
        pair.case for pair in interleaved if pair.interleaved
    }


def test_the_largest_difference_comes_first(tables):
    """Twice as fast and half as fast are as far from alike."""
    sizes = [
        abs(math.log(pair.ratio.center)) for pair in target_pairs.paired_cases(tables, FREE, WITH)
    ]
    assert len(sizes) > 1 and sizes == sorted(sizes, reverse=True)


def test_each_estimate_is_the_product_of_its_terms(tables):
    """The mean is that of serial code's, the best gain that of serial code times the speedup of its threads."""
    pair = target_pairs.target_pair(tables, FREE, WITH)
    assert len(pair.serial_terms) == 3
    assert [power for _, power in pair.serial_terms] == pytest.approx([1 / 3] * 3)
    (found,) = [each for each in pair.crossovers if each.workload == "fnv1a"]
    assert found.serial_terms == ((f"fnv1a-serial-w1@{FREE}-vs-{WITH}", 1.0),)
    assert found.best_terms == (*found.serial_terms, (f"fnv1a-thread-w{found.at}@{FREE}", 1.0))


def test_where_nothing_was_interleaved_there_is_no_mean():
    """Two targets that share no round have no speed over each other."""
    alone = World(launches=3, claims=frozenset({"A16"}))
    assert target_pairs.serial_mean(alone.tables(), WITH, WITH) is None


@pytest.fixture(scope="module")
def of_five():
    """The tables of five targets, the last of which is one of the others without the GIL."""
    return build(*five_targets(launches=2))


def test_every_target_is_compared_with_the_first_and_with_itself_under_the_gil(of_five):
    """Each pair stands once, and the free-threaded target stands beside the one that differs in nothing else."""
    first, *others = (target.id for target in of_five.run.targets)
    pairs = [(pair.target, pair.other) for pair in target_pairs.target_pairs(of_five)]
    assert pairs == [*((target, first) for target in others), ("3.14.0t,gil=0", "3.14.0t,gil=1")]


def test_a_target_is_found_by_the_beginning_of_its_name(of_five):
    """If it is the beginning of one only; an id is never ambiguous, though others begin with it."""
    assert target_pairs.find_target(of_five, "3.8") == "3.8.18"
    assert target_pairs.find_target(of_five, "3.14.0") == "3.14.0"
    with pytest.raises(
        InputError, match=r"may be any of 3.14.0t,gil=1, 3.14.0t,gil=0; give more of the name"
    ):
        target_pairs.find_target(of_five, "3.14.0t")
    with pytest.raises(
        InputError, match=r"unknown target of this run '3.9' .*choose from: 3.8.18, "
    ):
        target_pairs.find_target(of_five, "3.9")
