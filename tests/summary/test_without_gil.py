"""What a report says of a run with and without the GIL: verdicts side by side, cost on one thread, crossover."""

import math

import msgspec
import pytest
from tests.report.conftest import write_run
from tests.synthetic import World

from gilbench.claims.judging import judge_claims
from gilbench.model import Outcome
from gilbench.report.write import write
from gilbench.summary import target_pairs, without_gil

FREE, WITH = "3.13.0t", "3.13.0"
CLAIMS = frozenset({"A16", "B2", "B3", "B15", "B16"})


def side_by_side(**truth):
    """The tables of a free-threaded target beside one with the GIL."""
    return World(gil=False, beside=True, launches=9, claims=CLAIMS, **truth).tables()


@pytest.fixture(scope="module")
def tables():
    return side_by_side(speedups={"fnv1a-serial-w1": 0.8, "sha256-small-serial-w1": 0.9, "sha256-large-serial-w1": 1.0})


def verdicts_of(tables, with_gil):
    """The run's verdicts; those of the target with the GIL are what ``with_gil`` says."""
    return [
        msgspec.structs.replace(one, verdict=with_gil.get(one.id, one.verdict)) if one.target == WITH else one
        for one in judge_claims(tables)
    ]


def test_targets_with_the_gil_come_first_and_flips_are_marked(tables):
    """A claim flips where both targets decide it and differ; the mark is on the target without the GIL."""
    found = without_gil.without_gil(tables, verdicts_of(tables, {"A16": Outcome.PROVED, "B3": Outcome.INCONCLUSIVE}))
    assert [target.id for target in found.targets] == [WITH, FREE]
    assert found.compared_with == {FREE: WITH}
    flips = {row.id: [cell.flips for cell in row.cells] for row in found.flipping}
    assert flips == {"A16": [False, True]}
    assert {row.id for row in found.alike} == CLAIMS - {"A16"}


def test_nothing_flips_where_the_targets_agree(tables):
    """Neither an open verdict nor one that does not apply is a flip."""
    agreeing = verdicts_of(tables, {"A16": Outcome.REFUTED, "B2": Outcome.VOID, "B3": Outcome.NOT_APPLICABLE})
    assert without_gil.without_gil(tables, agreeing).flipping == []


@pytest.mark.parametrize("gil", [True, False])
def test_a_run_of_one_kind_of_target_has_no_such_section(gil):
    """There is nothing to hold against each other."""
    alone = World(gil=gil, launches=2, claims=frozenset({"A16"})).tables()
    assert without_gil.without_gil(alone, judge_claims(alone)) is None


def test_the_geometric_mean_has_the_interval_of_its_workloads(tables):
    """Of 0.8, 0.9 and 1.0, over the launches of all three; narrower than any one of them."""
    side = target_pairs.target_pair(tables, FREE, WITH)
    assert {one.workload for one in side.crossovers} == {"fnv1a", "sha256-small", "sha256-large"}
    assert side.serial.center == pytest.approx((0.8 * 0.9 * 1.0) ** (1 / 3), rel=0.005)
    widths = [math.log(one.serial.hi / one.serial.lo) for one in side.crossovers]
    assert 0 < math.log(side.serial.hi / side.serial.lo) < max(widths)


def test_it_is_the_other_way_round_from_the_other_side(tables):
    """Swapping the targets inverts the mean and its interval."""
    one, other = (target_pairs.serial_mean(tables, *names) for names in ((FREE, WITH), (WITH, FREE)))
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
    assert found.best.center == pytest.approx(max(serial * speedup for speedup in threads.values()), rel=0.01)


def test_the_page_has_the_section(tmp_path):
    """With the claims that flip, the mean and the crossover of each workload."""
    world = World(gil=False, beside=True, launches=4, claims=CLAIMS)
    folder = write_run(tmp_path / "run", world)
    write(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    (section,) = page.split('<section id="without-gil">')[1:]
    section = section.partition("</section>")[0]
    assert "What changes without the GIL" in section and 'href="#without-gil"' in page
    assert f"{FREE} over {WITH}" in section and "geometric mean of 3 workloads" in section
    assert "Pays from" in section and "fnv1a" in section
